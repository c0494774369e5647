/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * archive - tar archives, plain, compressed, or inside of others, as libarchive reads them
 *
 * An archive is read once, from beginning to end. It is not trusted, and nothing is written here.
 */
#pragma once

#include "base/base.h"

enum qc_archive_kind {
    QC_ARCHIVE_FILE,
    QC_ARCHIVE_SYMLINK,
    QC_ARCHIVE_HARD_LINK,
    QC_ARCHIVE_OTHER,
};

/* An entry of an archive, which owns the strings, until its next entry. */
struct qc_archive_entry {
    enum qc_archive_kind kind;
    const char *path;
    const char *target; /* where a link leads */
};

struct qc_archive;

/* The cost of reading all archives of an image: few bytes may be inflated to very many. */
struct qc_archive_work {
    uint64_t read;     /* bytes read from files */
    uint64_t inflated; /* bytes that decoders made of those */
};

/* Begins to read the archive in fd, which it takes over. name is for messages; the cost is added to
   work. Both must outlive the archive. */
enum qemucore_status qc_archive_open(int fd, const char *name, struct qc_archive_work *work,
                                     struct qc_archive **ret, struct qemucore_error *error);

/* Begins to read the current entry of outer, which is an archive itself. outer must outlive it. */
enum qemucore_status qc_archive_open_inner(struct qc_archive *outer, const char *name,
                                           struct qc_archive **ret, struct qemucore_error *error);

/* Goes to the next entry. QEMUCORE_ABSENT: there are no more. */
enum qemucore_status qc_archive_next(struct qc_archive *archive, struct qc_archive_entry *ret,
                                     struct qemucore_error *error);

/* Reads bytes of the current entry. *ret 0: there are no more. */
enum qemucore_status qc_archive_read(struct qc_archive *archive, void *buffer, size_t size,
                                     size_t *ret, struct qemucore_error *error);

void qc_archive_free(struct qc_archive *archive);

QC_DEFINE_GUARD(qc_guard_archive, struct qc_archive, qc_archive_free)

/* Returns a path relative to the top. NULL: it is the top, leads above it, or is too long. */
const char *qc_archive_path(const char *path);
