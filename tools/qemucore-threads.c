/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-threads - the threads of a QEMU process, from its core dump
 */
#include "options.h"
#include "tool.h"

static void take_verbose(void *arguments, const char *nothing, const struct argp_state *state)
{
    struct tool_options *common = arguments;
    (void)nothing;
    (void)state;
    if ((common->render.flags & QEMUCORE_RENDER_LOCALS) != 0) {
        common->render.flags |= QEMUCORE_RENDER_MEMBERS;
    }
    common->render.flags |= QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_LOCALS;
}

static const struct option_row options[] = {
    {.name = "backtrace", .letter = 'b', .help = "Show the stack of each thread",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_BACKTRACE)},
    {.name = "locals", .letter = 'l', .help = "Show the local variables of each frame (with -b)",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_LOCALS)},
    {.name = "verbose", .letter = 'v',
     .help = "The same as -b -l; given twice: also the members of structures",
     .take = take_verbose},
    {.name = "group", .letter = 'g', .help = "Show threads with equal stacks as one",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_GROUP)},
    {.name = "max-frames", .letter = 'n', .argument = "MAX",
     .help = "Show at most MAX frames of a stack (0: all, the default)",
     OPTION_NUMBER(struct tool_options, render.max_frames, UINT32_MAX)},
    OPTION_THREAD("Show only this thread"),
    {.name = "build-id", .help = "Show the build-id of each frame's module",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_BUILD_ID)},
    OPTION_JSON("Print a JSON document (schema qemucore-threads/1)"),
    {0},
};

static const struct tool tool = {
    .usage = "CORE",
    .help = "Lists the threads of the QEMU process whose core dump is CORE, raw or compressed "
            "(\"-\": standard input): what each thread is, what it waits for, and where."
            "\vExamples:\n"
            "  qemucore-threads core.zst\n"
            "  qemucore-threads -b --sysroot=rootfs core.zst\n"
            "  qemucore-threads --coredumpctl\n"
            "\n" TOOL_EXIT_STATUS,
    .options = options,
    .more = "-n",
};

int main(int argc, char **argv)
{
    struct tool_options common = {0};
    options_parse(&tool, argc, argv, &common);
    return tool_run(&common, qemucore_threads_render);
}
