/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-info - what a core dump is of, and what it takes to read more in it
 */
#include "options.h"
#include "tool.h"

static const struct option_row options[] = {
    OPTION_JSON("Print a JSON document (schema qemucore-info/1)"),
    {0},
};

static const struct tool tool = {
    .usage = "CORE",
    .help = "Says what the core dump CORE, raw or compressed (\"-\": standard input), is of: "
            "machine, process, signal, QEMU's version and command line, modules and their files, and how to "
            "get the debug info that is not here.\v" TOOL_EXIT_STATUS,
    .options = options,
};

int main(int argc, char **argv)
{
    struct tool_options common = {0};
    options_parse(&tool, argc, argv, &common);
    return tool_run(&common, qemucore_info_render);
}
