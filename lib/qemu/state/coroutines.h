/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutines - all that the process has, each with what it is at
 *
 * Where they are is found by qemu/state/coroutine_search. What each is at is told by its members, by
 * the registers of the threads, and by the stack that it was left in.
 */
#ifndef QC_QEMU_STATE_COROUTINES_H
#define QC_QEMU_STATE_COROUTINES_H

#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

enum qc_coroutine_state {
    QC_COROUTINE_RUNNING,   /* in a thread */
    QC_COROUTINE_ENTERED,   /* it has entered another one, and goes on when that yields or ends */
    QC_COROUTINE_SCHEDULED, /* somebody has had it entered by an event loop */
    QC_COROUTINE_SLEEPING,  /* until its timer runs */
    QC_COROUTINE_SUSPENDED, /* it has yielded: whoever knows it is to enter it */
    QC_COROUTINE_UNKNOWN,
    QC_COROUTINE_IDLE,      /* ended, or not begun yet: QEMU keeps it for the next one */
    QC_COROUTINE_STATES,
};

/* The type of the public header. */
struct qemucore_coroutine {
    uint64_t address;
    enum qc_coroutine_state state;
    struct qemucore_thread *thread; /* RUNNING, ENTERED: in which; NULL: not known */
    uint64_t entered;               /* ENTERED: the coroutine; 0: not known */
    uint64_t stack;                 /* start, with the page that nobody can write to */
    uint64_t stack_size;
    struct qc_fact entry;           /* address of its function */
    char *entry_name;               /* NULL: not known */
    struct qc_fact argument;
    struct qc_fact caller;          /* 0: none has entered it */
    struct qc_fact context;         /* AioContext that it was last entered in */
    struct qc_fact locks_held;      /* CoMutexes */
    char *scheduled_by;             /* SCHEDULED, SLEEPING: the function; NULL: not known */
    struct qc_stack *frames;        /* through qc_coroutine_stack only */
    char *why;                      /* it could not be unwound; NULL: it was, or was not yet */
    struct qc_process *process;
};

struct qc_coroutines {
    QC_VEC(struct qemucore_coroutine) list; /* by state, then by address */
    size_t counts[QC_COROUTINE_STATES];
    const char *why_cut; /* there may be more: a limit of ours; NULL: these are all */
};

/* Found at the first call. NULL: out of memory. */
struct qc_coroutines *qc_process_coroutines(struct qc_process *process);

/* By address; NULL: not among them. */
struct qemucore_coroutine *qc_coroutine_at(struct qc_coroutines *coroutines, uint64_t address);

/* Of one that runs, its thread's. Unwound at the first call; without frames `why` says why. NULL: out
   of memory. */
struct qc_stack *qc_coroutine_stack(struct qemucore_coroutine *coroutine);

/* The frame that says what it is at: the innermost that is not on the way out of a coroutine, of
   QEMU's waits for other coroutines or in a library. NULL: no frames. */
struct qemucore_frame *qc_coroutine_own_frame(struct qemucore_coroutine *coroutine);

/* Whose event loop its context is: "main loop", an iothread's id; malloc, NULL: not known. */
char *qc_coroutine_context_name(const struct qemucore_coroutine *coroutine);

/* "running", "entered", "scheduled", "sleeping", "suspended", "unknown", "idle" */
const char *qc_coroutine_state_name(enum qc_coroutine_state state);

#endif
