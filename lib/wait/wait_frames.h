/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_frames - what a thread waits for, by the functions on its stack
 */
#pragma once

#include "qemu/qemu.h"

struct qc_wait_frames {
    enum qc_lock_kind kind;       /* QC_LOCK_NONE: the functions tell nothing */
    struct qemucore_frame *frame; /* frame of the function that says most: the outermost of those
                                     that wait for the same thing */
    struct qemucore_frame *teller; /* frame of the function that has the object as an argument */
    const char *argument;         /* name of that argument; NULL: only the functions' names tell */
    uint64_t object;              /* 0: the argument is not known */
    uint64_t mutex;               /* mutex of a condition; 0: not known */
    bool retakes;                 /* it takes the mutex again, inside a condition's wait */
    bool has_timeout;
    int64_t timeout_ns;
};

void qc_wait_frames(struct qemucore_thread *thread, bool has_word, uint64_t word,
                    struct qc_wait_frames *ret);

/* Returns the mutex that a thread waits for in bql_lock, or that belongs to the condition of an
   idle vCPU. These functions are exported for QEMU's modules, so stripped executables name them.
   Returns 0 if there is none. */
uint64_t qc_wait_bql(struct qc_process *process);
