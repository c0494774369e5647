/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_graph.h"

#include <string.h>

#include "base/base.h"
#include "qemu/qemu.h"

/* Collects the locks that threads wait for, and those that the process is known to have. */
static bool locks_collect(struct qc_wait_graph *graph)
{
    struct qc_process *process = graph->process;
    const struct qc_instances *instances = qc_lock_instances(process);
    qc_vec_each(&instances->items, item) {
        if (!qc_wait_graph_add_lock(graph, qc_lock_instance_kind(item), item->address)) {
            return false;
        }
    }
    for (size_t i = 0; i < process->threads->count; i++) {
        const struct qemucore_wait *wait =
            qc_waits_of(graph->waits, &process->threads->items[i]);
        if (wait->state == QC_WAIT_BLOCKED && wait->object != 0 &&
            !qc_wait_graph_add_lock(graph, wait->kind, wait->object)) {
            return false;
        }
        if (wait->mutex != 0 &&
            !qc_wait_graph_add_lock(graph, qc_lock_mutex_kind(wait->kind), wait->mutex)) {
            return false;
        }
    }
    return true;
}

static const char *owner_why(struct qc_process *process, const struct qemucore_lock *lock)
{
    const struct qc_lock_state *state = &lock->state;
    if (!qc_lock_types[lock->kind].has_owner) {
        return qc_fields_format(process->fields, "a %s has no owner",
                                qc_lock_types[lock->kind].name);
    }
    if (state->why_absent != NULL) {
        return state->why_absent;
    }
    if (state->owner_lwp != 0) {
        return qc_fields_format(process->fields, "LWP %d is not in the dump", state->owner_lwp);
    }
    if (!state->locked) {
        return state->status != QC_LOCK_IS_UNKNOWN ? qc_lock_status_word(state->status)
                                                   : qc_str_or(state->sentence, "not known");
    }
    return qc_lock_is_mutex(lock->kind) ? "locked, but it names no owner"
                                        : "it does not record who holds it";
}

static bool is_quiet(const struct qemucore_lock *lock)
{
    return qc_lock_status_is_quiet(lock->state.status) && lock->waiters.count == 0 &&
           !lock->state.owner_died;
}

/* Reads all but the waiters. Kind and address are set. */
static void lock_read(struct qc_process *process, struct qemucore_lock *lock)
{
    qc_lock_read(process, lock->kind, lock->address, &lock->state);
    lock->is_bql = qc_lock_is_mutex(lock->kind) && qc_lock_is_bql(process, lock->address);
    lock->owner = lock->state.owner_lwp == 0
                      ? NULL
                      : qc_process_thread(process, lock->state.owner_lwp);
    if (lock->owner == NULL) {
        lock->owner_why = owner_why(process, lock);
    }
}

/* A name that a waiter's stack gives is good enough. */
static bool lock_join(struct qemucore_lock *lock, struct qc_thread_list *list,
                      struct qemucore_thread *thread, const char *name)
{
    lock->name = qc_str_or(lock->name, name);
    return qc_vec_push(list, thread);
}

/* NULL: it waits for none, or for one that is not known. */
static struct qemucore_lock *lock_of(const struct qc_wait_graph *graph,
                                     const struct qemucore_wait *wait)
{
    return wait->state != QC_WAIT_BLOCKED || wait->object == 0
               ? NULL
               : qc_wait_graph_lock(graph, wait->kind, wait->object);
}

static bool locks_join_waits(struct qc_wait_graph *graph)
{
    const struct qc_threads *threads = graph->process->threads;
    qc_vec_each(threads, thread) {
        const struct qemucore_wait *wait = qc_waits_of(graph->waits, thread);
        struct qemucore_lock *lock = lock_of(graph, wait);
        struct qemucore_lock *mutex =
            wait->mutex == 0 ? NULL
                             : qc_wait_graph_lock(graph, QC_LOCK_QEMU_MUTEX, wait->mutex);
        if ((lock != NULL && !lock_join(lock, &lock->waiters, thread, wait->name)) ||
            (mutex != NULL && !lock_join(mutex, &mutex->cond_waiters, thread, wait->mutex_name))) {
            return false;
        }
    }
    return true;
}

bool qc_wait_locks_find(struct qc_wait_graph *graph)
{
    if (!locks_collect(graph)) {
        return false;
    }
    qc_wait_graph_sort_locks(graph);
    for (size_t i = 0; i < graph->locks.count; i++) {
        lock_read(graph->process, &graph->locks.items[i]);
    }
    if (!locks_join_waits(graph)) {
        return false;
    }
    qc_vec_each(&graph->locks, lock) {
        qc_vec_sort(&lock->waiters, qc_threads_compare);
        qc_vec_sort(&lock->cond_waiters, qc_threads_compare);
        lock->quiet = is_quiet(lock);
        if (lock->name == NULL) {
            lock->name = qc_lock_name(graph->process, lock->kind, lock->address, lock->owner);
        }
    }
    return true;
}

void qc_wait_lock_read(struct qc_wait_graph *graph, enum qc_lock_kind kind, uint64_t address,
                       struct qemucore_lock *ret)
{
    const struct qc_threads *threads = graph->process->threads;
    *ret = (struct qemucore_lock){.kind = kind, .address = address};
    lock_read(graph->process, ret);
    qc_vec_each(threads, thread) {
        const struct qemucore_wait *wait = qc_waits_of(graph->waits, thread);
        /* Its mutex may be known though its condition is not. */
        if (wait->mutex != 0 && wait->mutex == address && qc_lock_is_mutex(kind) &&
            !qc_vec_push(&ret->cond_waiters, thread)) {
            break;
        }
        const struct qemucore_lock *lock = lock_of(graph, wait);
        if (lock == NULL) {
            continue;
        }
        /* Waiters of a semaphore sleep on the condition inside it. */
        bool is_it = lock->address == address && qc_lock_family(lock->kind) == qc_lock_family(kind);
        bool is_inside = lock->state.inner_cond == address && qc_lock_is_cond(kind);
        if ((is_it || is_inside) && !qc_vec_push(&ret->waiters, thread)) {
            break;
        }
    }
    qc_vec_sort(&ret->waiters, qc_threads_compare);
    qc_vec_sort(&ret->cond_waiters, qc_threads_compare);
    ret->quiet = is_quiet(ret);
    ret->name = qc_lock_name(graph->process, kind, address,
                             ret->waiters.count != 0 ? ret->waiters.items[0] : ret->owner);
}
