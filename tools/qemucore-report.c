/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-report - all that a core dump of a QEMU process tells, in one page
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "graphviz.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "request.h"
#include "sandbox.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    struct qemucore_report report;
    struct output output;
    const char *format; /* argument of --format; NULL: the name of the file tells */
};

/* The format for each word that --format takes and that a name of a file may end in. */
static const struct {
    const char *word;
    uint32_t format;
} formats[] = {
    {"html", QEMUCORE_REPORT_HTML},   {"htm", QEMUCORE_REPORT_HTML},
    {"md", QEMUCORE_REPORT_MARKDOWN}, {"markdown", QEMUCORE_REPORT_MARKDOWN},
    {"json", QEMUCORE_REPORT_JSON},   {"core_backtrace", QEMUCORE_REPORT_BACKTRACE},
};

static const struct option_row options[] = {
    {.name = "output", .letter = 'o', .argument = "OUT",
     .help = "The file to write (\"-\": standard output); its name chooses the format: .html, .md, "
             ".json or core_backtrace",
     OPTION_TEXT(struct arguments, output.path)},
    {.name = "format", .argument = "FORMAT",
     .help = "Write this format, whatever the name of OUT: html, a page; md, Markdown for a "
             "ticket; json, a JSON document (schema qemucore-report/1); core_backtrace, the stacks "
             "for satyr and ABRT",
     OPTION_TEXT(struct arguments, format)},
    {.name = "redact",
     .help = "Leave out strings of the process, paths, names of files and peers, and the arguments "
             "of options in the command line",
     OPTION_SETS(struct arguments, report.flags, QEMUCORE_REPORT_REDACT)},
    {.name = "force", .letter = 'f',
     .help = "Replace OUT if it exists; a device or a FIFO is written to",
     OPTION_SETS(struct arguments, output.force, true)},
    {0},
};

/* Returns the format of a word, or NULL. */
static const uint32_t *find_format(const char *word)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcasecmp(word, formats[i].word) == 0) {
            return &formats[i].format;
        }
    }
    return NULL;
}

/* Returns the format of --format, else that of the name, else HTML for standard output; or NULL. */
static const uint32_t *format_of(const struct arguments *arguments)
{
    const char *path = arguments->output.path;
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *end = strrchr(name, '.');
    return arguments->format != NULL                  ? find_format(arguments->format)
           : output_is_standard(&arguments->output) ? &formats[0].format
                                                      : find_format(end == NULL ? name : end + 1);
}

static void check(const void *opaque, const struct argp_state *state)
{
    const struct arguments *arguments = opaque;
    if (arguments->output.path == NULL) {
        argp_error(state, "where to? (--output)");
    } else if (format_of(arguments) == NULL && arguments->format != NULL) {
        argp_error(state, "--format=%s: not html, md, json or core_backtrace", arguments->format);
    } else if (format_of(arguments) == NULL) {
        argp_error(state, "--output=%s: does not end in .html, .md or .json; say what it is to be "
                          "by --format", arguments->output.path);
    }
}

static const struct tool tool = {
    .usage = "[EARLIER] CORE -o OUT",
    .help = "Writes all that is known about the QEMU process whose core dump is CORE, raw or "
            "compressed (\"-\": standard input), as one page: the verdict and who must act, which "
            "thread waits for which, stacks, locks, state, modules. The page loads nothing, and "
            "can be mailed. EARLIER is a dump of the same process from some seconds before: the "
            "page then says what has moved since.\v"
            "Examples:\n"
            "  qemucore-report core.zst -o page.html\n"
            "  qemucore-report --redact core.zst -o ticket.md\n"
            "\n" TOOL_EXIT_STATUS,
    .options = options,
    .check = check,
    .takes_earlier = true,
};

/* Serves requests in the process that may write files and run dot. */
static int serve(void *opaque, enum request request, uint64_t number,
                 struct qemucore_error *error)
{
    struct arguments *arguments = opaque;
    return request == REQUEST_GRAPH || request == REQUEST_PICTURE
               ? graphviz_serve(request)
               : output_serve(&arguments->output, arguments->common.path, request, number, error);
}

/* Writes the output. False: it failed, which is reported, and the core is closed. */
static bool write_file(struct qemucore *core, struct output *output, const char *text)
{
    struct qemucore_error error;
    if (output_ask(output, &error) == QEMUCORE_OK &&
        output_write(output, text, strlen(text), &error) == QEMUCORE_OK) {
        request_make(REQUEST_OUTPUT_NAME, output->size, NULL, &error);
    }
    request_make(REQUEST_OUTPUT_CLOSE, 0, NULL, NULL);
    if (error.status != QEMUCORE_OK) {
        tool_fail(core, error.message);
        return false;
    }
    printf("%s: %.0f KiB\n", output->path, (double)output->size / 1024);
    return true;
}

static bool write_report(struct qemucore *core, struct arguments *arguments)
{
    struct qemucore_error error;
    char *text;
    if (qemucore_report_render(core, &arguments->report, &text, &error) != QEMUCORE_OK) {
        tool_fail(core, error.message);
        return false;
    }
    if (output_is_standard(&arguments->output)) {
        tool_show(&arguments->common, text);
        return true;
    }
    message_clear_progress();
    bool written = write_file(core, &arguments->output, text);
    free(text);
    return written;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {
        .report = {.size = sizeof(arguments.report), .draw = graphviz_draw},
        .output = {.fd = -1},
    };
    options_parse(&tool, argc, argv, &arguments);
    arguments.common.is_raw = true;
    arguments.report.format = *format_of(&arguments);
    struct qemucore_error error;
    if (!output_is_standard(&arguments.output) &&
        output_check(&arguments.output, &error) != QEMUCORE_OK) {
        return tool_fail(NULL, error.message);
    }
    sandbox_serve(serve, &arguments);
    struct qemucore *core = tool_open(&arguments.common);
    if (!write_report(core, &arguments)) {
        return TOOL_FAILED;
    }
    bool incomplete = tool_warn_of_verdict(core);
    const char *problem = qemucore_coroutine_problem(core);
    if (problem != NULL) {
        message_print(problem);
        incomplete = true;
    }
    int status = tool_finish(core);
    return incomplete && status == TOOL_COMPLETE ? TOOL_INCOMPLETE : status;
}
