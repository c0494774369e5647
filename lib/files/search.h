/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * search - where files are looked for, and what that has cost so far
 */
#pragma once

#include "files/files_limits.h"

struct qc_build_id;
struct qc_given_file;
struct qc_sysroot_archive;

/* What the caller has to say of files. */
struct qc_file_options {
    const char *executable;
    const char *sysroot;
    const char *const *debuginfo_paths;
    size_t debuginfo_path_count;
    bool no_host_files;
    bool debuginfod;
    double debuginfod_seconds; /* for all downloads together */
    void (*notice)(void *opaque, const char *line);
    void *notice_opaque;
    int (*fetch)(void *opaque, bool executable, const uint8_t *build_id, size_t size,
                 double seconds, char **path); /* called instead of asking servers, if not NULL */
    void *fetch_opaque;
    int (*provide)(void *opaque, bool executable, const uint8_t *build_id, size_t size,
                   char **path); /* the application's source of missing files; NULL: none */
    void *provide_opaque;
};

struct qc_file_search {
    struct qc_file_options options; /* its strings are borrowed */
    uint64_t deadline; /* base/deadline.h; 0: none */
    void *debuginfod; /* private to debuginfod.c; NULL: not begun */
    bool debuginfod_failed;
    bool debuginfod_noticed; /* a notice has told why nothing comes; there is only one */
    double debuginfod_left; /* seconds left for downloads */
    QC_VEC(struct qc_given_file) given_files;
    struct qc_sysroot_archive *sysroot_archive; /* NULL: the sysroot is a directory, or none */
};

/* A file that the process had mapped, and that is looked for. */
struct qc_sought_file {
    const char *path;  /* as the process named it */
    const char *found; /* path of the file itself; NULL: not found */
    const struct qc_build_id *build_id; /* size 0: unknown */
    bool is_image; /* only memory has it, as the vDSO: nobody has a file of it */
    bool *server_failed; /* by enum qc_debuginfod_kind: no server had that file */
};

void qc_file_search_init(struct qc_file_search *search, const struct qc_file_options *options,
                         uint64_t deadline);

/* Frees what was made on the way. The sysroot is gone if it was an archive. */
void qc_file_search_free(struct qc_file_search *search);

void qc_notice(const struct qc_file_search *search, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* It is asked for files that are not on this machine, before debuginfod's servers are. */

/* Returns a descriptor and, in *name, a name for the file (malloc); -1: no such file or function.
   executable: the file itself; else one with its debug info, which it may share. */
int qc_provided_open(const struct qc_file_search *search, const struct qc_build_id *build_id,
                     bool executable, char **name);
