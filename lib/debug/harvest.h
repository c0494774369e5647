/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * harvest - what many units have at their tops, gathered by a thread while the caller goes through
 * others
 */
#ifndef QC_DEBUG_HARVEST_H
#define QC_DEBUG_HARVEST_H

#include "debug/top_dies.h"

struct qc_harvest;

/* What one unit has. */
struct qc_harvest_unit {
    const struct qc_top_die *dies;
    size_t count;
    bool is_whole; /* else what is behind `last` is for libdw, as after QC_TOP_DIES_LOST */
    uint64_t last;
};

/* units stay where they are until it is freed. NULL: there is no thread for it, or no memory. */
struct qc_harvest *qc_harvest_begin(const struct qc_top_dies_file *file,
                                    const struct qc_top_dies_unit *units, size_t count);

/* What there is of a unit; the first call waits for the thread. */
struct qc_harvest_unit qc_harvest_of(struct qc_harvest *harvest, size_t unit);

void qc_harvest_free(struct qc_harvest *harvest);

#endif
