/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-locks - who holds what, and who waits for whom, in a QEMU process's core dump
 */
#include "message.h"
#include "options.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    bool check;
};

static const struct option_row options[] = {
    {.name = "verbose", .letter = 'v',
     .help = "Show the evidence for each cycle, and the stacks of its threads",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_BACKTRACE)},
    {.name = "all", .help = "Also show named objects that no thread holds or waits for",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_ALL)},
    {.name = "check", .help = "Exit with status 10 if there is a cycle (a deadlock)",
     OPTION_SETS(struct arguments, check, true)},
    {.name = "dot", .help = "Print the wait graph for Graphviz",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_DOT)},
    OPTION_JSON("Print a JSON document (schema qemucore-locks/1)"),
    {0},
};

static const struct tool tool = {
    .usage = "CORE",
    .help = "Shows which thread holds which mutex, and what each thread waits for, in the QEMU "
            "process whose core dump is CORE, raw or compressed (\"-\": standard input): deadlocks "
            "first, then contradictions, then each object.\v"
            "Examples:\n"
            "  qemucore-locks core.zst\n"
            "  qemucore-locks --dot core.zst | dot -Tsvg >waits.svg\n"
            "\n" TOOL_EXIT_STATUS
            " With --check, 10 if there is a cycle, whatever else is missing.",
    .options = options,
    .more = "-v",
};

int main(int argc, char **argv)
{
    struct arguments arguments = {.check = false};
    options_parse(&tool, argc, argv, &arguments);
    struct qemucore *core = tool_open(&arguments.common);
    if (!tool_print(core, &arguments.common, qemucore_locks_render)) {
        return TOOL_FAILED;
    }
    bool deadlock = qemucore_cycle_next(core, NULL) != NULL;
    bool incomplete = false;
    const char *problem;
    for (size_t i = 0; (problem = qemucore_lock_problem(core, i)) != NULL; i++) {
        message_print(problem);
        incomplete = true;
    }
    int status = tool_finish(core);
    if (status == TOOL_FAILED) {
        return status;
    }
    if (arguments.check && deadlock) {
        return TOOL_FOUND;
    }
    return incomplete ? TOOL_INCOMPLETE : status;
}
