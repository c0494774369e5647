/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-slim - the same core dump without the guest's memory
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qemucore.h"
#include "tool.h"

/* zstd's own: 1 to 19 without --ultra. */
#define LEVEL_MOST 19

struct arguments {
    struct tool_options common;
    struct qemucore_slim how;
    struct qemucore_range *scrubbed;
    const char *output;
    bool force;
    bool json;
};

enum key {
    KEY_SCRUB = 0x200,
    KEY_LEVEL,
};

static const struct argp_option options[] = {
    {"output", 'o', "OUT", 0, "The file to write; compressed by zstd where it ends in .zst", 0},
    {"force", 'f', NULL, 0, "Replace OUT where it exists", 0},
    {"scrub", KEY_SCRUB, "START-END", 0,
     "Write zeroes for these addresses (hexadecimal, END not included); may be given several times",
     0},
    {"level", KEY_LEVEL, "N", 0, "Compression level, 1 to 19 (default: zstd's own, 3)", 0},
    {"json", TOOL_KEY_JSON, NULL, 0, "Report as a JSON document (schema qemucore-slim/1)", 0},
    {0},
};

static void add_range(struct arguments *arguments, const char *text, struct argp_state *state)
{
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
        exit(tool_fail(NULL, "out of memory"));
    }
    grown[count] = range;
    arguments->scrubbed = grown;
    arguments->how.scrubbed = grown;
    arguments->how.scrubbed_count = count + 1;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        return 0;
    case 'o':
        arguments->output = argument;
        return 0;
    case 'f':
        arguments->force = true;
        return 0;
    case KEY_SCRUB:
        add_range(arguments, argument, state);
        return 0;
    case KEY_LEVEL:
        arguments->how.level = (int)tool_number(state, argument, LEVEL_MOST);
        return 0;
    case TOOL_KEY_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_END:
        if (arguments->output == NULL) {
            argp_error(state, "where to? (--output)");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- the file ---------------------------------------------------------------------------- */

/* Written beside OUT under a name of its own, which becomes OUT's only when all of it is there. */
struct output {
    const char *path;
    int fd;
    uint64_t size;
    bool sparse; /* zeroes are left out: a raw core */
};

static char temporary[4096];

static void remove_temporary(int signal_number)
{
    unlink(temporary);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static enum qemucore_status system_error(struct qemucore_error *error, const char *what)
{
    *error = (struct qemucore_error){.status = QEMUCORE_SYSTEM, .os_errno = errno};
    snprintf(error->message, sizeof(error->message), "%s: %s", what, strerror(errno));
    return QEMUCORE_SYSTEM;
}

static bool is_zero(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    return at[0] == 0 && memcmp(at, at + 1, size - 1) == 0;
}

static enum qemucore_status write_output(void *opaque, const void *bytes, size_t size,
                                         struct qemucore_error *error)
{
    struct output *output = opaque;
    const char *at = bytes;
    output->size += size;
    if (output->sparse && is_zero(bytes, size)) {
        return lseek(output->fd, (off_t)size, SEEK_CUR) < 0 ? system_error(error, output->path)
                                                            : QEMUCORE_OK;
    }
    while (size != 0) {
        ssize_t written = write(output->fd, at, size);
        if (written < 0 && errno != EINTR) {
            return system_error(error, output->path);
        }
        if (written > 0) {
            at += written;
            size -= (size_t)written;
        }
    }
    return QEMUCORE_OK;
}

/* Whoever has them ignored, as nohup does, wants us to go on. */
static void on_signal(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    struct sigaction found;
    if (sigaction(number, NULL, &found) == 0 && found.sa_handler != SIG_IGN) {
        sigaction(number, &action, NULL);
    }
}

/* No signal comes between the file and the handler that removes it. */
static int make_temporary(void)
{
    sigset_t signals;
    sigset_t found;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, &found);
    int fd = mkostemp(temporary, O_CLOEXEC); /* 0600: a core holds secrets */
    int cause = errno;
    if (fd >= 0) {
        on_signal(SIGINT, remove_temporary);
        on_signal(SIGTERM, remove_temporary);
        on_signal(SIGHUP, remove_temporary);
    }
    sigprocmask(SIG_SETMASK, &found, NULL);
    errno = cause;
    return fd;
}

static enum qemucore_status open_output(struct output *output, bool force,
                                        struct qemucore_error *error)
{
    struct stat found;
    if (!force && lstat(output->path, &found) == 0) {
        errno = EEXIST;
        return system_error(error, output->path);
    }
    int length = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", output->path);
    errno = ENAMETOOLONG;
    output->fd = length < 0 || (size_t)length >= sizeof(temporary) ? -1 : make_temporary();
    if (output->fd < 0) {
        temporary[0] = '\0'; /* a file of that name is not ours */
        return system_error(error, output->path);
    }
    return QEMUCORE_OK;
}

/* A name that came up meanwhile is not replaced either: link(2) fails, where rename(2) would not. */
static enum qemucore_status name_output(const struct output *output, bool force,
                                        struct qemucore_error *error)
{
    if (ftruncate(output->fd, (off_t)output->size) != 0 || fsync(output->fd) != 0) {
        return system_error(error, output->path);
    }
    if (force ? rename(temporary, output->path) != 0
              : link(temporary, output->path) != 0 || unlink(temporary) != 0) {
        return system_error(error, output->path);
    }
    temporary[0] = '\0';
    char *copy = strdup(output->path);
    int directory = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        fsync(directory);
        close(directory);
    }
    free(copy);
    return QEMUCORE_OK;
}

