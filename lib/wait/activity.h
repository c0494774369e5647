/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * activity - whether a thread gets on: it idles where its kind idles, sleeps elsewhere, or moves
 *
 * One dump shows no motion, but two things tell a thread that moves. It was in user space. Or its
 * system call has a result: the kernel lets a call come to its end before it stops the thread, and
 * only one that slept is interrupted (signal(7); include/linux/errno.h, ERESTARTSYS and its kin).
 * But a call to storage sleeps without being interruptible: the dump waited until it had its answer.
 * And a nap has a result, too, in a loop that naps for ever.
 */
#ifndef QC_WAIT_ACTIVITY_H
#define QC_WAIT_ACTIVITY_H

#include "wait/wait_graph.h"

enum qc_activity {
    QC_ACTIVITY_UNKNOWN, /* nothing tells */
    QC_ACTIVITY_IDLE,    /* it waits for something to do, where its kind does that */
    QC_ACTIVITY_ASLEEP,  /* in a system call, or on a lock, a condition: until somebody else acts */
    QC_ACTIVITY_RETURNED, /* from a call to storage, or a nap: it had slept there for long, or not */
    QC_ACTIVITY_MOVING,  /* it ran, its call had just come back, or its wait ends by itself */
    QC_ACTIVITY_GUEST,   /* of a vCPU: it runs guest code, which it leaves when it is kicked */
};

/* main_loop as the state has it. */
enum qc_activity qc_activity_of(struct qc_wait_graph *graph, const struct qc_main_loop *main_loop,
                                struct qemucore_thread *thread);

/* Whether a system call is one of those that an event loop sleeps in. */
bool qc_activity_is_poll(const struct qemucore_wait *wait);

/* A thread that was made a moment ago and has not come to its start routine: it runs, and nothing tells yet
   whose it is. */
bool qc_activity_is_newborn(struct qc_wait_graph *graph, struct qemucore_thread *thread);

#endif
