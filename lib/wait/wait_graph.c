/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_graph.h"

#include <stdio.h>
#include <string.h>

#include "base/guard.h"
#include "base/vec.h"
#include "qemu/locks/lock_name.h"
#include "qemu/threads/thread_names.h"
#include "wait/wait_anomaly.h"
#include "wait/wait_cycle.h"
#include "wait/wait_holder.h"
#include "wait/wait_problem.h"

const char *qc_anomaly_word(enum qc_anomaly_kind kind)
{
    static const char *const words[] = {
        [QC_ANOMALY_OWNER_DIED] = "owner-died",
        [QC_ANOMALY_OWNER_GONE] = "owner-gone",
        [QC_ANOMALY_LOCKED_WITHOUT_OWNER] = "locked-without-owner",
        [QC_ANOMALY_WAITERS_ON_FREE_MUTEX] = "waiters-on-free-mutex",
        [QC_ANOMALY_SELF_DEADLOCK] = "self-deadlock",
        [QC_ANOMALY_SIGNALLED_NOT_RUN] = "signalled-not-run",
        [QC_ANOMALY_COND_WAITERS_DIFFER] = "cond-waiters-differ",
        [QC_ANOMALY_SEMAPHORE_POSTED_WITH_WAITER] = "semaphore-posted-with-waiter",
        [QC_ANOMALY_EVENT_SET_WITH_WAITER] = "event-set-with-waiter",
    };
    return words[kind];
}

char *qc_wait_who(const struct qemucore_thread *thread)
{
    char *text;
    int lwp = thread->core_thread->lwp;
    const char *name = thread->name != NULL ? thread->name : qc_role_name(thread->role);
    int length = name == NULL ? asprintf(&text, "LWP %d", lwp)
                              : asprintf(&text, "%s (LWP %d)", name, lwp);
    return length < 0 ? NULL : text;
}

void qc_thread_list_sort(struct qc_thread_list *list)
{
    qc_vec_sort(list, qc_threads_compare);
}

/* ---- objects ------------------------------------------------------------------------------- */

static int compare_places(uint64_t address, enum qc_lock_kind kind,
                          const struct qemucore_lock *lock)
{
    if (address != lock->address) {
        return address < lock->address ? -1 : 1;
    }
    return (int)qc_lock_family(kind) - (int)qc_lock_family(lock->kind);
}

/* Of one object, the kind that says most comes first. */
static int compare_locks(const void *left, const void *right)
{
    const struct qemucore_lock *a = left;
    const struct qemucore_lock *b = right;
    int order = compare_places(a->address, a->kind, b);
    return order != 0 ? order : (int)b->kind - (int)a->kind;
}

struct qemucore_lock *qc_wait_graph_lock(const struct qc_wait_graph *graph,
                                         enum qc_lock_kind kind, uint64_t address)
{
    struct qemucore_lock *locks = graph->locks.items;
    size_t low =
        qc_lower_bound(graph->locks.count, i, compare_places(address, kind, &locks[i]) > 0);
    return low < graph->locks.count && compare_places(address, kind, &locks[low]) == 0
               ? &locks[low]
               : NULL;
}

static bool lock_add(struct qc_wait_graph *graph, enum qc_lock_kind kind, uint64_t address)
{
    struct qemucore_lock *lock = qc_vec_add(&graph->locks);
    if (lock != NULL) {
        lock->kind = kind;
        lock->address = address;
    }
    return lock != NULL;
}

/* All that anybody waits for, and all that the process is known to have. */
static bool locks_collect(struct qc_wait_graph *graph)
{
    struct qc_process *process = graph->process;
    const struct qc_instances *instances = qc_lock_instances(process);
    for (size_t i = 0; i < instances->items.count; i++) {
        const struct qc_instance *item = &instances->items.items[i];
        if (!lock_add(graph, qc_lock_instance_kind(item), item->address)) {
            return false;
        }
    }
    for (size_t i = 0; i < process->threads->count; i++) {
        const struct qemucore_wait *wait =
            qc_waits_of(graph->waits, &process->threads->items[i]);
        if (wait->state == QC_WAIT_BLOCKED && wait->object != 0 &&
            !lock_add(graph, wait->kind, wait->object)) {
            return false;
        }
        if (wait->mutex != 0 && !lock_add(graph, qc_lock_mutex_kind(wait->kind), wait->mutex)) {
            return false;
        }
    }
    return true;
}

/* Sorted, and each of them once. */
static void locks_arrange(struct qc_wait_graph *graph)
{
    size_t kept = 0;
    qc_vec_sort(&graph->locks, compare_locks);
    for (size_t i = 0; i < graph->locks.count; i++) {
        struct qemucore_lock *lock = &graph->locks.items[i];
        if (kept == 0 ||
            compare_places(lock->address, lock->kind, &graph->locks.items[kept - 1]) != 0) {
            graph->locks.items[kept++] = *lock;
        }
    }
    graph->locks.count = kept;
    for (size_t i = 0; i < kept; i++) {
        graph->locks.items[i].index = i;
    }
}

