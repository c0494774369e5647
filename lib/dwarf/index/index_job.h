/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * index_job - reads many units for an index, by a thread
 *
 * The thread begins with the last unit, and its caller reads others from the first on: they meet.
 */
#ifndef QC_DWARF_INDEX_JOB_H
#define QC_DWARF_INDEX_JOB_H

#include "dwarf/index/die_reader.h"

struct qc_index_job;

/* What was read of a unit. */
struct qc_index_unit {
    const struct qc_indexed_die *dies;
    size_t count;
    bool is_whole; /* else what is behind `last` is for libdw, as after QC_DIE_READER_LOST */
    uint64_t last;
};

/* Takes units (malloc), and frees them also when it fails. NULL: no thread, or out of memory. */
struct qc_index_job *qc_index_job_begin(const struct qc_die_reader_sections *file,
                                        struct qc_die_reader_unit *units, size_t count);

/* The caller reads this unit, and all before it are read. False: the thread reads it, or has. */
bool qc_index_job_claim(struct qc_index_job *job, size_t unit);

/* Of a unit that was not claimed. The first call waits for the thread. */
struct qc_index_unit qc_index_job_unit(struct qc_index_job *job, size_t unit);

/* Of all its units together; waits, too. */
size_t qc_index_job_count(struct qc_index_job *job);

void qc_index_job_free(struct qc_index_job *job);

#endif
