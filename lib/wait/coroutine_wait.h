/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine_wait - what each coroutine waits for, and who must act first
 *
 * The functions that a coroutine was left in tell that by their names and arguments, as for a
 * thread. A CoMutex names the coroutine that holds it; a request of a thread pool is found on the
 * stack of the worker that carries it out; a channel leads to its peer. So chains lead from
 * coroutine to coroutine, to a thread or out of the process.
 */
#pragma once

#include "wait/thread_wait.h"

#define QC_COROUTINE_WAIT_KINDS(X)                                                              \
    X(QC_COROUTINE_WAIT_NONE, NULL) /* idle, or not known */                                    \
    X(QC_COROUTINE_WAIT_THREAD, "thread") /* it runs: it waits for what its thread waits for */ \
    X(QC_COROUTINE_WAIT_COROUTINE, "coroutine") /* the coroutine that it has entered */         \
    X(QC_COROUTINE_WAIT_LOOP, "event-loop") /* an event loop, which is to enter it */           \
    X(QC_COROUTINE_WAIT_LOCK, "lock") /* CoMutex, CoQueue, CoRwlock */                          \
    X(QC_COROUTINE_WAIT_GRAPH, "graph-lock") /* the lock of the block graph */                  \
    X(QC_COROUTINE_WAIT_CHANNEL, "channel") /* a descriptor */                                  \
    X(QC_COROUTINE_WAIT_WORKER, "worker") /* a worker of a thread pool */                       \
    X(QC_COROUTINE_WAIT_KERNEL, "kernel") /* io_submit, io_uring */                             \
    X(QC_COROUTINE_WAIT_TIMER, "timer")                                                         \
    /* its job, to be entered again: it is paused, or has a timer */                            \
    X(QC_COROUTINE_WAIT_JOB, "job")                                                             \
    X(QC_COROUTINE_WAIT_BREAKPOINT, "breakpoint") /* a breakpoint of blkdebug */                \
    X(QC_COROUTINE_WAIT_COMMAND, "command") /* QMP's next command */                            \
    X(QC_COROUTINE_WAIT_CONNECTION, "connection") /* NBD's thread that connects */              \
    X(QC_COROUTINE_WAIT_TASK, "task") /* a coroutine that it has begun (block/aio_task.c) */    \
    X(QC_COROUTINE_WAIT_DRIVER, "driver") /* what a block driver has requested */
enum qc_coroutine_wait_kind { QC_COROUTINE_WAIT_KINDS(QC_ENUMERATOR) };

struct qc_coroutine_wait {
    struct qemucore_coroutine *coroutine;
    enum qc_coroutine_wait_kind kind;
    enum qc_lock_kind lock;             /* kind of the lock; QC_LOCK_NONE: not LOCK */
    uint64_t object;                    /* address of the lock or the QIOChannel; 0: not known */
    const char *name;                   /* name of the lock on its stack; NULL: none */
    struct qemucore_coroutine *holder;  /* must act first; NULL: none, or not known */
    struct qemucore_thread *thread;     /* must act first; NULL: none, or not known */
    struct qemucore_thread *poller;     /* sleeps until it has ended; NULL: none, or not known */
    int fd;                             /* -1: none, or not known */
    struct qemucore_frame *frame;       /* frame that tells this; NULL: the state does */
    const char *argument;               /* argument that is the object; NULL: not needed */
    const char *sentence;               /* one line; NULL: nothing is known */
    const struct qc_armed_timer *timer; /* timer that will enter it; NULL: none, or not searched */
    const struct qc_clocks *clocks;     /* clocks that the timer runs by */
    struct qemucore_coroutine *root;    /* the last of its chain; NULL: it waits for no coroutine */
    unsigned behind;                    /* number of those that wait for it, directly or through
                                           others, without those that have just entered another */
    bool in_cycle;                      /* it waits for itself, through others */
    size_t chain;                       /* the first search for a root that met it; 0: none yet */
};

/* A thread that sleeps until some coroutines have ended: it is their poller. */
struct qc_coroutine_poll {
    struct qemucore_thread *thread;
    size_t count;
};

struct qc_coroutine_waits {
    struct qc_coroutines *coroutines;
    struct qc_coroutine_wait *items; /* in the order of the coroutines */
    size_t count;                    /* of items; idle coroutines, which are last, have none */
    QC_VEC(struct qc_coroutine_poll) polls;
    bool has_timers;                 /* the timers were searched */
    struct qc_armed_timers timers;
};

/* Finds these and the coroutines at the first call; names the threads. NULL: out of memory. */
const struct qc_coroutine_waits *qc_waits_coroutines(struct qc_waits *waits);

/* Tells whether a timer may enter one of them. */
bool qc_coroutine_waits_have_timers(const struct qc_coroutine_waits *waits);
/* Searches those timers, once. The state must outlive the waits. */
void qc_waits_coroutine_timers(struct qc_waits *waits, const struct qc_state *state);

/* Returns the wait of a coroutine; NULL: it is idle. */
const struct qc_coroutine_wait *qc_coroutine_wait_of(const struct qc_coroutine_waits *waits,
                                                     const struct qemucore_coroutine *coroutine);

/* Returns the wait of the Coroutine at an address; NULL: it is idle, unknown, or nothing tells. */
const struct qc_coroutine_wait *qc_coroutine_wait_at(const struct qc_coroutine_waits *waits,
                                                     uint64_t address);

/* Returns "lock", "channel", "kernel", ...; NULL: NONE. */
const char *qc_coroutine_wait_kind_name(enum qc_coroutine_wait_kind kind);
