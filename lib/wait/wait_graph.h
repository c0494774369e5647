/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_graph - who waits for what, and who holds it
 *
 * An edge leads from a thread to the object that it waits for and, if known, to a thread that must
 * act first: the owner that the object itself names, or one that QEMU's own state names
 * (wait_edge). There is no edge that the dump's memory does not show.
 */
#pragma once

#include "qemu/qemu.h"
#include "wait/thread_wait.h"

/* The types of the public header. */
struct qemucore_lock {
    size_t index;
    enum qc_lock_kind kind;
    uint64_t address;
    const char *name;       /* NULL: none */
    bool is_bql;
    bool quiet;             /* no thread holds it or waits for it */
    struct qc_lock_state state;
    struct qemucore_thread *owner; /* NULL: none, not known, or not in the dump */
    const char *owner_why;  /* why there is no owner; NULL: there is one */
    struct qc_thread_list waiters;
    struct qc_thread_list cond_waiters; /* wait for its conditions; when woken they take it */
};

struct qemucore_edge {
    struct qemucore_thread *waiter;
    struct qemucore_lock *lock;
    int holder_lwp;                 /* 0: none in particular, or not known */
    struct qemucore_thread *holder; /* NULL: none, or not in the dump */
    bool is_lost;                   /* its function waits for a thread, which is not found */
    const char *evidence;
};

struct qemucore_cycle {
    struct qc_thread_list threads;  /* each waits for the next one, the last for the first; the
                                       lowest LWP comes first */
    struct qc_thread_list behind;   /* threads outside of it that wait for one of them, directly or
                                       through others */
};

struct qemucore_chain {
    struct qemucore_thread *root;   /* waits for no thread */
    struct qc_thread_list waiters;  /* wait for root, directly or through others; sorted by LWP */
    const char *sentence;
};

#define QC_ANOMALY_KINDS(X)                                                    \
    X(QC_ANOMALY_OWNER_DIED, "owner-died")                                     \
    X(QC_ANOMALY_OWNER_GONE, "owner-gone")                                     \
    X(QC_ANOMALY_LOCKED_WITHOUT_OWNER, "locked-without-owner")                 \
    X(QC_ANOMALY_WAITERS_ON_FREE_MUTEX, "waiters-on-free-mutex")               \
    X(QC_ANOMALY_SELF_DEADLOCK, "self-deadlock")                               \
    X(QC_ANOMALY_SIGNALLED_NOT_RUN, "signalled-not-run")                       \
    X(QC_ANOMALY_COND_WAITERS_DIFFER, "cond-waiters-differ")                   \
    X(QC_ANOMALY_SEMAPHORE_POSTED_WITH_WAITER, "semaphore-posted-with-waiter") \
    X(QC_ANOMALY_EVENT_SET_WITH_WAITER, "event-set-with-waiter")
enum qc_anomaly_kind { QC_ANOMALY_KINDS(QC_ENUMERATOR) };

struct qemucore_anomaly {
    enum qc_anomaly_kind kind;      /* see qemucore_anomaly_kind */
    struct qemucore_lock *lock;
    struct qemucore_thread *thread; /* NULL: none in particular */
    const char *sentence;
};

struct qc_wait_graph {
    struct qc_process *process;
    struct qc_waits *waits;
    const struct qc_rcu *rcu;
    QC_VEC(struct qemucore_lock) locks;  /* by address */
    QC_VEC(struct qemucore_edge) edges;  /* in the order of waiters; all of one waiter together */
    size_t edge_candidates;              /* number of threads examined as holders */
    bool edges_are_cut;                  /* there may be more: libqemucore's limit was reached */
    QC_VEC(struct qemucore_cycle) cycles;
    size_t *cycle_of; /* for each thread: its first cycle, plus one; 0: none */
    bool cycles_are_cut;                 /* there may be more: libqemucore's limit was reached */
    QC_VEC(struct qemucore_chain) chains;
    QC_VEC(struct qemucore_anomaly) anomalies;
    QC_VEC(const char *) problems; /* sentences: what is not known, and what would change that */
};

void qc_wait_graph_free(struct qc_wait_graph *graph);

bool qc_wait_graph_in_cycle(const struct qc_wait_graph *graph,
                            const struct qemucore_thread *thread);

/* Tells whether the thread is in this cycle. */
bool qc_wait_cycle_has(const struct qc_wait_graph *graph, const struct qemucore_cycle *cycle,
                       const struct qemucore_thread *thread);

/* Adds a lock. False: no memory. When all are added, sort_locks sorts them and keeps each once. */
bool qc_wait_graph_add_lock(struct qc_wait_graph *graph, enum qc_lock_kind kind, uint64_t address);
void qc_wait_graph_sort_locks(struct qc_wait_graph *graph);

/* Returns the object of a kind at an address: mutexes, and conditions, of all kinds count as one.
   NULL: none that is known. */
struct qemucore_lock *qc_wait_graph_lock(const struct qc_wait_graph *graph,
                                         enum qc_lock_kind kind, uint64_t address);

void qc_wait_lock_free(struct qemucore_lock *lock);

/* Returns the first edge of a waiter, which its others follow; NULL: it waits for no object. */
struct qemucore_edge *qc_wait_graph_edge(const struct qc_wait_graph *graph,
                                         const struct qemucore_thread *waiter);

/* Returns the next edge of a waiter that leads to a thread of the dump, the first for previous
   NULL. NULL after the last. */
const struct qemucore_edge *qc_wait_graph_edge_next(const struct qc_wait_graph *graph,
                                                    const struct qemucore_thread *waiter,
                                                    const struct qemucore_edge *previous);

/* Returns the edge from a thread of a cycle to the next one. NULL: there is none. */
const struct qemucore_edge *qc_wait_cycle_edge(const struct qc_wait_graph *graph,
                                               const struct qemucore_cycle *cycle, size_t index);

/* Returns "owner-gone", ... */
const char *qc_anomaly_word(enum qc_anomaly_kind kind);

/* Builds the graph. The waits must outlive it. Fails only when out of memory. */
enum qemucore_status qc_wait_graph_new(struct qc_waits *waits, struct qc_wait_graph **ret,
                                       struct qemucore_error *error);

/* The list has the objects that a thread waits for, and those that are in variables of the
   executable, in its CPUs and in its iothreads. */

/* Fills `locks`. False: no memory. */
bool qc_wait_locks_find(struct qc_wait_graph *graph);

/* Reads an object, which need not be one of the graph's, and who waits for it. */
void qc_wait_lock_read(struct qc_wait_graph *graph, enum qc_lock_kind kind, uint64_t address,
                       struct qemucore_lock *ret);

/* Fills `edges`, after the locks: at least one for each blocked thread. A mutex, a read-write lock or
   a joined thread names the thread that must act; conditions and events do not, but if QEMU's code
   says what is waited for, its state says which thread has not done it yet. False: no memory. */
bool qc_wait_edges_find(struct qc_wait_graph *graph);

/* Fills `cycles`: for each thread in a cycle, one of its shortest cycles. False: no memory. */
bool qc_wait_cycles_find(struct qc_wait_graph *graph);

/* Fills `chains`, and `behind` of each cycle, after the cycles. False: no memory. */
bool qc_wait_chains_find(struct qc_wait_graph *graph);

/* Fills `anomalies`, after everything else. False: no memory. */
bool qc_wait_anomalies_find(struct qc_wait_graph *graph);

/* Fills `problems`, after everything else. False: no memory. */
bool qc_wait_problems_find(struct qc_wait_graph *graph);
