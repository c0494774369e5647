/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rcu - util/rcu.c: whether a grace period is under way, who holds it up, what call_rcu does
 *
 * A thread's rcu_reader holds a copy of rcu_gp_ctr: zero outside of critical sections, else the
 * counter's value when the outermost section began. Only the low 32 bits are copied. The counter
 * grows by two at the start of a grace period, which then waits for all readers with an older
 * value.
 */
#pragma once

#include "qemu/threads/process.h"

#define QC_RCU_STATES(X)                                                                         \
    X(QC_RCU_UNKNOWN, "unknown")                                                                 \
    X(QC_RCU_IDLE, "idle")                                                                       \
    X(QC_RCU_GRACE_PERIOD, "grace-period")                                                       \
    X(QC_RCU_BLOCKED, "blocked") /* held up by readers, or by a mutex that call_rcu waits for */ \
    X(QC_RCU_CALLBACKS, "callbacks") /* callbacks run */
enum qc_rcu_state { QC_RCU_STATES(QC_ENUMERATOR) };

/* A thread inside a read-side critical section. */
struct qc_rcu_reader {
    struct qemucore_thread *thread;
    uint64_t counter;
    unsigned depth;
    bool blocking; /* the grace period under way waits for it */
};

struct qc_rcu {
    enum qc_rcu_state state;
    const char *sentence;
    bool has_counter;
    uint64_t counter;
    bool has_call_count;
    int64_t call_count; /* number of queued callbacks; up to 10.1 without the batch that a grace
                           period is under way for */
    struct qemucore_thread *call_rcu;     /* NULL: not found */
    struct qemucore_thread *synchronizer; /* thread in a grace period; NULL: none */
    uint64_t gp_event;         /* addresses; 0: not known */
    uint64_t call_ready_event;
    bool lacks_readers;        /* not every thread's rcu_reader could be read */
    QC_VEC(struct qc_rcu_reader) readers;
};

/* Reads RCU's state at the first call. Threads are named (qc_process_name_threads). */
const struct qc_rcu *qc_process_rcu(struct qc_process *process);

/* Returns "unknown", "idle", "grace-period", "blocked", "callbacks". */
const char *qc_rcu_state_name(enum qc_rcu_state state);
