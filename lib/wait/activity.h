/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * activity - whether a thread makes progress: idle where its kind idles, asleep elsewhere, moving
 *
 * One dump shows no motion, but two things show that a thread moves. It was in user space. Or its
 * system call has a result: the kernel lets a call come to its end before it stops the thread, and
 * interrupts only one that sleeps (signal(7); include/linux/errno.h, ERESTARTSYS and similar). But
 * a call to storage sleeps uninterruptibly: the dump waited for its answer. And a nap has a result,
 * too, in a loop that naps for ever.
 */
#pragma once

#include "wait/wait_graph.h"

enum qc_activity {
    QC_ACTIVITY_UNKNOWN, /* not known */
    QC_ACTIVITY_IDLE,    /* it waits for work, where its kind does that */
    QC_ACTIVITY_ASLEEP,  /* in a system call, or on a lock or condition: until something acts */
    QC_ACTIVITY_RETURNED, /* from a call to storage, or a nap: it may have slept there for long */
    QC_ACTIVITY_MOVING,  /* it ran, its call had just returned, or its wait ends by itself */
    QC_ACTIVITY_GUEST,   /* vCPU: it runs guest code, which a kick ends */
};

/* Returns what a thread is doing. main_loop is that of the state. */
enum qc_activity qc_activity_of(struct qc_wait_graph *graph, const struct qc_main_loop *main_loop,
                                struct qemucore_thread *thread);

/* Tells whether it is in a system call that event loops sleep in. */
bool qc_activity_is_poll(const struct qemucore_wait *wait);

/* Tells whether its poll has returned: it was woken, and has only not run yet. False if that is not
   known, as with io_uring_enter(2), which also returns once it has submitted something. */
bool qc_activity_has_polled(const struct qemucore_wait *wait);

/* Tells whether a thread was created a moment ago and has not reached its start routine: it runs,
   and nothing shows yet what it is for. */
bool qc_activity_is_newborn(struct qc_wait_graph *graph, struct qemucore_thread *thread);
