/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debuginfod - files by build-id from a server, for callers that want that
 *
 * Servers are asked only with QEMUCORE_DEBUGINFOD, and only until the time for all downloads of a
 * handle is used up: a server that is down costs that time once, and not once for each library.
 * DEBUGINFOD_URLS and DEBUGINFOD_CACHE_PATH name the servers and the cache.
 */
#pragma once

#include "files/search.h"

/* Tells whether this build can ask servers. */
bool qc_debuginfod_available(void);

enum qc_debuginfod_kind {
    QC_DEBUGINFOD_EXECUTABLE,
    QC_DEBUGINFOD_DEBUGINFO,
};

/* Returns a descriptor of the file in the cache and, in *name, its path (malloc); -1: failed. */
int qc_debuginfod_open(struct qc_file_search *search, const struct qc_sought_file *sought,
                       enum qc_debuginfod_kind kind, char **name);

/* Fetches a file that is needed by itself. Returns a descriptor or -errno. */
int qc_debuginfod_fetch(enum qc_debuginfod_kind kind, const struct qc_build_id *build_id,
                        double seconds, char **name);

void qc_debuginfod_end(struct qc_file_search *search);
