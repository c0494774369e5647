/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * waits - what every thread is doing, found at the first request for it
 */
#pragma once

#include "wait/thread_wait.h"

struct qc_coroutine_waits;

struct qc_waits {
    struct qc_process *process;
    struct qemucore_wait *items; /* in the order of the threads; NULL thread: not asked for yet */
    struct qc_coroutine_waits *coroutines; /* use qc_waits_coroutines, which makes them */
    void (*coroutines_free)(struct qc_coroutine_waits *coroutines);
};

/* Makes the waits. The process must outlive them. */
enum qemucore_status qc_waits_new(struct qc_process *process, struct qc_waits **ret,
                                  struct qemucore_error *error);
void qc_waits_free(struct qc_waits *waits);

struct qemucore_wait *qc_waits_of(struct qc_waits *waits, struct qemucore_thread *thread);
