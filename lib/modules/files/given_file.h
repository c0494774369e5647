/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * given_file - files that the caller names: the executable, and debuginfo paths that are files
 *
 * Whatever a file is called, it belongs to the module that has its build-id in memory: a program
 * that the dynamic loader was asked to run, a library that was renamed, a debug file on its own.
 */
#pragma once

#include "modules/module.h"

struct qc_given_file {
    const char *path; /* borrowed from the options */
    bool is_executable; /* given as the executable, not as a debuginfo path */
    struct qc_build_id build_id; /* size 0: none, or the file can't be read */
    bool is_debug_only;
    bool has_debug_info;
};

/* Reads the build-ids of the files. A file that can't be used is reported by a notice; for the
   executable, its module reports it. */
void qc_given_files_read(struct qc_modules *modules);

/* Reports, by notices, the files whose build-id no module has. */
void qc_given_files_check(const struct qc_modules *modules);

/* Returns the path to try for the module's own file; NULL: none was given. */
const char *qc_given_file_for(const struct qemucore_module *module);

/* Returns the next path after `previous` (NULL: the first one) of a file with that build-id that
   may be a separate debug file; NULL: none. */
const char *qc_given_file_next_debug(const struct qc_modules *modules,
                                     const struct qc_build_id *build_id, const char *previous);
