/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-locks - who holds what, and who waits for whom, in a QEMU process's core dump
 */
#include <argp.h>

#include "qemucore.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    struct qemucore_render render;
    bool check;
};

enum key {
    KEY_ALL = 0x200,
    KEY_CHECK,
    KEY_DOT,
};

static const struct argp_option options[] = {
    {"verbose", 'v', NULL, 0, "Show what a cycle rests on, and the stacks of its threads", 0},
    {"all", KEY_ALL, NULL, 0, "Show objects that nobody holds or waits for too, if they have a name",
     0},
    {"check", KEY_CHECK, NULL, 0, "Exit with status 10 when there is a cycle", 0},
    {"dot", KEY_DOT, NULL, 0, "Print the wait graph for Graphviz", 0},
    {"json", TOOL_KEY_JSON, NULL, 0, "Print a JSON document (schema qemucore-locks/1)", 0},
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
    case KEY_ALL:
        arguments->render.flags |= QEMUCORE_RENDER_ALL;
        return 0;
    case KEY_CHECK:
        arguments->check = true;
        return 0;
    case KEY_DOT:
        arguments->render.flags |= QEMUCORE_RENDER_DOT;
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
        "Shows who holds which mutex and who waits for what in the QEMU process whose core dump is "
        "CORE, raw or compressed (\"-\": standard input): deadlocks first, then what does not fit "
        "together, then each object.\v" TOOL_EXIT_STATUS
        " With --check, 10 when there is a cycle, whatever else is missing.",
        children, NULL, NULL,
    };
    struct arguments arguments = {.render = {.size = sizeof(arguments.render)}};
    tool_start(&arguments.common);
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    struct qemucore *core = tool_open(&arguments.common);
    if (!tool_print(core, &arguments.common, &arguments.render, qemucore_locks_render)) {
        return TOOL_FAILED;
    }
    bool deadlock = qemucore_cycle_next(core, NULL) != NULL;
    bool incomplete = false;
    const char *problem;
    for (size_t i = 0; (problem = qemucore_lock_problem(core, i)) != NULL; i++) {
        tool_warn(problem);
        incomplete = true;
    }
    int status = tool_finish(core);
    if (status == TOOL_FAILED) {
        return status;
    }
    if (arguments.check && deadlock) {
        return TOOL_CYCLE;
    }
    return incomplete ? TOOL_INCOMPLETE : status;
}
