/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_flags - which of QEMU's locks a thread believes to hold, as "qemu tcg-lock-status" has it
 *
 * The BQL and the lock of record and replay are noted by a thread-local of whoever takes them
 * (system/cpus.c, replay/replay-internal.c). That is another witness than the owner in the mutex.
 */
#ifndef QC_QEMU_MACHINE_LOCK_FLAGS_H
#define QC_QEMU_MACHINE_LOCK_FLAGS_H

#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

struct qc_lock_flags {
    struct qemucore_thread *thread;
    struct qc_fact bql;
    struct qc_fact replay;
};

struct qc_lock_flags_list {
    QC_VEC(struct qc_lock_flags) list; /* in the order of the threads */
    char *why_absent;                  /* the first thing that could not be had; NULL: nothing */
};

/* Into a zeroed struct. */
void qc_lock_flags_find(struct qc_process *process, struct qc_lock_flags_list *ret);
void qc_lock_flags_free(struct qc_lock_flags_list *flags);

#endif
