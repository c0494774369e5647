/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-info - what a core dump is of, and what it takes to read more in it
 */
#include "options.h"
#include "tool.h"

static const struct option_row options[] = {
    {.name = "missing",
     .help = "Only list the files that are not here, to be fetched elsewhere: build-id, executable, "
             "library or debuginfo, path",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_MISSING)},
    OPTION_JSON("Print a JSON document (schema qemucore-info/1)"),
    {0},
};

static void check(const void *arguments, const struct argp_state *state)
{
    const struct tool_options *common = arguments;
    const uint32_t both = QEMUCORE_RENDER_MISSING | QEMUCORE_RENDER_JSON;
    if ((common->render.flags & both) == both) {
        argp_error(state, "--missing and --json do not go together: the document has the files");
    }
}

static const struct tool tool = {
    .usage = "CORE",
    .help = "Says what the core dump CORE, raw or compressed (\"-\": standard input), is of: "
            "machine, process, signal, QEMU's version and command line, modules and their files, and how to "
            "get the debug info that is not here.\v" TOOL_EXIT_STATUS,
    .options = options,
    .check = check,
};

int main(int argc, char **argv)
{
    struct tool_options common = {0};
    options_parse(&tool, argc, argv, &common);
    return tool_run(&common, qemucore_info_render);
}
