/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-coroutines - the coroutines of a QEMU process, from its core dump
 */
#include "message.h"
#include "options.h"
#include "tool.h"

static const struct option_row options[] = {
    {.name = "backtrace", .letter = 'b', .help = "Show the stack of each coroutine",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_BACKTRACE)},
    {.name = "locals", .letter = 'l', .help = "Show the local variables of each frame (with -b)",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_LOCALS)},
    {.name = "group", .letter = 'g', .help = "Show coroutines with equal stacks as one",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_GROUP)},
    {.name = "all", .help = "Also show coroutines that are idle in QEMU's pool",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_ALL)},
    {.name = "max-frames", .letter = 'n', .argument = "MAX",
     .help = "Show at most MAX frames of a stack (0: all, the default)",
     OPTION_NUMBER(struct tool_options, render.max_frames, UINT32_MAX)},
    OPTION_JSON("Print a JSON document (schema qemucore-coroutines/1)"),
    {0},
};

static const struct tool tool = {
    .usage = "CORE",
    .help = "Lists the coroutines of the QEMU process whose core dump is CORE, raw or compressed "
            "(\"-\": standard input): the state of each, the function that it began in, what it "
            "waits for, and where it is.\vExamples:\n"
            "  qemucore-coroutines -b core.zst\n"
            "\n" TOOL_EXIT_STATUS,
    .options = options,
    .more = "-n",
};

int main(int argc, char **argv)
{
    struct tool_options common = {0};
    options_parse(&tool, argc, argv, &common);
    struct qemucore *core = tool_open(&common);
    if (!tool_print(core, &common, qemucore_coroutines_render)) {
        return TOOL_FAILED;
    }
    const char *problem = qemucore_coroutine_problem(core);
    if (problem != NULL) {
        message_print(problem);
    }
    int status = tool_finish(core);
    return problem != NULL && status == TOOL_COMPLETE ? TOOL_INCOMPLETE : status;
}
