/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "json/json.h"
#include "text/text.h"
#include "wait/wait.h"

/* Returns the wait graph, or NULL without memory for it: iteration can't fail, it finds nothing. */
static const struct qc_wait_graph *graph_of(struct qemucore *core)
{
    struct qc_wait_graph *graph = NULL;
    qc_api_graph(core, &graph, NULL);
    return graph;
}

/* Finds `previous` by a search: the list holds pointers in no order. */
static struct qemucore_thread *next_thread(const struct qc_thread_list *threads,
                                           const struct qemucore_thread *previous)
{
    size_t next = 0;
    while (previous != NULL && next < threads->count && threads->items[next] != previous) {
        next++;
    }
    next += previous != NULL;
    return next < threads->count ? threads->items[next] : NULL;
}

/* Defines an exported function that iterates over such a list of its argument. */
#define THREAD_ITERATOR(name, owner, list)                              \
    QC_EXPORT struct qemucore_thread *name(const struct owner *object,  \
                                           const struct qemucore_thread *previous) \
    {                                                                   \
        return next_thread(&object->list, previous);                    \
    }

/* ---- objects ------------------------------------------------------------------------------- */

QC_ITERATOR(struct qemucore_lock, qemucore_lock_next, struct qemucore, graph_of(object), locks)

QC_EXPORT struct qemucore_lock *qemucore_lock_find(struct qemucore *core, uint64_t address)
{
    const struct qc_wait_graph *graph = graph_of(core);
    return graph == NULL ? NULL
                         : qc_vec_find_sorted(&graph->locks, lock,
                                              qc_compare(lock->address, address));
}

QC_EXPORT enum qemucore_status qemucore_lock_decode(struct qemucore *core, const char *kind,
                                                    uint64_t address, struct qemucore_lock **ret,
                                                    struct qemucore_error *error)
{
    struct qc_wait_graph *graph;
    QC_FAIL_IF(kind == NULL || ret == NULL, error, QEMUCORE_INVALID, "kind or ret is NULL");
    enum qc_lock_kind lock_kind = qc_lock_kind_of(kind);
    QC_FAIL_IF(lock_kind == QC_LOCK_NONE, error, QEMUCORE_NOT_FOUND,
               "%s is no type that threads wait for", kind);
    QC_TRY(qc_api_graph(core, &graph, error));
    struct qemucore_lock *lock = calloc(1, sizeof(*lock));
    QC_TRY_MEMORY(lock != NULL, error);
    qc_wait_lock_read(graph, lock_kind, address, lock);
    if (lock->state.why_absent != NULL) {
        qc_error_set(error, QEMUCORE_ABSENT, "%s at 0x%llx: %s", kind,
                     (unsigned long long)address, lock->state.why_absent);
        qemucore_lock_free(lock);
        return QEMUCORE_ABSENT;
    }
    *ret = lock;
    return QEMUCORE_OK;
}

QC_EXPORT void qemucore_lock_free(struct qemucore_lock *lock)
{
    if (lock != NULL) {
        qc_wait_lock_free(lock);
        free(lock);
    }
}

QC_GETTER(uint64_t, qemucore_lock_address, qemucore_lock, object->address)
QC_GETTER(const char *, qemucore_lock_kind, qemucore_lock, qc_lock_types[object->kind].name)
QC_GETTER(const char *, qemucore_lock_name, qemucore_lock, object->name)
QC_GETTER(bool, qemucore_lock_is_bql, qemucore_lock, object->is_bql)
QC_GETTER(bool, qemucore_lock_is_quiet, qemucore_lock, object->quiet)
QC_GETTER(const char *, qemucore_lock_state, qemucore_lock,
          qc_lock_status_word(object->state.status))
QC_GETTER(const char *, qemucore_lock_sentence, qemucore_lock,
          qc_lock_state_sentence(&object->state))
QC_GETTER(int, qemucore_lock_owner, qemucore_lock,
          object->state.owner_lwp > 0 ? object->state.owner_lwp : 0)
QC_GETTER(struct qemucore_thread *, qemucore_lock_owner_thread, qemucore_lock, object->owner)
QC_GETTER(const char *, qemucore_lock_owner_why, qemucore_lock, object->owner_why)
QC_NUMBER_GETTER(uint64_t, qemucore_lock_count, qemucore_lock, object->state.has_count,
                 object->state.count)
