/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-why - why a QEMU process is stuck, or that it isn't, from its core dump
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "qemucore.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    struct qemucore_render render;
    bool signature;
};

enum key {
    KEY_SIGNATURE = 0x200,
};

static const struct argp_option options[] = {
    {"verbose", 'v', NULL, 0, "Show all findings with all their evidence, and stacks", 0},
    {"signature", KEY_SIGNATURE, NULL, 0,
     "Print one line only, which is the same for the same hang", 0},
    {"json", TOOL_KEY_JSON, NULL, 0, "Print a JSON document (schema qemucore-why/1)", 0},
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
    case 'v':
        arguments->render.flags |= QEMUCORE_RENDER_BACKTRACE;
        return 0;
    case KEY_SIGNATURE:
        arguments->signature = true;
        return 0;
    case TOOL_KEY_JSON:
        arguments->render.flags |= QEMUCORE_RENDER_JSON;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* In the place of the rendering. */
static enum qemucore_status render_signature(struct qemucore *core,
                                             const struct qemucore_render *render, char **ret,
                                             struct qemucore_error *error)
{
    (void)render;
    (void)error;
    const char *signature = qemucore_verdict_signature(core);
    char *line = malloc(strlen(signature) + 2);
    if (line == NULL) {
        return QEMUCORE_NO_MEMORY;
    }
    strcpy(line, signature);
    strcat(line, "\n");
    *ret = line;
    return QEMUCORE_OK;
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&tool_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options, parse, "CORE",
        "Says what the QEMU process whose core dump is CORE, raw or compressed (\"-\": standard "
        "input), was doing: whether it is healthy, waits for somebody, is stuck or has crashed, on "
        "what, who must act next, and what that rests on.\v" TOOL_EXIT_STATUS,
        children, NULL, NULL,
    };
    struct arguments arguments = {.render = {.size = sizeof(arguments.render)}};
    tool_start(&arguments.common);
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    struct qemucore *core = tool_open(&arguments.common);
    if (!tool_print(core, &arguments.common, &arguments.render,
                    arguments.signature ? render_signature : qemucore_why_render)) {
        return TOOL_FAILED;
    }
    bool incomplete = qemucore_verdict_unknown(core, 0) != NULL;
    const char *problem;
    for (size_t i = 0; (problem = qemucore_verdict_unknown(core, i)) != NULL; i++) {
        tool_warn(problem);
    }
    for (size_t i = 0; (problem = qemucore_lock_problem(core, i)) != NULL; i++) {
        tool_warn(problem);
        incomplete = true;
    }
    int status = tool_finish(core);
    return status == TOOL_COMPLETE && incomplete ? TOOL_INCOMPLETE : status;
}
