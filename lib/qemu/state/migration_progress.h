/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * migration_progress - what the monitor's `info migrate` counts
 */
#ifndef QC_QEMU_STATE_MIGRATION_PROGRESS_H
#define QC_QEMU_STATE_MIGRATION_PROGRESS_H

#include "qemu/fields/fact.h"

struct qc_migration_progress {
    struct qc_fact passes; /* over RAM: how often the guest's dirty pages were asked for */
    struct qc_fact normal_pages;
    struct qc_fact zero_pages;
    struct qc_fact dirty_pages; /* that are still to be sent, as far as is known */
    struct qc_fact precopy_bytes;
    struct qc_fact postcopy_bytes;
    struct qc_fact multifd_bytes;
    struct qc_fact downtime_bytes; /* that were sent while the guest stood still */
    struct qc_fact transferred_bytes;
    struct qc_fact remaining_bytes; /* dirty_pages, where the size of the guest's pages is known */
    struct qc_fact total_bytes;     /* of RAM that is sent at all */
    struct qc_fact dirty_pages_rate; /* a second, when QEMU has counted last; 0 until then */
    struct qc_fact pages_per_second; /* sent, as above */
    struct qc_fact throughput_bits;  /* a second, as above */
    struct qc_fact postcopy_requests;
    struct qc_fact throttle_percent; /* of the time that vCPUs are kept from running; 0: not throttled */
    struct qc_fact setup_ms;
    struct qc_fact start_ms;    /* of the host's monotonic clock; 0: it has not begun */
    struct qc_fact total_ms;    /* not known before it has completed */
    struct qc_fact downtime_ms; /* not known before the guest was stopped for it */
    struct qc_fact expected_downtime_ms;
};

/* What tells which of the counters mean something. */
struct qc_migration_how {
    bool has_completed;
    bool leaves_out_shared; /* by x-ignore-shared, or that is not known */
};

/* Into a zeroed struct, of the MigrationState at an address. */
void qc_migration_progress_read(struct qc_fields *fields, uint64_t migration,
                                const struct qc_migration_how *how,
                                struct qc_migration_progress *ret);

#endif
