/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * index_job - a thread that reads units for an index
 *
 * The caller reads units from the first one on. The thread takes the last quarter of them, then the
 * last quarter of those that are left, until they meet.
 */
#pragma once

#include "dwarf/index/die_reader.h"

struct qc_index_job;

/* What the thread has read from a unit. */
struct qc_index_unit {
    const struct qc_indexed_die *dies;
    size_t count;
    bool is_whole; /* false: libdw has to read what follows `last`, as after QC_DIE_READER_LOST */
    uint64_t last;
};

/* Takes ownership of units (malloc), even if it fails. NULL: only one CPU, or out of memory. */
struct qc_index_job *qc_index_job_begin(const struct qc_die_reader_sections *file,
                                        struct qc_die_reader_unit *units, size_t count);

/* Claims a unit for the caller, which has read all before. False: the thread reads or has it. */
bool qc_index_job_claim(struct qc_index_job *job, size_t unit);

/* Returns what the thread has read from a unit. The first call waits for the thread. */
struct qc_index_unit qc_index_job_unit(struct qc_index_job *job, size_t unit);

/* Returns how many DIEs the thread has read from all its units. Waits for the thread. */
size_t qc_index_job_count(struct qc_index_job *job);

void qc_index_job_free(struct qc_index_job *job);
