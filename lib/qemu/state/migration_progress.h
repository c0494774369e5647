/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * migration_progress - the counters that the monitor's `info migrate` shows
 */
#pragma once

#include "qemu/fields/fact.h"

struct qc_migration_progress {
    struct qc_fact passes; /* passes over RAM: how often the guest's dirty pages were queried */
    struct qc_fact normal_pages;
    struct qc_fact zero_pages;
    struct qc_fact dirty_pages; /* pages still to be sent, as far as known */
    struct qc_fact precopy_bytes;
    struct qc_fact postcopy_bytes;
    struct qc_fact multifd_bytes;
    struct qc_fact downtime_bytes; /* bytes sent while the guest was stopped */
    struct qc_fact transferred_bytes;
    struct qc_fact remaining_bytes; /* size of dirty_pages, if the guest's page size is known */
    struct qc_fact total_bytes;     /* size of the RAM that is sent at all */
    struct qc_fact dirty_pages_rate; /* per second, at QEMU's last count; 0 before the first */
    struct qc_fact pages_per_second; /* pages sent per second, at the last count */
    struct qc_fact throughput_bits;  /* bits sent per second, at the last count */
    struct qc_fact postcopy_requests;
    struct qc_fact throttle_percent; /* share of time that vCPUs may not run; 0: not throttled */
    struct qc_fact setup_ms;
    struct qc_fact start_ms;    /* time of the start by CLOCK_MONOTONIC; 0: not begun */
    struct qc_fact total_ms;    /* not known before completion */
    struct qc_fact downtime_ms; /* not known before the guest was stopped */
    struct qc_fact expected_downtime_ms;
};

/* What decides which counters have a meaning. */
struct qc_migration_how {
    bool has_completed;
    bool leaves_out_shared; /* x-ignore-shared is on, or not known */
};

/* Reads the counters of the MigrationState at an address into a zeroed struct. */
void qc_migration_progress_read(struct qc_fields *fields, uint64_t migration,
                                const struct qc_migration_how *how,
                                struct qc_migration_progress *ret);
