/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * given_file - files that the caller names: the executable, and debuginfo paths that are files
 *
 * Whatever a file is called, it is the one that has its build-id in the process: a program
 * that the dynamic loader was asked to run, a library that was renamed, a debug file on its own.
 */
#pragma once

#include "files/elf_file.h"
#include "files/search.h"

struct qc_given_file {
    const char *path; /* borrowed from the options */
    bool is_executable; /* given as the executable, not as a debuginfo path */
    struct qc_build_id build_id; /* size 0: none, or the file can't be read */
    bool is_debug_only;
    bool has_debug_info;
};

/* Reads the build-ids of the files. A file that can't be used is reported by a notice; the
   executable where it is used. */
void qc_given_files_read(struct qc_file_search *search);

/* Returns the next path after `previous` (NULL: the first one) of a file with that build-id that
   may be a separate debug file; NULL: none. */
const char *qc_given_file_next_debug(const struct qc_file_search *search,
                                     const struct qc_build_id *build_id, const char *previous);
