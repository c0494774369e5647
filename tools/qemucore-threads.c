/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-threads - the threads of a QEMU process, from its core dump
 */
#include <argp.h>

#include "qemucore.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    struct qemucore_render render;
};

static const struct argp_option options[] = {
    {"backtrace", 'b', NULL, 0, "Show the stack of each thread", 0},
    {"locals", 'l', NULL, 0, "Show the local variables of each frame (with -b)", 0},
    {"verbose", 'v', NULL, 0, "The same as -b -l; twice: the members of structures, too", 0},
    {"group", 'g', NULL, 0, "Show threads of equal stacks as one", 0},
    {"max-frames", 'n', "MAX", 0, "Show at most MAX frames of a stack (0: all, the default)", 0},
    {"thread", 't', "LWP", 0, "Show this thread only", 0},
    {"build-id", TOOL_KEY_BUILD_ID, NULL, 0, "Show the build-id of each frame's module", 0},
    {"json", TOOL_KEY_JSON, NULL, 0, "Print a JSON document (schema qemucore-threads/1)", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        return 0;
    case 'b':
        arguments->render.flags |= QEMUCORE_RENDER_BACKTRACE;
        return 0;
    case 'l':
        arguments->render.flags |= QEMUCORE_RENDER_LOCALS;
        return 0;
    case 'v':
        if ((arguments->render.flags & QEMUCORE_RENDER_LOCALS) != 0) {
            arguments->render.flags |= QEMUCORE_RENDER_MEMBERS;
        }
        arguments->render.flags |= QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_LOCALS;
        return 0;
    case 'g':
        arguments->render.flags |= QEMUCORE_RENDER_GROUP;
        return 0;
    case 'n':
        arguments->render.max_frames = (uint32_t)tool_number(state, argument, UINT32_MAX);
        return 0;
    case 't':
        arguments->render.lwp = (int)tool_number(state, argument, INT32_MAX);
        return 0;
    case TOOL_KEY_BUILD_ID:
        arguments->render.flags |= QEMUCORE_RENDER_BUILD_ID;
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
        "Lists the threads of the QEMU process whose core dump is CORE, raw or compressed (\"-\": "
        "standard input): what each one is, what it waits for, and where.\v" TOOL_EXIT_STATUS,
        children, NULL, NULL,
    };
    struct arguments arguments = {.render = {.size = sizeof(arguments.render)}};
    tool_start(&arguments.common);
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    return tool_run(&arguments.common, &arguments.render, qemucore_threads_render);
}