static char *owner_why(const struct qemucore_lock *lock)
{
    const struct qc_lock_state *state = &lock->state;
    if (!qc_lock_types[lock->kind].has_owner) {
        return qc_format("a %s has no owner", qc_lock_types[lock->kind].name);
    }
    if (state->why_absent != NULL) {
        return strdup(state->why_absent);
    }
    if (state->owner_lwp != 0) {
        return qc_format("LWP %d is not in the dump", state->owner_lwp);
    }
    if (!state->locked) {
        return strdup(state->status != QC_LOCK_IS_UNKNOWN ? qc_lock_status_word(state->status)
                      : state->sentence != NULL           ? state->sentence
                                                          : "not known");
    }
    return strdup(qc_lock_is_mutex(lock->kind) ? "locked, but it names no owner"
                                               : "it does not record who holds it");
}

static bool is_quiet(const struct qemucore_lock *lock)
{
    return qc_lock_status_is_quiet(lock->state.status) && lock->waiters.count == 0 &&
           !lock->state.owner_died;
}

/* Kind and address are there; reads the rest, but for who waits. */
static void lock_read(struct qc_process *process, struct qemucore_lock *lock)
{
    qc_lock_read(process, lock->kind, lock->address, &lock->state);
    lock->is_bql = qc_lock_is_mutex(lock->kind) && qc_lock_is_bql(process, lock->address);
    lock->owner = lock->state.owner_lwp == 0
                      ? NULL
                      : qc_process_thread(process, lock->state.owner_lwp);
    if (lock->owner == NULL) {
        lock->owner_why = owner_why(lock);
    }
}

static bool list_add(struct qc_thread_list *list, struct qemucore_thread *thread)
{
    struct qemucore_thread **added = qc_vec_add(list);
    if (added != NULL) {
        *added = thread;
    }
    return added != NULL;
}

/* A name from a waiter's own view is as good as any. */
static bool locks_join_waits(struct qc_wait_graph *graph)
{
    const struct qc_threads *threads = graph->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        const struct qemucore_wait *wait = qc_waits_of(graph->waits, thread);
        struct qemucore_lock *lock = wait->state != QC_WAIT_BLOCKED || wait->object == 0
                                         ? NULL
                                         : qc_wait_graph_lock(graph, wait->kind, wait->object);
        struct qemucore_lock *mutex =
            wait->mutex == 0 ? NULL
                             : qc_wait_graph_lock(graph, QC_LOCK_QEMU_MUTEX, wait->mutex);
        if (lock != NULL) {
            if (!list_add(&lock->waiters, thread)) {
                return false;
            }
            if (lock->name == NULL && wait->name != NULL) {
                lock->name = strdup(wait->name);
            }
        }
        if (mutex != NULL) {
            if (!list_add(&mutex->takers, thread)) {
                return false;
            }
            if (mutex->name == NULL && wait->mutex_name != NULL) {
                mutex->name = strdup(wait->mutex_name);
            }
        }
    }
    return true;
}

static bool locks_find(struct qc_wait_graph *graph)
{
    if (!locks_collect(graph)) {
        return false;
    }
    locks_arrange(graph);
    for (size_t i = 0; i < graph->locks.count; i++) {
        lock_read(graph->process, &graph->locks.items[i]);
    }
    if (!locks_join_waits(graph)) {
        return false;
    }
    for (size_t i = 0; i < graph->locks.count; i++) {
        struct qemucore_lock *lock = &graph->locks.items[i];
        qc_thread_list_sort(&lock->waiters);
        qc_thread_list_sort(&lock->takers);
        lock->quiet = is_quiet(lock);
        if (lock->name == NULL) {
            lock->name = qc_lock_name(graph->process, lock->kind, lock->address, lock->owner);
        }
    }
    return true;
}

void qc_wait_graph_read(struct qc_wait_graph *graph, enum qc_lock_kind kind, uint64_t address,
                        struct qemucore_lock *ret)
{
    const struct qc_threads *threads = graph->process->threads;
    *ret = (struct qemucore_lock){.kind = kind, .address = address};
    lock_read(graph->process, ret);
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        const struct qemucore_wait *wait = qc_waits_of(graph->waits, thread);
        struct qemucore_lock *lock =
            wait->state != QC_WAIT_BLOCKED
                ? NULL
                : qc_wait_graph_lock(graph, wait->kind, wait->object);
        if (lock == NULL) {
            continue;
        }
        if (wait->mutex == address && qc_lock_is_mutex(kind) && !list_add(&ret->takers, thread)) {
            break;
        }
        /* The condition inside of a semaphore is what the semaphore's waiters sleep on. */
        bool is_it = lock->address == address && qc_lock_family(lock->kind) == qc_lock_family(kind);
        bool is_inside = lock->state.inner_cond == address && qc_lock_is_cond(kind);
        if ((is_it || is_inside) && !list_add(&ret->waiters, thread)) {
            break;
        }
    }
    qc_thread_list_sort(&ret->waiters);
    qc_thread_list_sort(&ret->takers);
    ret->quiet = is_quiet(ret);
    ret->name = qc_lock_name(graph->process, kind, address,
                             ret->waiters.count != 0 ? ret->waiters.items[0] : ret->owner);
}

