/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debuginfod - files of a build-id from a server, for those who ask for it
 *
 * Never by itself: only with QEMUCORE_DEBUGINFOD, and only while the time that all downloads of a
 * handle may take together lasts, so that a server that is down costs that time once and not once
 * a library. Servers and cache are those of DEBUGINFOD_URLS and DEBUGINFOD_CACHE_PATH.
 */
#ifndef QC_MODULES_DEBUGINFOD_H
#define QC_MODULES_DEBUGINFOD_H

#include "modules/module.h"

/* Whether this build can. */
bool qc_debuginfod_available(void);

enum qc_debuginfod_kind {
    QC_DEBUGINFOD_EXECUTABLE,
    QC_DEBUGINFOD_DEBUGINFO,
};

/* A descriptor of the file in the cache and, in *name, its path (malloc); -1: not to be had. */
int qc_debuginfod_open(struct qemucore_module *module, enum qc_debuginfod_kind kind, char **name);

/* The same without a module: a descriptor or -errno. */
int qc_debuginfod_fetch(enum qc_debuginfod_kind kind, const struct qc_build_id *build_id,
                        double seconds, char **name);

void qc_debuginfod_end(struct qc_modules *modules);

#endif
