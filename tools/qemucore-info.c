/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-info - what a core dump is of, and what it takes to read more in it
 */
#include <argp.h>

#include "qemucore.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    struct qemucore_render render;
};

static const struct argp_option options[] = {
    {"json", TOOL_KEY_JSON, NULL, 0, "Print a JSON document (schema qemucore-info/1)", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        return 0;
    case TOOL_KEY_JSON:
        arguments->render.flags |= QEMUCORE_RENDER_JSON;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&tool_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options, parse, "CORE",
        "Says what the core dump CORE, raw or compressed (\"-\": standard input), is of: machine, "
        "process, signal, QEMU's version and command line, modules and their files, and how to "
        "get the debug info that is not here.\v" TOOL_EXIT_STATUS,
        children, NULL, NULL,
    };
    struct arguments arguments = {.render = {.size = sizeof(arguments.render)}};
    tool_start(&arguments.common);
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    return tool_run(&arguments.common, &arguments.render, qemucore_info_render);
}
