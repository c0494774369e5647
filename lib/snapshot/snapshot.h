/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * snapshot - a core of a living process, which goes on
 *
 * By default no thread is touched: the kernel tells where a sleeping thread is and whether it has run
 * meanwhile (snapshot/tasks.h), and memory is copied beside the running process. What can't be seen so
 * is told as not known. With a stop all threads stand still for the time of the copy, by ptrace.
 *
 * The front header of the floor: floors above include this one only.
 */
#ifndef QC_SNAPSHOT_SNAPSHOT_H
#define QC_SNAPSHOT_SNAPSHOT_H

#include "core/core.h"

struct qc_snapshot_how {
    bool stop;
    bool is_partial;   /* with stop: threads that do not come in time are done without */
    unsigned stop_ms;
    void (*paused)(void *opaque, bool is_paused); /* before and behind the stop; NULL: nobody asks */
    void *paused_opaque;
};

struct qc_snapshot_counts {
    unsigned threads;
    unsigned caught[QC_CAUGHT_MISSED + 1];
    unsigned late;     /* that did not stop in time */
    unsigned rounds;
    uint64_t pause_ns;
    uint64_t copy_ns;
    uint64_t left_out; /* bytes */
    uint64_t size;     /* of the core, before compression */
};

/* QEMUCORE_LIMIT: with stop, and not is_partial: not all threads came in time. */
enum qemucore_status qc_snapshot_take(int pid, const struct qc_snapshot_how *how,
                                      const struct qc_sink *sink,
                                      struct qc_snapshot_counts *counts,
                                      struct qemucore_error *error);

#endif
