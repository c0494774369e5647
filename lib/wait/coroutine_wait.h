/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine_wait - what each coroutine waits for, and who has to do something first
 *
 * The functions that a coroutine was left in say it, by their names and arguments, as a thread's do. A
 * CoMutex names the coroutine that holds it; a request of a thread pool is found on the stack of the
 * worker that carries it out; a channel leads to its peer. So chains go from coroutine to coroutine, to
 * a thread or out of the process.
 */
#ifndef QC_WAIT_COROUTINE_WAIT_H
#define QC_WAIT_COROUTINE_WAIT_H

#include "wait/waits.h"

enum qc_coroutine_wait_kind {
    QC_COROUTINE_WAIT_NONE,       /* idle, or nothing tells */
    QC_COROUTINE_WAIT_THREAD,     /* it runs: for what its thread waits for */
    QC_COROUTINE_WAIT_COROUTINE,  /* the one that it has entered */
    QC_COROUTINE_WAIT_LOOP,       /* an event loop is to enter it */
    QC_COROUTINE_WAIT_LOCK,       /* CoMutex, CoQueue, CoRwlock */
    QC_COROUTINE_WAIT_GRAPH,      /* the lock of the block graph */
    QC_COROUTINE_WAIT_CHANNEL,    /* a descriptor */
    QC_COROUTINE_WAIT_WORKER,     /* a thread pool */
    QC_COROUTINE_WAIT_KERNEL,     /* io_submit, io_uring */
    QC_COROUTINE_WAIT_TIMER,
    QC_COROUTINE_WAIT_JOB,        /* its job is to be entered: paused, or by a timer */
    QC_COROUTINE_WAIT_BREAKPOINT, /* of blkdebug */
    QC_COROUTINE_WAIT_COMMAND,    /* QMP's next command */
    QC_COROUTINE_WAIT_CONNECTION, /* NBD's thread that connects */
    QC_COROUTINE_WAIT_TASK,       /* a coroutine that it has begun (block/aio_task.c) */
    QC_COROUTINE_WAIT_DRIVER,     /* what a block driver has asked for */
};

struct qc_coroutine_wait {
    struct qemucore_coroutine *coroutine;
    enum qc_coroutine_wait_kind kind;
    enum qc_lock_kind lock;             /* of LOCK; else QC_LOCK_NONE */
    uint64_t object;                    /* the lock, the QIOChannel; 0: not known */
    char *name;                         /* of the lock, on its stack; NULL: none */
    struct qemucore_coroutine *holder;  /* has to do something first; NULL: none, or not known */
    struct qemucore_thread *thread;     /* the same of a thread */
    struct qemucore_thread *poller;     /* is asleep until this has ended; NULL: none, or not known */
    int fd;                             /* -1: none, or not known */
    struct qemucore_frame *frame;       /* that told; NULL: its state did */
    const char *argument;               /* of that, which the object is; NULL: its name is enough */
    char *sentence;                     /* one line; NULL: nothing tells */
    const struct qc_armed_timer *timer; /* that will enter it; NULL: none, or not looked for */
    const struct qc_clocks *clocks;     /* that this goes by */
    struct qemucore_coroutine *root;    /* that it waits for in the end, behind others; NULL: for none */
    unsigned behind;                    /* how many wait for this one, directly or behind others, but
                                           not those that have just entered another */
    bool in_cycle;                      /* they wait for each other */
};

/* A thread that is asleep until they have ended: their poller. */
struct qc_coroutine_poll {
    struct qemucore_thread *thread;
    size_t count;
};

struct qc_coroutine_waits {
    struct qc_coroutines *coroutines;
    struct qc_coroutine_wait *items; /* in the order of the coroutines */
    size_t count;                    /* idle ones, which come last, are none of them */
    QC_VEC(struct qc_coroutine_poll) polls;
    bool has_timers;                 /* those were looked for */
    struct qc_armed_timers timers;
};

/* Found at the first call, as the coroutines are; names the threads. NULL: out of memory. */
const struct qc_coroutine_waits *qc_waits_coroutines(struct qc_waits *waits);

/* Whether a timer may enter one of them. */
bool qc_coroutine_waits_have_timers(const struct qc_coroutine_waits *waits);
/* Looks for those timers, once. The state outlives the waits. */
void qc_waits_coroutine_timers(struct qc_waits *waits, const struct qc_state *state);

/* NULL: it is idle. */
const struct qc_coroutine_wait *qc_coroutine_wait_of(const struct qc_coroutine_waits *waits,
                                                     const struct qemucore_coroutine *coroutine);

/* By the address of a Coroutine; NULL: it is none that waits, or nothing tells. */
const struct qc_coroutine_wait *qc_coroutine_wait_at(const struct qc_coroutine_waits *waits,
                                                     uint64_t address);

/* "lock", "channel", "kernel", ...; NULL: NONE */
const char *qc_coroutine_wait_kind_name(enum qc_coroutine_wait_kind kind);

#endif
