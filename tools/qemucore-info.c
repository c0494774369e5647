/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-info - which process a core dump is of, and which files are needed to read more of it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "options.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    const char *parts; /* argument of --part; NULL: print the usual overview */
};

static void list_parts(void)
{
    for (const char *name = NULL; (name = qemucore_part_next(name)) != NULL;) {
        printf("%-16s %s\n", name, qemucore_part_help(name));
    }
}

/* Takes names with commas between them, and refuses a name that is not known. */
static void take_parts(void *opaque, const char *names, const struct argp_state *state)
{
    struct arguments *arguments = opaque;
    if (strcmp(names, "help") == 0) {
        list_parts();
        exit(TOOL_COMPLETE);
    }
    for (const char *at = names; at != NULL; at = strchr(at, ',') == NULL ? NULL : strchr(at, ',') + 1) {
        char *name = strndup(at, strcspn(at, ","));
        if (name != NULL && qemucore_part_help(name) == NULL) {
            argp_error(state, "--part: there is no part '%s' (--part=help lists them)", name);
        }
        free(name);
    }
    arguments->parts = names;
}

static const struct option_row options[] = {
    {.name = "missing",
     .help = "Only list the missing files, so that they can be fetched elsewhere: build-id, kind "
             "(executable, library or debuginfo), path",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_MISSING)},
    {.name = "part", .argument = "NAME[,NAME...]",
     .help = "Only show these topics of QEMU's memory, but completely: timers, handlers, ... "
             "(--part=help lists them)",
     .take = take_parts},
    OPTION_JSON("Print a JSON document (schema qemucore-info/1)"),
    {0},
};

static void check(const void *opaque, const struct argp_state *state)
{
    const struct arguments *arguments = opaque;
    const uint32_t both = QEMUCORE_RENDER_MISSING | QEMUCORE_RENDER_JSON;
    uint32_t flags = arguments->common.render.flags;
    if ((flags & both) == both) {
        argp_error(state, "--missing and --json do not go together: the document has the files");
    }
    if (arguments->parts != NULL && (flags & QEMUCORE_RENDER_MISSING) != 0) {
        argp_error(state, "--missing and --part do not go together: each is all that is shown");
    }
}

static const struct tool tool = {
    .usage = "CORE",
    .help = "Shows what the core dump CORE, raw or compressed (\"-\": standard input), contains: "
            "machine, process, signal, QEMU's version, command line and state, modules and their "
            "files, and how to get missing debug info.\v"
            "Examples:\n"
            "  qemucore-info core.zst\n"
            "  qemucore-info --part=timers,handlers core.zst\n"
            "  qemucore-info --missing core.zst\n"
            "\n" TOOL_EXIT_STATUS,
    .options = options,
    .check = check,
};

/* Prints the parts, and what could not be read of them, which makes the answer incomplete. */
static int show_parts(const struct arguments *arguments, struct qemucore *core)
{
    struct qemucore_error error;
    char *text;
    const char *problem;
    if (qemucore_parts_render(core, arguments->parts, &arguments->common.render, &text, &error) !=
        QEMUCORE_OK) {
        return tool_fail(core, error.message);
    }
    tool_show(&arguments->common, text);
    size_t problems = 0;
    while ((problem = qemucore_part_problem(core, problems)) != NULL) {
        message_print(problem);
        problems++;
    }
    int status = tool_finish(core);
    return problems != 0 && status == TOOL_COMPLETE ? TOOL_INCOMPLETE : status;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.parts = NULL};
    options_parse(&tool, argc, argv, &arguments);
    return arguments.parts == NULL ? tool_run(&arguments.common, qemucore_info_render)
                                   : show_parts(&arguments, tool_open(&arguments.common));
}
