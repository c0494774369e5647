/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * harvest - what many units have at their tops, gathered by a thread
 *
 * It begins with the last unit; the caller goes through others from the first on, and so they meet.
 */
#ifndef QC_DWARF_INDEX_JOB_H
#define QC_DWARF_INDEX_JOB_H

#include "dwarf/die_reader.h"

struct qc_harvest;

/* What one unit has. */
struct qc_harvest_unit {
    const struct qc_top_die *dies;
    size_t count;
    bool is_whole; /* else what is behind `last` is for libdw, as after QC_TOP_DIES_LOST */
    uint64_t last;
};

/* units is used up (malloc), whatever comes of it. NULL: there is no thread for it, or no memory. */
struct qc_harvest *qc_harvest_begin(const struct qc_top_dies_file *file,
                                    struct qc_top_dies_unit *units, size_t count);

/* The caller goes through this unit, and has through all before it. False: the thread has, or does. */
bool qc_harvest_claim(struct qc_harvest *harvest, size_t unit);

/* What there is of a unit that was not claimed; the first call waits for the thread. */
struct qc_harvest_unit qc_harvest_of(struct qc_harvest *harvest, size_t unit);

void qc_harvest_free(struct qc_harvest *harvest);

#endif
