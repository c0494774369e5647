/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_flags - the locks that a thread notes to hold, as "qemu tcg-lock-status" shows them
 *
 * A thread that takes the BQL, or the lock of record and replay, notes that in a thread-local
 * (system/cpus.c, replay/replay-internal.c). This is independent of the owner in the mutex.
 */
#pragma once

#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

struct qc_lock_flags {
    struct qemucore_thread *thread;
    struct qc_fact bql;
    struct qc_fact replay;
};

struct qc_lock_flags_list {
    QC_VEC(struct qc_lock_flags) list; /* in the order of the threads */
    const char *why_absent; /* why the first missing fact is not known; NULL: none is missing */
};

/* Finds the flags of all threads; *ret must be zeroed. */
void qc_lock_flags_find(struct qc_process *process, struct qc_lock_flags_list *ret);
