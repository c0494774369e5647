/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-slim - the same core dump without the guest's memory
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "message.h"
#include "options.h"
#include "output.h"
#include "request.h"
#include "sandbox.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    struct qemucore_slim how;
    struct qemucore_range *scrubbed;
    struct output output;
    uint64_t core_size; /* size of the slim core before compression, in bytes */
};

static void take_scrub(void *opaque, const char *text, const struct argp_state *state)
{
    struct arguments *arguments = opaque;
    struct qemucore_range range;
    char *end;
    errno = 0;
    range.start = strtoull(text, &end, 16);
    bool is_range = end != text && *end == '-';
    const char *second = end + 1;
    range.end = is_range ? strtoull(second, &end, 16) : 0;
    if (errno != 0 || !is_range || end == second || *end != '\0' || range.start >= range.end) {
        argp_error(state, "--scrub=%s: not START-END, hexadecimal addresses", text);
    }
    size_t count = arguments->how.scrubbed_count;
    struct qemucore_range *grown =
        reallocarray(arguments->scrubbed, count + 1, sizeof(*arguments->scrubbed));
    if (grown == NULL) {
        message_exit("out of memory");
    }
    grown[count] = range;
    arguments->scrubbed = grown;
    arguments->how.scrubbed = grown;
    arguments->how.scrubbed_count = count + 1;
}

/* Returns the suffix of a name that promises a format which is not written here. NULL: none. */
static const char *other_format(const char *path)
{
    static const char *const others[] = {".gz", ".bgz", ".xz", ".lzma", ".lz4", ".bz2", ".lz",
                                         ".lzo", ".br", ".Z",  ".zip", ".7z",  ".tar", ".tgz"};
    const char *suffix = strrchr(path, '.');
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (suffix != NULL && suffix != path && strcasecmp(suffix, others[i]) == 0) {
            return others[i];
        }
    }
    return NULL;
}

static void take_output(void *opaque, const char *path, const struct argp_state *state)
{
    struct arguments *arguments = opaque;
    const char *other = other_format(path);
    if (other != NULL) {
        argp_error(state, "--output=%s: no %s is written here: .zst is zstd, any other name raw", path,
                   other);
    }
    bool is_zstd = output_take_core(&arguments->output, path);
    arguments->how.flags = is_zstd ? QEMUCORE_SLIM_ZSTD : 0;
}

static const struct option_row options[] = {
    {.name = "output", .letter = 'o', .argument = "OUT",
     .help = "The file to write (\"-\": standard output); compressed by zstd if it ends in .zst",
     .take = take_output},
    {.name = "force", .letter = 'f',
     .help = "Replace OUT if it exists; a device or a FIFO is written to",
     OPTION_SETS(struct arguments, output.force, true)},
    {.name = "scrub", .argument = "START-END",
     .help = "Write zeroes in place of the memory at these addresses (hexadecimal, END not "
             "included); may be given several times",
     .take = take_scrub},
    {.name = "level", .argument = "N",
     .help = "Compression level, 1 to 19 (default: zstd's own, 3)",
     .min = 1, OPTION_NUMBER(struct arguments, how.level, OUTPUT_LEVEL_MAX)},
    OPTION_JSON("Print the report as a JSON document (schema qemucore-slim/1)"),
    {0},
};

static void check(const void *opaque, const struct argp_state *state)
{
    const struct arguments *arguments = opaque;
    if (arguments->output.path == NULL) {
        argp_error(state, "where to? (--output)");
    }
    if (arguments->how.level != 0 && arguments->output.sparse) {
        argp_error(state, "--level: %s does not end in .zst, and is not compressed",
                   arguments->output.path);
    }
}

static const struct tool tool = {
    .usage = "CORE -o OUT",
    .help = "Copies the core dump CORE of a QEMU process, raw or compressed, without the guest's "
            "memory. The copy is small enough to hand on. All commands here, gdb and eu-stack show "
            "the same for it as for the original.\v"
            "Examples:\n"
            "  qemucore-slim core.gz -o slim.zst\n"
            "\n" TOOL_EXIT_STATUS,
    .options = options,
    .check = check,
};

/* Gives the slim core the modification time of the original, as compressors do: it tells when the
   dump was written. */
static void keep_time(const char *core_path, const struct output *output)
{
    struct stat original;
    if (stat(core_path, &original) == 0 && S_ISREG(original.st_mode)) {
        struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, original.st_mtim};
        (void)!futimens(output->fd, times);
    }
}

/* Serves requests in the process that may write files. */
static int serve(void *opaque, enum request request, uint64_t number,
                 struct qemucore_error *error)
{
    struct arguments *arguments = opaque;
    struct output *output = &arguments->output;
    int fd = output_serve(output, arguments->common.path, request, number, error);
    if (request == REQUEST_OUTPUT_NAME && error->status == QEMUCORE_OK && !output->is_stream) {
        keep_time(arguments->common.path, output);
    }
    return fd;
}

/* Writes the slim core. False: it failed, which is reported, and the core is closed. */
static bool write_slim(struct qemucore *core, struct arguments *arguments)
{
    struct output *output = &arguments->output;
    struct qemucore_error error;
    if (output_ask(output, &error) == QEMUCORE_OK &&
        qemucore_slim_write(core, &arguments->how, &arguments->core_size, &error) == QEMUCORE_OK) {
        request_make(REQUEST_OUTPUT_NAME, output->size, NULL, &error);
    }
    request_make(REQUEST_OUTPUT_CLOSE, 0, NULL, NULL);
    free(arguments->scrubbed);
    message_clear_progress();
    if (error.status != QEMUCORE_OK) {
        tool_fail(core, error.message);
    }
    return error.status == QEMUCORE_OK;
}

static bool report(struct qemucore *core, const struct arguments *arguments)
{
    struct qemucore_error error;
    char *text;
    const char *why = qemucore_guest_why_by_rule(core);
    bool is_standard = output_is_standard(&arguments->output);
    const char *name = is_standard ? "standard output" : arguments->output.path;
    if (qemucore_slim_render(core, name, arguments->output.size,
                             arguments->core_size, &arguments->common.render, &text,
                             &error) != QEMUCORE_OK) {
        tool_fail(core, error.message);
        return false;
    }
    fputs(text, is_standard ? stderr : stdout);
    free(text);
    if (why != NULL) {
        message_print(why);
    }
    return true;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.how = {.size = sizeof(arguments.how)}};
    options_parse(&tool, argc, argv, &arguments);
    arguments.output.fd = -1;
    arguments.how.write = output_write;
    arguments.how.opaque = &arguments.output;
    struct qemucore_error error;
    if (output_check(&arguments.output, &error) != QEMUCORE_OK) {
        return tool_fail(NULL, error.message);
    }
    sandbox_serve(serve, &arguments);
    struct qemucore *core = tool_open(&arguments.common);
    return write_slim(core, &arguments) && report(core, &arguments) ? tool_finish(core)
                                                                    : TOOL_FAILED;
}