/* ---- the report -------------------------------------------------------------------------- */

static uint64_t left_out(struct qemucore *core)
{
    uint64_t total = 0;
    const struct qemucore_guest_part *part = NULL;
    while ((part = qemucore_guest_part_next(core, part)) != NULL) {
        total += qemucore_guest_part_held(part);
    }
    return total;
}

static double mebibytes(uint64_t size)
{
    return (double)size / (1 << 20);
}

static void report_text(struct qemucore *core, const struct output *output, uint64_t size)
{
    const struct qemucore_guest_part *part = NULL;
    const char *why = qemucore_guest_why_by_rule(core);
    printf("%s: %.1f MiB", output->path, mebibytes(output->size));
    if (size != output->size) {
        printf(", %.1f MiB before compression", mebibytes(size));
    }
    printf("; left out are %.1f MiB of the guest's, by %s\n", mebibytes(left_out(core)),
           why == NULL ? "ram_list" : "size");
    if (why != NULL) {
        tool_warn(why);
    }
    while ((part = qemucore_guest_part_next(core, part)) != NULL) {
        const char *name = qemucore_guest_part_name(part);
        if (qemucore_guest_part_held(part) == 0) {
            continue;
        }
        printf(" 0x%" PRIx64 "-0x%" PRIx64 "  %10.1f MiB  ", qemucore_guest_part_start(part),
               qemucore_guest_part_end(part), mebibytes(qemucore_guest_part_held(part)));
        for (const char *at = name == NULL ? "no name" : name; *at != '\0'; at++) {
            putchar((unsigned char)*at < 0x20 || *at == 0x7f ? '?' : *at);
        }
        putchar('\n');
    }
}

static void put_string(const char *text)
{
    if (text == NULL) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7f) {
            printf("\\u%04x", byte);
        } else {
            putchar(byte);
        }
    }
    putchar('"');
}

static void report_json(struct qemucore *core, const struct output *output, uint64_t size)
{
    const struct qemucore_guest_part *part = NULL;
    const char *separator = "";
    printf("{\n  \"schema\": \"qemucore-slim/1\",\n  \"output\": ");
    put_string(output->path);
    printf(",\n  \"size\": %" PRIu64 ",\n  \"core_size\": %" PRIu64 ",\n  \"by\": ", output->size,
           size);
    put_string(qemucore_guest_why_by_rule(core) == NULL ? "ram_list" : "size");
    printf(",\n  \"by_why\": ");
    put_string(qemucore_guest_why_by_rule(core));
    printf(",\n  \"left_out\": [");
    while ((part = qemucore_guest_part_next(core, part)) != NULL) {
        printf("%s\n    {\"start\": \"0x%" PRIx64 "\", \"end\": \"0x%" PRIx64
               "\", \"held\": %" PRIu64 ", \"name\": ",
               separator, qemucore_guest_part_start(part), qemucore_guest_part_end(part),
               qemucore_guest_part_held(part));
        put_string(qemucore_guest_part_name(part));
        putchar('}');
        separator = ",";
    }
    printf("\n  ]\n}\n");
}

/* ------------------------------------------------------------------------------------------ */

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&tool_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options, parse, "CORE -o OUT",
        "Writes the core dump CORE of a QEMU process, raw or compressed, once more without the "
        "guest's memory: small enough to hand on, and every command here, gdb and eu-stack say of "
        "it what they say of the original.\v" TOOL_EXIT_STATUS,
        children, NULL, NULL,
    };
    struct arguments arguments = {.how = {.size = sizeof(arguments.how)}};
    tool_start(&arguments.common);
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    struct qemucore *core = tool_open(&arguments.common);
    struct output output = {.path = arguments.output};
    size_t length = strlen(output.path);
    output.sparse = length < 4 || strcmp(output.path + length - 4, ".zst") != 0;
    arguments.how.flags = output.sparse ? 0 : QEMUCORE_SLIM_ZSTD;
    arguments.how.write = write_output;
    arguments.how.opaque = &output;
    struct qemucore_error error;
    uint64_t size = 0;
    enum qemucore_status status = open_output(&output, arguments.force, &error);
    if (status == QEMUCORE_OK) {
        status = qemucore_slim_write(core, &arguments.how, &size, &error);
        status = status == QEMUCORE_OK ? name_output(&output, arguments.force, &error) : status;
        close(output.fd);
    }
    free(arguments.scrubbed);
    tool_clear_progress();
    if (status != QEMUCORE_OK) {
        unlink(temporary);
        return tool_fail(core, error.message);
    }
    (arguments.json ? report_json : report_text)(core, &output, size);
    return tool_finish(core);
}
