/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-why - why a QEMU process is stuck, or that it isn't, from its core dump
 */
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    bool signature;
    bool check;
};

static const struct option_row options[] = {
    {.name = "verbose", .letter = 'v',
     .help = "Show all findings with all their evidence, and stacks",
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_BACKTRACE)},
    {.name = "signature", .help = "Print only the signature, one line that is the same for the "
                                  "same hang; with --json, print the document, which has it",
     OPTION_SETS(struct arguments, signature, true)},
    {.name = "check", .help = "Exit with status 10 if the process is stuck or has crashed",
     OPTION_SETS(struct arguments, check, true)},
    {.name = "again", .argument = "SECONDS",
     .help = "With --pid: take a second snapshot SECONDS later, and say what has moved in between",
     .min = 1, OPTION_NUMBER(struct tool_options, again, 3600)},
    OPTION_JSON("Print a JSON document (schema qemucore-why/1)"),
    {0},
};

static const struct tool tool = {
    .usage = "[EARLIER] CORE",
    .help = "Says what the QEMU process whose core dump is CORE, raw or compressed (\"-\": "
            "standard input), was doing: whether it is healthy, waits for somebody, is stuck or "
            "has crashed; the cause, who must act next, and the evidence. EARLIER is a dump of the "
            "same process from some seconds before: what has moved since tells whether the process "
            "is stuck or slow.\v"
            "Examples:\n"
            "  qemucore-why core.zst\n"
            "  qemucore-why earlier core\n"
            "  qemucore-why --check --json core.zst\n"
            "\n" TOOL_EXIT_STATUS
            " With --check, 10 if the process is stuck or has crashed, whatever else is missing.",
    .options = options,
    .takes_earlier = true,
    .more = "-v",
};

/* Renders the signature alone, as a line. */
static enum qemucore_status render_signature(struct qemucore *core,
                                             const struct qemucore_render *render, char **ret,
                                             struct qemucore_error *error)
{
    (void)render;
    const char *signature = qemucore_verdict_signature(core);
    char *line = malloc(strlen(signature) + 2);
    if (line == NULL) {
        *error = (struct qemucore_error){.status = QEMUCORE_NO_MEMORY, .message = "out of memory"};
        return QEMUCORE_NO_MEMORY;
    }
    strcpy(line, signature);
    strcat(line, "\n");
    *ret = line;
    return QEMUCORE_OK;
}

/* An unknown state is no trouble for --check: exit status 1 and the reasons report it. */
static bool is_in_trouble(struct qemucore *core)
{
    const char *state = qemucore_verdict(core, NULL, NULL);
    return strcmp(state, "stuck") == 0 || strcmp(state, "crashed") == 0;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.signature = false};
    options_parse(&tool, argc, argv, &arguments);
    arguments.common.is_raw = arguments.signature;
    struct qemucore *core = tool_open(&arguments.common);
    /* The document has the signature among its keys. */
    bool is_line = arguments.signature &&
                   (arguments.common.render.flags & QEMUCORE_RENDER_JSON) == 0;
    if (!tool_print(core, &arguments.common, is_line ? render_signature : qemucore_why_render)) {
        return TOOL_FAILED;
    }
    bool has_trouble = is_in_trouble(core);
    bool incomplete = tool_warn_of_verdict(core);
    int status = tool_finish(core);
    if (status == TOOL_FAILED) {
        return status;
    }
    if (arguments.check && has_trouble) {
        return TOOL_FOUND;
    }
    return incomplete ? TOOL_INCOMPLETE : status;
}
