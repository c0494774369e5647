/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_function - the functions of the C library, GLib and QEMU in which threads wait for a lock
 */
#pragma once

#include "qemu/locks/lock_state.h"

struct qc_lock_function {
    const char *name;
    enum qc_lock_kind kind; /* kind of the object that it waits for */
    const char *object;     /* argument that points to the object; NULL: none, see its callee */
    const char *mutex;      /* argument that points to the condition's mutex; NULL: none */
};

/* Returns the row of the frame's function; NULL: the function waits for no lock. */
const struct qc_lock_function *qc_lock_function_find(const struct qemucore_frame *frame);

/* Tells whether the frame's function is where a condition's waiter takes its mutex again. */
bool qc_lock_function_is_relock(const struct qemucore_frame *frame);
