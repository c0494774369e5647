/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_function - the functions of the C library, GLib and QEMU in which threads wait for a lock
 */
#ifndef QC_QEMU_LOCKS_LOCK_FUNCTION_H
#define QC_QEMU_LOCKS_LOCK_FUNCTION_H

#include "qemu/locks/lock_state.h"

struct qc_lock_function {
    const char *name;
    enum qc_lock_kind kind; /* of what it waits for */
    const char *object;     /* argument; NULL: it has none, the function that it calls knows */
    const char *mutex;      /* argument of a condition's wait */
};

/* NULL: it waits for nothing. */
const struct qc_lock_function *qc_lock_function_find(const struct qemucore_frame *frame);

/* In it, a condition's waiter takes its mutex again. */
bool qc_lock_function_is_relock(const struct qemucore_frame *frame);

#endif
