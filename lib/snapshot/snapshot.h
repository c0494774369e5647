/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * snapshot - writes a core of a living process, which then goes on
 *
 * By default no thread is touched. The kernel tells where a sleeping thread is and whether it has
 * run meanwhile (snapshot/tasks.h), and memory is copied while the process runs. What can't be seen
 * this way is reported as not known. With a stop, ptrace holds all threads during the copy.
 *
 * The front header of this floor: floors above include this header only.
 */
#pragma once

#include "core/core.h"

struct qc_snapshot_how {
    bool stop;
    bool is_partial;   /* with stop: go on without threads that do not stop in time */
    unsigned stop_ms;
    void (*paused)(void *opaque, bool is_paused); /* called around the stop; may be NULL */
    void *paused_opaque;
};

struct qc_snapshot_counts {
    unsigned threads;
    unsigned caught[QC_CAUGHT_MISSED + 1];
    unsigned late;     /* threads that did not stop in time */
    unsigned rounds;
    uint64_t pause_ns;
    uint64_t copy_ns;
    uint64_t left_out; /* bytes */
    uint64_t size;     /* bytes of the core, before compression */
};

/* Writes a core of a process. QEMUCORE_LIMIT: with stop and without is_partial, some threads did
   not stop in time. */
enum qemucore_status qc_snapshot_take(int pid, const struct qc_snapshot_how *how,
                                      const struct qc_sink *sink,
                                      struct qc_snapshot_counts *counts,
                                      struct qemucore_error *error);
