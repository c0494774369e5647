/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-snapshot - a core of a living process, which goes on
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    struct qemucore_snapshot how;
    struct output output;
};

/* A name that qemucore-slim refuses gets a raw core: a hung QEMU may be there for one look only. */
static void take_output(void *opaque, const char *path, const struct argp_state *state)
{
    struct arguments *arguments = opaque;
    bool is_zstd = output_take_core(&arguments->output, path);
    (void)state;
    arguments->how.flags &= ~QEMUCORE_SNAPSHOT_ZSTD;
    arguments->how.flags |= is_zstd ? QEMUCORE_SNAPSHOT_ZSTD : 0;
}

static void take_stop(void *opaque, const char *text, const struct argp_state *state)
{
    struct arguments *arguments = opaque;
    char *end = NULL;
    unsigned long milliseconds = text == NULL ? 0 : strtoul(text, &end, 10);
    if (text != NULL && (*text < '0' || *text > '9' || *end != '\0' || milliseconds == 0 ||
                         milliseconds > QEMUCORE_SNAPSHOT_STOP_MS_MAX)) {
        argp_error(state, "--stop=%s: not a number from 1 to %d", text,
                   QEMUCORE_SNAPSHOT_STOP_MS_MAX);
    }
    arguments->how.flags |= QEMUCORE_SNAPSHOT_STOP;
    arguments->how.stop_ms = (uint32_t)milliseconds;
}

static const struct option_row options[] = {
    {.name = "output", .letter = 'o', .argument = "FILE",
     .help = "The file to write (\"-\": standard output; default: qemucore.PID.zst); compressed by "
             "zstd if it ends in .zst",
     .take = take_output},
    {.name = "stop", .argument = "MS", .optional = true,
     .help = "Stop all threads while their memory is copied, some 20 ms; wait for each to stop, for "
             "up to MS milliseconds (default " OPTION_DIGITS(QEMUCORE_SNAPSHOT_STOP_MS) "). "
             "System calls that a signal interrupts fail with EINTR",
     .take = take_stop},
    {.name = "force", .letter = 'f', .help = "Replace FILE if it exists",
     OPTION_SETS(struct arguments, output.force, true)},
    {.name = "level", .argument = "N",
     .help = "Compression level, 1 to 19 (default: zstd's own, 3)",
     .min = 1, OPTION_NUMBER(struct arguments, how.level, OUTPUT_LEVEL_MAX)},
    {0},
};

static const struct tool tool = {
    .usage = "PID",
    .help = "Writes a core dump of the living QEMU process PID, without the guest's memory, for "
            "the commands here, gdb and eu-stack. No thread is stopped or touched. Therefore the "
            "stack of a thread that runs meanwhile and the registers of a thread on a CPU are not "
            "known, and the core says so.\v"
            "Examples:\n"
            "  qemucore-snapshot $(cat /run/libvirt/qemu/vm.pid) -o vm.zst\n"
            "\n"
            "Exit status: 0 written; 1 written, but with --stop some threads did not stop in time, "
            "or could not be read; 2 not written; 64 usage.",
    .options = options,
    .takes_pid = true,
};

static int pid_of(const char *text)
{
    char *end;
    errno = 0;
    long pid = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || pid <= 0 || pid > INT32_MAX) {
        char line[256];
        snprintf(line, sizeof(line), "\"%s\" is no process id", text);
        message_print(line);
        exit(TOOL_USAGE);
    }
    return (int)pid;
}

/* Writes the snapshot. Succeeds only when the file exists under its name. */
static enum qemucore_status write_core(struct arguments *arguments, int pid,
                                       struct qemucore_snapshot_result *result,
                                       struct qemucore_error *error)
{
    struct output *output = &arguments->output;
    enum qemucore_status status = output_check(output, error);
    if (status == QEMUCORE_OK) {
        status = output_open(output, "", error);
    }
    if (status == QEMUCORE_OK) {
        status = live_take(pid, &arguments->how, output, result, error);
    }
    if (status == QEMUCORE_OK) {
        status = output_name(output, error);
    }
    output_close(output);
    return status;
}

static void tell(const struct output *output, const struct qemucore_snapshot_result *result)
{
    FILE *stream = output_is_standard(output) ? stderr : stdout;
    char line[256];
    live_describe(result, line, sizeof(line));
    fprintf(stream, "%s: %.1f MiB", output_is_standard(output) ? "standard output" : output->path,
            (double)output->size / (1 << 20));
    if (output->size != result->core_size) {
        fprintf(stream, ", a core of %.1f MiB", (double)result->core_size / (1 << 20));
    }
    fprintf(stream, "; %.1f MiB of guest memory and the like left out\n%s\n",
            (double)result->left_out / (1 << 20), line);
    if (result->pause_ns != 0) {
        fprintf(stream, "stopped for %.1f ms\n", (double)result->pause_ns / 1e6);
    } else {
        fprintf(stream, "no thread was stopped; copied in %.1f ms%s\n",
                (double)result->copy_ns / 1e6,
                result->rounds > 1 ? ", the last time of several" : "");
    }
}

/* Warns of threads whose registers the core lacks. Returns the exit status. */
static int warn_of_lacking(const struct qemucore_snapshot_result *result)
{
    char line[128];
    unsigned missed = live_missed(result);
    if (result->late != 0) {
        snprintf(line, sizeof(line), "%" PRIu32 " of %" PRIu32 " threads did not stop in time",
                 result->late, result->threads);
        message_print(line);
    }
    if (missed != 0) {
        snprintf(line, sizeof(line), "%u of %" PRIu32 " threads could not be looked at", missed,
                 result->threads);
        message_print(line);
    }
    return result->late != 0 || missed != 0 ? TOOL_INCOMPLETE : TOOL_COMPLETE;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {
        .how = {.size = sizeof(arguments.how), .flags = QEMUCORE_SNAPSHOT_ZSTD},
    };
    struct qemucore_snapshot_result result = {.size = sizeof(result)};
    struct qemucore_error error;
    char name[64];
    options_parse(&tool, argc, argv, &arguments);
    int pid = pid_of(arguments.common.path);
    snprintf(name, sizeof(name), "qemucore.%d.zst", pid);
    struct output *output = &arguments.output;
    output->fd = -1;
    output->path = output->path == NULL ? name : output->path;
    if (write_core(&arguments, pid, &result, &error) != QEMUCORE_OK) {
        return tool_fail(NULL, error.message);
    }
    tell(output, &result);
    return warn_of_lacking(&result);
}
