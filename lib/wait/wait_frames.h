/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_frames - what the functions on a stack say that their thread waits for
 */
#ifndef QC_WAIT_WAIT_FRAMES_H
#define QC_WAIT_WAIT_FRAMES_H

#include "qemu/qemu.h"

struct qc_wait_frames {
    enum qc_lock_kind kind;       /* QC_LOCK_NONE: they say nothing */
    struct qemucore_frame *frame; /* the function that says most: the outermost of those that wait
                                     for one and the same thing */
    struct qemucore_frame *teller; /* the function that has the object as an argument ... */
    const char *argument;         /* ... of this name; NULL: the functions' names alone tell */
    uint64_t object;              /* 0: its argument is not known */
    uint64_t mutex;               /* of a condition; 0: not known */
    bool retakes;                 /* inside a condition's wait it takes the mutex again */
    bool has_timeout;
    int64_t timeout_ns;
};

void qc_wait_frames(struct qemucore_thread *thread, bool has_word, uint64_t word,
                    struct qc_wait_frames *ret);

#endif
