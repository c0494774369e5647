/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * archive - reads tar archives, plain or compressed, and those inside of others, by libarchive
 *
 * An archive is read once, from its beginning to its end; nothing of it is trusted here or written.
 */
#ifndef QC_MODULES_ARCHIVE_H
#define QC_MODULES_ARCHIVE_H

#include "base/base.h"

enum qc_archive_kind {
    QC_ARCHIVE_FILE,
    QC_ARCHIVE_SYMLINK,
    QC_ARCHIVE_HARD_LINK,
    QC_ARCHIVE_OTHER,
};

/* Strings are the archive's, until its next entry. */
struct qc_archive_entry {
    enum qc_archive_kind kind;
    const char *path;
    const char *target; /* of a link */
};

struct qc_archive;

/* What reading has cost, of all archives of an image: few bytes may be inflated to very many. */
struct qc_archive_work {
    uint64_t read;     /* from files */
    uint64_t inflated; /* what decoders made of that */
};

/* Begins to read an archive; name and work, which outlive it, are for messages, and for what reading
   costs. Takes fd over. */
enum qemucore_status qc_archive_open(int fd, const char *name, struct qc_archive_work *work,
                                     struct qc_archive **ret, struct qemucore_error *error);

/* The entry of outer that is at hand is an archive itself; outer outlives it. */
enum qemucore_status qc_archive_open_inner(struct qc_archive *outer, const char *name,
                                           struct qc_archive **ret, struct qemucore_error *error);

/* QEMUCORE_ABSENT: there are no more. */
enum qemucore_status qc_archive_next(struct qc_archive *archive, struct qc_archive_entry *ret,
                                     struct qemucore_error *error);

/* Bytes of the entry at hand; *ret 0: there are no more. */
enum qemucore_status qc_archive_read(struct qc_archive *archive, void *buffer, size_t size,
                                     size_t *ret, struct qemucore_error *error);

void qc_archive_free(struct qc_archive *archive);

QC_DEFINE_GUARD(qc_guard_archive, struct qc_archive, qc_archive_free)

/* A path as it is from the top; NULL: it is the top, or tries to get above it. */
const char *qc_archive_path(const char *path);

#endif
