/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rcu - util/rcu.c: is a grace period under way, who holds it up, what is call_rcu at
 *
 * A reader's copy of rcu_gp_ctr is in its thread-local rcu_reader: zero outside of critical
 * sections, and of the counter as it was when the outermost one began. Only the low 32 bits of it
 * are copied. The counter moves by two at the start of a grace period, which then waits for all
 * readers with an older one.
 */
#ifndef QC_QEMU_STATE_RCU_H
#define QC_QEMU_STATE_RCU_H

#include "qemu/threads/process.h"

enum qc_rcu_state {
    QC_RCU_UNKNOWN,
    QC_RCU_IDLE,
    QC_RCU_GRACE_PERIOD,
    QC_RCU_BLOCKED,   /* by readers, or by a mutex that call_rcu waits for */
    QC_RCU_CALLBACKS, /* they run */
};

/* A thread inside a read-side critical section. */
struct qc_rcu_reader {
    struct qemucore_thread *thread;
    uint64_t counter;
    unsigned depth;
    bool blocking; /* the grace period under way waits for it */
};

struct qc_rcu {
    enum qc_rcu_state state;
    char *sentence;
    bool has_counter;
    uint64_t counter;
    bool has_call_count;
    int64_t call_count; /* of callbacks that are queued; up to 10.1 without those of the batch that
                           a grace period is under way for */
    struct qemucore_thread *call_rcu;     /* NULL: not found */
    struct qemucore_thread *synchronizer; /* in a grace period; NULL: nobody is */
    uint64_t gp_event;         /* addresses; 0: not known */
    uint64_t call_ready_event;
    QC_VEC(struct qc_rcu_reader) readers;
};

/* Found at the first call. Names are there: qc_process_name_threads. */
const struct qc_rcu *qc_process_rcu(struct qc_process *process);

/* "unknown", "idle", "grace-period", "blocked", "callbacks" */
const char *qc_rcu_state_name(enum qc_rcu_state state);

#endif
