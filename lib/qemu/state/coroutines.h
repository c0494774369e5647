/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutines - all coroutines of the process, each with what it is doing
 *
 * qemu/state/coroutine_search finds them. What each is doing follows from its members, from the
 * registers of the threads, and from the stack that it was left in.
 */
#pragma once

#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

#define QC_COROUTINE_STATE_LIST(X)                                                        \
    X(QC_COROUTINE_RUNNING, "running") /* it runs in a thread */                          \
    /* waits for a coroutine that it has entered, until that yields or ends */            \
    X(QC_COROUTINE_ENTERED, "entered")                                                    \
    X(QC_COROUTINE_SCHEDULED, "scheduled") /* an event loop was asked to enter it */      \
    X(QC_COROUTINE_SLEEPING, "sleeping") /* until its timer runs */                       \
    X(QC_COROUTINE_SUSPENDED, "suspended") /* it has yielded; other code must enter it */ \
    X(QC_COROUTINE_UNKNOWN, "unknown")                                                    \
    X(QC_COROUTINE_IDLE, "idle") /* ended, or not begun yet: QEMU keeps it for reuse */
enum qc_coroutine_state { QC_COROUTINE_STATE_LIST(QC_ENUMERATOR) QC_COROUTINE_STATES };

/* The type of the public header. */
struct qemucore_coroutine {
    uint64_t address;
    enum qc_coroutine_state state;
    struct qemucore_thread *thread; /* RUNNING, ENTERED: its thread; NULL: not known */
    uint64_t entered;               /* ENTERED: the coroutine; 0: not known */
    uint64_t stack;                 /* lowest address, with the guard page */
    uint64_t stack_size;
    struct qc_fact entry;           /* address of the function that it began in */
    const char *entry_name;         /* name of that function; NULL: not known */
    struct qc_fact argument;
    struct qc_fact caller;          /* coroutine that has entered it; 0: none */
    struct qc_fact context;         /* AioContext that it was last entered in */
    struct qc_fact locks_held;      /* number of CoMutexes that it holds */
    const char *scheduled_by;       /* SCHEDULED, SLEEPING: function that did it; NULL: not known */
    struct qc_stack *frames;        /* use qc_coroutine_stack */
    const char *why;                /* why it can't be unwound; NULL: it can, or was not tried */
    struct qc_process *process;
};

struct qc_coroutines {
    QC_VEC(struct qemucore_coroutine) list; /* sorted by state, then by address */
    size_t counts[QC_COROUTINE_STATES];
    const char *why_cut; /* the limit that cut the list; NULL: it is complete */
};

/* Finds the coroutines at the first call. NULL: out of memory. */
struct qc_coroutines *qc_process_coroutines(struct qc_process *process);

/* Returns the coroutine at an address; NULL: none is known there. */
struct qemucore_coroutine *qc_coroutine_at(struct qc_coroutines *coroutines, uint64_t address);

/* Returns its stack, unwound at the first call; for a running one, its thread's. If it can't be
   unwound, it has no frames and `why` is set. NULL: out of memory. */
struct qc_stack *qc_coroutine_stack(struct qemucore_coroutine *coroutine);

/* Returns the frame that says what it is doing: the innermost that is not part of leaving a
   coroutine, of QEMU's waits for coroutines, or of a library. NULL: no frames. */
struct qemucore_frame *qc_coroutine_own_frame(struct qemucore_coroutine *coroutine);

/* Returns its context's event loop: "main loop", an iothread's id; NULL: not known. */
const char *qc_coroutine_context_name(const struct qemucore_coroutine *coroutine);

/* Returns the event loop that is to enter it: the one in whose list it is (util/async.c,
   aio_co_schedule). Its context changes only then. NULL: not known. */
const char *qc_coroutine_loop_name(const struct qemucore_coroutine *coroutine);

/* Returns "running", "entered", "scheduled", "sleeping", "suspended", "unknown", "idle". */
const char *qc_coroutine_state_name(enum qc_coroutine_state state);
