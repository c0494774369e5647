/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * main_loop - where the main thread is: in its own poll, in a nested one, or in a callback
 */
#pragma once

#include "qemu/state/timer.h"
#include "qemu/threads/process.h"

#define QC_MAIN_LOOP_PLACES(X)                                                                   \
    X(QC_MAIN_LOOP_UNKNOWN, "unknown") /* no main thread, or its stack tells nothing */          \
    X(QC_MAIN_LOOP_STARTING, "starting") /* before or after the loop: qemu_init, qemu_cleanup */ \
    X(QC_MAIN_LOOP_POLL, "poll") /* in the loop's own poll, without the BQL: idle */             \
    /* in aio_poll, inside code that waits for requests to end */                                \
    X(QC_MAIN_LOOP_NESTED, "nested")                                                             \
    X(QC_MAIN_LOOP_CALLBACK, "callback") /* anywhere else inside the loop, or in a coroutine */  \
    X(QC_MAIN_LOOP_LOCK, "lock") /* after its poll, about to take the BQL */
enum qc_main_loop_place { QC_MAIN_LOOP_PLACES(QC_ENUMERATOR) };

/* Phase of the process's life, as the main thread's stack shows it. */
enum qc_main_loop_phase {
    QC_MAIN_LOOP_TURNS,  /* neither of the others is seen */
    QC_MAIN_LOOP_STARTS, /* in qemu_init: no monitor answers yet */
    QC_MAIN_LOOP_ENDS,   /* in qemu_cleanup, or already in exit() */
};

#define QC_MAIN_LOOP_BQL_STATES(X)         \
    X(QC_MAIN_LOOP_BQL_UNKNOWN, "unknown") \
    X(QC_MAIN_LOOP_BQL_FREE, "free")       \
    X(QC_MAIN_LOOP_BQL_HELD, "held")
enum qc_main_loop_bql { QC_MAIN_LOOP_BQL_STATES(QC_ENUMERATOR) };

struct qc_main_loop {
    struct qemucore_thread *thread; /* NULL: not found */
    enum qc_main_loop_place place;
    enum qc_main_loop_phase phase;
    const char *function; /* nested poll: caller of aio_poll ("bdrv_drain_all_begin"); callback:
                             innermost function that says something; borrowed; NULL: not known */
    const char *entered_by; /* caller of its coroutine; borrowed; NULL: none, or not known */
    bool has_timeout;     /* it is in a poll whose timeout is known */
    int64_t timeout_ns;   /* timeout that was asked for; negative: none */
    bool has_remaining;
    int64_t remaining_ns; /* what was left of it, as the kernel has written back */

    enum qc_main_loop_bql bql;
    uint64_t bql_address;              /* 0: not known */
    int bql_owner_lwp;                 /* 0: none, or not known */
    struct qemucore_thread *bql_owner; /* NULL: not in the dump */
    const char *bql_why;               /* why its state or its owner is not known */

    struct qc_timers timers;           /* main_loop_tlg; each context has others */
    const char *why_absent;
};

/* Reads the main loop into a zeroed struct. Threads are named (qc_process_name_threads); fallback
   as for qc_process_bql. */
void qc_main_loop_find(struct qc_process *process, qc_bql_fallback *fallback,
                       struct qc_main_loop *ret);

/* Returns "unknown", "starting", "poll", "nested", "callback", "lock". */
const char *qc_main_loop_place_name(enum qc_main_loop_place place);
/* Returns "unknown", "free", "held". */
const char *qc_main_loop_bql_name(enum qc_main_loop_bql bql);