void qc_wait_lock_free(struct qemucore_lock *lock)
{
    free(lock->name);
    free(lock->owner_why);
    qc_lock_state_free(&lock->state);
    qc_vec_free(&lock->waiters);
    qc_vec_free(&lock->takers);
}

/* ---- edges --------------------------------------------------------------------------------- */

static bool edge_add(struct qc_wait_graph *graph, const struct qemucore_wait *wait,
                     struct qemucore_lock *lock, const struct qc_holder *holder)
{
    struct qemucore_edge *edge = qc_vec_add(&graph->edges);
    if (edge == NULL) {
        return false;
    }
    edge->waiter = wait->thread;
    edge->lock = lock;
    edge->holder_lwp = holder == NULL ? 0 : holder->lwp;
    edge->holder = holder == NULL ? NULL : qc_process_thread(graph->process, holder->lwp);
    const char *waits = wait->evidence == NULL ? "?" : wait->evidence;
    edge->evidence = holder == NULL ? strdup(waits)
                                    : qc_format("%s; %s", waits,
                                                holder->evidence == NULL ? "?" : holder->evidence);
    return edge->evidence != NULL;
}

static bool edges_find(struct qc_wait_graph *graph)
{
    const struct qc_threads *threads = graph->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        const struct qemucore_wait *wait = qc_waits_of(graph->waits, &threads->items[i]);
        struct qemucore_lock *lock = wait->state != QC_WAIT_BLOCKED
                                         ? NULL
                                         : qc_wait_graph_lock(graph, wait->kind, wait->object);
        if (lock == NULL) {
            continue;
        }
        struct qc_holders holders = {0};
        qc_wait_holders(graph, wait, lock, &holders);
        bool added = holders.count != 0 || edge_add(graph, wait, lock, NULL);
        for (size_t j = 0; j < holders.count; j++) {
            added = added && edge_add(graph, wait, lock, &holders.items[j]);
        }
        qc_holders_free(&holders);
        if (!added) {
            return false;
        }
    }
    return true;
}

struct qemucore_edge *qc_wait_graph_edge(const struct qc_wait_graph *graph,
                                         const struct qemucore_thread *waiter)
{
    size_t low =
        qc_lower_bound(graph->edges.count, i, graph->edges.items[i].waiter->index < waiter->index);
    return low < graph->edges.count && graph->edges.items[low].waiter == waiter
               ? &graph->edges.items[low]
               : NULL;
}

/* ---- the whole ------------------------------------------------------------------------------ */

QC_DEFINE_GUARD(guard_graph, struct qc_wait_graph, qc_wait_graph_free)

enum qemucore_status qc_wait_graph_new(struct qc_waits *waits, struct qc_wait_graph **ret,
                                       struct qemucore_error *error)
{
    QC_GUARD(guard_graph) struct qc_wait_graph *graph = calloc(1, sizeof(*graph));
    if (graph == NULL) {
        return qc_error_memory(error);
    }
    graph->process = waits->process;
    graph->waits = waits;
    qc_process_dwarf_begin(graph->process);
    qc_lock_instances_begin(graph->process);
    qc_process_name_threads(graph->process);
    graph->rcu = qc_process_rcu(graph->process);
    if (!locks_find(graph) || !edges_find(graph) || !qc_wait_cycles_find(graph) ||
        !qc_wait_chains_find(graph) || !qc_wait_anomalies_find(graph) ||
        !qc_wait_problems_find(graph)) {
        return qc_error_memory(error);
    }
    *ret = qc_move(graph);
    return QEMUCORE_OK;
}

void qc_wait_graph_free(struct qc_wait_graph *graph)
{
    if (graph == NULL) {
        return;
    }
    for (size_t i = 0; i < graph->locks.count; i++) {
        qc_wait_lock_free(&graph->locks.items[i]);
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        free(graph->edges.items[i].evidence);
    }
    for (size_t i = 0; i < graph->cycles.count; i++) {
        qc_vec_free(&graph->cycles.items[i].threads);
        qc_vec_free(&graph->cycles.items[i].behind);
    }
    for (size_t i = 0; i < graph->chains.count; i++) {
        qc_vec_free(&graph->chains.items[i].waiters);
        free(graph->chains.items[i].sentence);
    }
    for (size_t i = 0; i < graph->anomalies.count; i++) {
        free(graph->anomalies.items[i].sentence);
    }
    for (size_t i = 0; i < graph->problems.count; i++) {
        free(graph->problems.items[i]);
    }
    qc_vec_free(&graph->problems);
    qc_vec_free(&graph->locks);
    qc_vec_free(&graph->edges);
    qc_vec_free(&graph->cycles);
    qc_vec_free(&graph->chains);
    qc_vec_free(&graph->anomalies);
    free(graph);
}