QC_NUMBER_GETTER(uint64_t, qemucore_lock_recorded_waiters, qemucore_lock,
                 object->state.has_recorded_waiters, object->state.recorded_waiters)
THREAD_ITERATOR(qemucore_lock_waiter_next, qemucore_lock, waiters)

QC_EXPORT const char *qemucore_lock_field(const struct qemucore_lock *lock, size_t index,
                                          uint64_t *number, const char **text)
{
    if (index >= lock->state.fields.count) {
        return NULL;
    }
    const struct qc_lock_field *field = &lock->state.fields.items[index];
    QC_GIVE(number, field->value);
    QC_GIVE(text, field->text);
    return field->name;
}

/* ---- edges, cycles, chains, anomalies ------------------------------------------------------- */

QC_ITERATOR(struct qemucore_edge, qemucore_edge_next, struct qemucore, graph_of(object), edges)
QC_GETTER(struct qemucore_thread *, qemucore_edge_waiter, qemucore_edge, object->waiter)
QC_GETTER(struct qemucore_lock *, qemucore_edge_lock, qemucore_edge, object->lock)
QC_GETTER(int, qemucore_edge_holder, qemucore_edge, object->holder_lwp)
QC_GETTER(const char *, qemucore_edge_evidence, qemucore_edge, object->evidence)
QC_ITERATOR(struct qemucore_cycle, qemucore_cycle_next, struct qemucore, graph_of(object), cycles)
THREAD_ITERATOR(qemucore_cycle_thread_next, qemucore_cycle, threads)
THREAD_ITERATOR(qemucore_cycle_behind_next, qemucore_cycle, behind)
QC_ITERATOR(struct qemucore_chain, qemucore_chain_next, struct qemucore, graph_of(object), chains)
QC_GETTER(struct qemucore_thread *, qemucore_chain_root, qemucore_chain, object->root)
THREAD_ITERATOR(qemucore_chain_waiter_next, qemucore_chain, waiters)
QC_GETTER(const char *, qemucore_chain_sentence, qemucore_chain, object->sentence)
QC_ITERATOR(struct qemucore_anomaly, qemucore_anomaly_next, struct qemucore, graph_of(object),
            anomalies)
QC_GETTER(const char *, qemucore_anomaly_kind, qemucore_anomaly, qc_anomaly_word(object->kind))
QC_GETTER(struct qemucore_lock *, qemucore_anomaly_lock, qemucore_anomaly, object->lock)
QC_GETTER(struct qemucore_thread *, qemucore_anomaly_thread, qemucore_anomaly, object->thread)
QC_GETTER(const char *, qemucore_anomaly_sentence, qemucore_anomaly, object->sentence)

static const char *lock_type_name(size_t index)
{
    return qc_lock_types[index].name;
}

QC_EXPORT const char *qemucore_lock_kind_next(const char *previous)
{
    return qc_api_word_next(lock_type_name, QC_LOCK_NONE + 1, QC_LOCK_KINDS, previous);
}

QC_EXPORT const char *qemucore_lock_problem(struct qemucore *core, size_t index)
{
    const struct qc_wait_graph *graph = graph_of(core);
    if (graph == NULL) {
        return index == 0 ? "out of memory" : NULL;
    }
    return index < graph->problems.count ? graph->problems.items[index] : NULL;
}

/* ---- RCU ----------------------------------------------------------------------------------- */

QC_EXPORT const char *qemucore_rcu_state(struct qemucore *core, const char **sentence)
{
    const struct qc_wait_graph *graph = graph_of(core);
    QC_GIVE(sentence, graph == NULL ? NULL : graph->rcu->sentence);
    return graph == NULL ? "unknown" : qc_rcu_state_name(graph->rcu->state);
}

QC_EXPORT struct qemucore_thread *qemucore_rcu_reader(struct qemucore *core, size_t index,
                                                      unsigned *depth, bool *blocking)
{
    const struct qc_wait_graph *graph = graph_of(core);
    if (graph == NULL || index >= graph->rcu->readers.count) {
        return NULL;
    }
    const struct qc_rcu_reader *reader = &graph->rcu->readers.items[index];
    QC_GIVE(depth, reader->depth);
    QC_GIVE(blocking, reader->blocking);
    return reader->thread;
}

