/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * collector - what a crash collector keeps of a core that it is handed: one JSON document, in time
 *
 *     cc collector.c $(pkg-config --cflags --libs libqemucore) -o collector
 *     ./collector SECONDS <core.zst >report.json
 *
 * The core is a descriptor (here standard input), as a handler of core_pattern has it. What takes longer
 * than SECONDS is left out, and a line on standard error names what could not be told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <qemucore.h>

static uint64_t seconds_from_now(unsigned long seconds)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((uint64_t)now.tv_sec + seconds) * 1000000000u + (uint64_t)now.tv_nsec;
}

static void show_warnings(struct qemucore *core)
{
    const struct qemucore_warning *warning = NULL;
    while ((warning = qemucore_warning_next(core, warning)) != NULL) {
        fprintf(stderr, "%s: %s\n", qemucore_warning_code_name(qemucore_warning_code(warning)),
                qemucore_warning_sentence(warning));
    }
}

int main(int argc, char **argv)
{
    struct qemucore *core = NULL;
    struct qemucore_error error;
    char *document = NULL;
    struct qemucore_options options = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: %s SECONDS <CORE\n", argv[0]);
        return 64;
    }
    options.size = sizeof(options);
    options.deadline = seconds_from_now(strtoul(argv[1], NULL, 10));
    if (qemucore_open_fd(0, &options, &core, &error) != QEMUCORE_OK ||
        qemucore_json(core, "report", &document, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s: %s\n", qemucore_status_name(error.status), error.message);
        qemucore_close(core);
        return 2;
    }
    puts(document);
    qemucore_free(document);
    show_warnings(core);
    bool complete = qemucore_is_complete(core);
    qemucore_close(core);
    return complete ? 0 : 1;
}
