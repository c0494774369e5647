/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "message.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "exit_status.h"
#include "options.h"
#include "terminal.h"

/* Static, because any later call may read the core again, and report its progress. */
static struct progress {
    struct timespec start; /* begin of the pass over the file */
    uint64_t done;         /* bytes of the file that the pass has read */
    bool shown;            /* a line of progress is on the terminal */
} progress_state;

/* Shows nothing during the first second of a pass: most passes end within it. */
static bool show_progress(void *opaque, uint64_t done, uint64_t total)
{
    struct progress *progress = opaque;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (done < progress->done) {
        progress->start = now;
    }
    progress->done = done;
    double seconds = (double)(now.tv_sec - progress->start.tv_sec) +
                     (double)(now.tv_nsec - progress->start.tv_nsec) / 1e9;
    if (seconds < 1 || terminal_is_paged()) {
        return true;
    }
    progress->shown = true;
    double mebibytes = (double)done / (1 << 20);
    if (total != 0) {
        fprintf(stderr, "\r%3.0f %% of %.0f MiB, %.0f MiB/s ", 100.0 * (double)done / (double)total,
                (double)total / (1 << 20), mebibytes / seconds);
    } else {
        fprintf(stderr, "\r%.0f MiB, %.0f MiB/s ", mebibytes, mebibytes / seconds);
    }
    return true;
}

void message_clear_progress(void)
{
    if (progress_state.shown) {
        progress_state.shown = false;
        fputs("\r\033[K", stderr);
    }
}

void message_print(const char *text)
{
    message_clear_progress();
    fprintf(stderr, "%s: ", program_invocation_short_name);
    for (const char *at = text; *at != '\0';) {
        size_t length = qc_utf8_length(at);
        if (length == 0) {
            fprintf(stderr, "\\x%02x", (unsigned char)*at);
        } else {
            fwrite(at, 1, length, stderr);
        }
        at += length == 0 ? 1 : length;
    }
    const struct option_row *option = options_about(text);
    if (option != NULL && option->advice != NULL) {
        fprintf(stderr, " (%s)", option->advice);
    } else if (option != NULL) {
        fprintf(stderr, " (raise it with --%s)", option->name);
    }
    fputc('\n', stderr);
}

void message_exit(const char *text)
{
    message_print(text);
    exit(TOOL_FAILED);
}

static void show_notice(void *opaque, const char *line)
{
    (void)opaque;
    message_print(line);
}

void message_set_callbacks(struct qemucore_options *options)
{
    options->notice = show_notice;
    clock_gettime(CLOCK_MONOTONIC, &progress_state.start);
    if (isatty(STDERR_FILENO)) {
        options->progress = show_progress;
        options->progress_opaque = &progress_state;
    }
}