/* ---- the rendering -------------------------------------------------------------------------- */

QC_EXPORT enum qemucore_status qemucore_locks_render(struct qemucore *core,
                                                     const struct qemucore_render *render,
                                                     char **ret, struct qemucore_error *error)
{
    const uint32_t allowed = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_JSON |
                           QEMUCORE_RENDER_COLOR | QEMUCORE_RENDER_ALL | QEMUCORE_RENDER_DOT;
    struct qemucore_render ours;
    struct qc_wait_graph *graph;
    QC_TRY(qc_api_copy_render(&ours, render, allowed, error));
    QC_TRY(qc_api_graph(core, &graph, error));
    char *text = QC_API_RENDER(core, &ours, qc_json_locks(core->waits, graph, &ours),
                               (ours.flags & QEMUCORE_RENDER_DOT) != 0
                                   ? (void)qc_dot_locks(core->waits, graph, false, &buffer)
                                   : qc_text_locks(core->waits, graph, &ours, &buffer));
    return qc_api_give_text(text, &ours, ret, error);
}

/* ---- what threads wait for ------------------------------------------------------------------- */

QC_EXPORT struct qemucore_wait *qemucore_thread_wait(struct qemucore *core,
                                                     struct qemucore_thread *thread)
{
    return qc_waits_of(core->waits, thread);
}

QC_GETTER(const char *, qemucore_wait_state, qemucore_wait, qc_wait_state_name(object->state))

QC_EXPORT enum qemucore_wait_state_code qemucore_wait_state_code(const struct qemucore_wait *wait)
{
    static const enum qemucore_wait_state_code codes[] = {
        [QC_WAIT_UNKNOWN] = QEMUCORE_WAIT_UNKNOWN, [QC_WAIT_RUNNING] = QEMUCORE_WAIT_RUNNING,
        [QC_WAIT_SYSCALL] = QEMUCORE_WAIT_SYSCALL, [QC_WAIT_BLOCKED] = QEMUCORE_WAIT_BLOCKED,
        [QC_WAIT_KERNEL] = QEMUCORE_WAIT_KERNEL,
    };
    return codes[wait->state];
}

QC_GETTER(const char *, qemucore_wait_sentence, qemucore_wait, object->sentence)
QC_GETTER(const char *, qemucore_wait_evidence, qemucore_wait, object->evidence)
QC_GETTER(const char *, qemucore_wait_kind, qemucore_wait,
          object->state == QC_WAIT_BLOCKED ? qc_lock_types[object->kind].name : NULL)
QC_GETTER(uint64_t, qemucore_wait_object, qemucore_wait, object->object)
QC_GETTER(const char *, qemucore_wait_name, qemucore_wait, object->name)
QC_GETTER(uint64_t, qemucore_wait_mutex, qemucore_wait, object->mutex)
QC_GETTER(const char *, qemucore_wait_mutex_name, qemucore_wait, object->mutex_name)
QC_NUMBER_GETTER(int64_t, qemucore_wait_timeout, qemucore_wait,
                 object->has_timeout && object->timeout_ns >= 0, object->timeout_ns)

QC_EXPORT int qemucore_wait_syscall(const struct qemucore_wait *wait, const char **name)
{
    QC_GIVE(name, wait->in_syscall ? wait->syscall.name : NULL);
    return wait->in_syscall ? (int)wait->syscall.number : -1;
}

QC_EXPORT enum qemucore_status qemucore_wait_syscall_argument(const struct qemucore_wait *wait,
                                                              size_t index, uint64_t *ret,
                                                              struct qemucore_error *error)
{
    QC_FAIL_IF(ret == NULL || index >= QC_SYSCALL_ARGUMENTS, error, QEMUCORE_INVALID,
               "ret is NULL, or there is no argument %zu", index);
    QC_FAIL_IF(!wait->in_syscall, error, QEMUCORE_NOT_FOUND, "the thread is in no system call");
    QC_FAIL_IF(!wait->syscall.known[index], error, QEMUCORE_ABSENT,
               "the kernel has put the result over argument %zu", index);
    *ret = wait->syscall.arguments[index];
    return QEMUCORE_OK;
}
