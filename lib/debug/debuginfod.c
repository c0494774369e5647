/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/debuginfod.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef HAVE_LIBDEBUGINFOD
#include <elfutils/debuginfod.h>

bool qc_debuginfod_available(void)
{
    return true;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* libdebuginfod calls this while it waits; anything but 0 makes it give up. */
static int keep_going(debuginfod_client *client, long done, long total)
{
    (void)done;
    (void)total;
    const struct qc_modules *modules = debuginfod_get_user_data(client);
    return seconds_now() >= modules->debuginfod_deadline;
}

static bool modules_begin(struct qc_modules *modules)
{
    if (modules->debuginfod != NULL || modules->debuginfod_failed) {
        return modules->debuginfod != NULL;
    }
    const char *urls = getenv(DEBUGINFOD_URLS_ENV_VAR);
    modules->debuginfod = urls == NULL || urls[0] == '\0' ? NULL : debuginfod_begin();
    modules->debuginfod_failed = modules->debuginfod == NULL;
    if (modules->debuginfod != NULL) {
        debuginfod_set_user_data(modules->debuginfod, modules);
        debuginfod_set_progressfn(modules->debuginfod, keep_going);
    }
    return modules->debuginfod != NULL;
}

int qc_debuginfod_open(struct qemucore_module *module, enum qc_debuginfod_kind kind, char **name)
{
    struct qc_modules *modules = module->modules;
    const struct qc_modules_options *options = &modules->options;
    if (!options->debuginfod || module->build_id.size == 0 || modules->debuginfod_left <= 0 ||
        module->server_failed[kind] || !modules_begin(modules)) {
        return -1;
    }
    if (options->notice != NULL) {
        char line[QC_LIMIT_PATH];
        snprintf(line, sizeof(line), "debuginfod: fetching %s of %s (build-id %s)",
                 kind == QC_DEBUGINFOD_DEBUGINFO ? "debug info" : "the file", module->path,
                 module->build_id_text);
        options->notice(options->notice_opaque, line);
    }
    double start = seconds_now();
    modules->debuginfod_deadline = start + modules->debuginfod_left;
    int fd = (kind == QC_DEBUGINFOD_DEBUGINFO
                  ? debuginfod_find_debuginfo
                  : debuginfod_find_executable)(modules->debuginfod, module->build_id.bytes,
                                                (int)module->build_id.size, name);
    modules->debuginfod_left -= seconds_now() - start;
    module->server_failed[kind] = fd < 0;
    return fd < 0 ? -1 : fd;
}

void qc_debuginfod_end(struct qc_modules *modules)
{
    if (modules->debuginfod != NULL) {
        debuginfod_end(modules->debuginfod);
        modules->debuginfod = NULL;
    }
}

#else

bool qc_debuginfod_available(void)
{
    return false;
}

int qc_debuginfod_open(struct qemucore_module *module, enum qc_debuginfod_kind kind, char **name)
{
    (void)module;
    (void)kind;
    (void)name;
    return -1;
}

void qc_debuginfod_end(struct qc_modules *modules)
{
    (void)modules;
}

#endif
