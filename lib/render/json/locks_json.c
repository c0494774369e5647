/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * locks_json - the document of qemucore-locks: schema "qemucore-locks/1"
 *
 * Keys keep the order in which they are set.
 */
#include "render/json/json_common.h"
#include "render/render_locks.h"

static void json_lock(struct qc_json *json, const char *key, const struct qemucore_lock *lock)
{
    qc_json_object(json, key);
    qc_json_set(json, "address", qc_json_address(lock->address));
    qc_json_set(json, "name", qc_json_text(lock->name));
    qc_json_set(json, "kind", qc_json_text(qc_lock_types[lock->kind].name));
    qc_json_set(json, "bql", qc_json_bool(lock->is_bql));
    qc_json_set(json, "state", qc_json_text(qc_lock_status_word(lock->state.status)));
    qc_json_set(json, "sentence", qc_json_lock_sentence(lock));
    qc_json_owner(json, "owner", lock->owner, lock->state.owner_lwp);
    qc_json_set(json, "owner_why", qc_json_text(lock->owner_why));
    qc_json_set(json, "count", qc_json_lock_count(lock));
    qc_json_set(json, "recorded_waiters", qc_json_recorded_waiters(lock));
    qc_json_thread_labels(json, "waiters", &lock->waiters);
    qc_json_thread_labels(json, "takers", &lock->cond_waiters);
    qc_json_lock_fields(json, "raw", lock, true);
    qc_json_close(json);
}

static void json_locks(struct qc_json *json, const char *key, const struct qc_wait_graph *graph,
                       const struct qemucore_render *render)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < graph->locks.count; i++) {
        if (qc_locks_wants(render, &graph->locks.items[i])) {
            json_lock(json, NULL, &graph->locks.items[i]);
        }
    }
    qc_json_close(json);
}

static void json_edges(struct qc_json *json, const char *key, const struct qc_wait_graph *graph)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        qc_json_object(json, NULL);
        qc_json_set(json, "waiter", qc_json_signed(edge->waiter->core_thread->lwp));
        qc_json_set(json, "object", qc_json_address(edge->lock->address));
        qc_json_set(json, "holder",
                    edge->holder_lwp > 0 ? qc_json_signed(edge->holder_lwp) : qc_json_null());
        qc_json_set(json, "evidence", qc_json_text(edge->evidence));
        qc_json_close(json);
    }
    qc_json_close(json);
}

static void json_lwps(struct qc_json *json, const char *key, const struct qc_thread_list *threads)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < threads->count; i++) {
        qc_json_set(json, NULL, qc_json_signed(threads->items[i]->core_thread->lwp));
    }
    qc_json_close(json);
}

static void json_cycles(struct qc_json *json, const char *key, const struct qc_wait_graph *graph)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < graph->cycles.count; i++) {
        json_lwps(json, NULL, &graph->cycles.items[i].threads);
    }
    qc_json_close(json);
}

/* Adds, in the order of the cycles, the threads that wait for each of them. */
static void json_cycle_waiters(struct qc_json *json, const char *key,
                               const struct qc_wait_graph *graph)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < graph->cycles.count; i++) {
        json_lwps(json, NULL, &graph->cycles.items[i].behind);
    }
    qc_json_close(json);
}

static void json_anomalies(struct qc_json *json, const char *key, const struct qc_wait_graph *graph)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < graph->anomalies.count; i++) {
        const struct qemucore_anomaly *anomaly = &graph->anomalies.items[i];
        qc_json_object(json, NULL);
        qc_json_set(json, "kind", qc_json_text(qc_anomaly_word(anomaly->kind)));
        qc_json_set(json, "object", qc_json_address(anomaly->lock->address));
        qc_json_set(json, "lwp",
                    anomaly->thread == NULL
                        ? qc_json_null()
                        : qc_json_signed(anomaly->thread->core_thread->lwp));
        qc_json_set(json, "sentence", qc_json_text(anomaly->sentence));
        qc_json_close(json);
    }
    qc_json_close(json);
}

static void json_chains(struct qc_json *json, const char *key, const struct qc_wait_graph *graph)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < graph->chains.count; i++) {
        const struct qemucore_chain *chain = &graph->chains.items[i];
        qc_json_object(json, NULL);
        qc_json_set(json, "root", qc_json_signed(chain->root->core_thread->lwp));
        json_lwps(json, "waiters", &chain->waiters);
        qc_json_set(json, "sentence", qc_json_text(chain->sentence));
        qc_json_close(json);
    }
    qc_json_close(json);
}

static void json_rcu(struct qc_json *json, const char *key, const struct qc_rcu *rcu)
{
    if (!rcu->has_counter) {
        qc_json_set(json, key, qc_json_null());
        return;
    }
    qc_json_object(json, key);
    qc_json_set(json, "state", qc_json_text(qc_rcu_state_name(rcu->state)));
    qc_json_set(json, "grace_period", qc_json_bool(rcu->synchronizer != NULL));
    qc_json_set(json, "counter", qc_json_address(rcu->counter));
    qc_json_set(json, "call_count",
                rcu->has_call_count ? qc_json_signed(rcu->call_count) : qc_json_null());
    qc_json_array(json, "readers");
    for (size_t i = 0; i < rcu->readers.count; i++) {
        const struct qc_rcu_reader *reader = &rcu->readers.items[i];
        qc_json_object(json, NULL);
        qc_json_set(json, "lwp", qc_json_signed(reader->thread->core_thread->lwp));
        qc_json_set(json, "name", qc_json_text(reader->thread->name));
        qc_json_set(json, "depth", qc_json_signed(reader->depth));
        qc_json_set(json, "counter", qc_json_address(reader->counter));
        qc_json_set(json, "blocking", qc_json_bool(reader->blocking));
        qc_json_close(json);
    }
    qc_json_close(json);
    qc_json_set(json, "sentence", qc_json_text(rcu->sentence));
    qc_json_close(json);
}

static void json_problems(struct qc_json *json, const char *key, const struct qc_wait_graph *graph)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < graph->problems.count; i++) {
        qc_json_set(json, NULL, qc_json_text(graph->problems.items[i]));
    }
    qc_json_close(json);
}

static void json_dot(struct qc_json *json, const char *key, struct qc_waits *waits,
                     const struct qc_wait_graph *graph)
{
    struct qc_strbuf buffer = {0};
    qc_dot_locks(waits, graph, false, &buffer);
    QC_FREE char *text = qc_strbuf_take(&buffer);
    qc_json_set(json, key, qc_json_text(text));
}

char *qc_json_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                    const struct qemucore_render *render)
{
    struct qc_json document = {.page = qc_json_page(render)};
    struct qc_json *json = &document;
    qc_json_object(json, NULL);
    qc_json_set(json, "schema", qc_json_text("qemucore-locks/1"));
    qc_json_core(json, "core", waits->process);
    json_locks(json, "objects", graph, render);
    json_edges(json, "edges", graph);
    json_cycles(json, "cycles", graph);
    json_cycle_waiters(json, "behind", graph);
    json_anomalies(json, "anomalies", graph);
    json_chains(json, "chains", graph);
    json_rcu(json, "rcu", graph->rcu);
    json_problems(json, "problems", graph);
    if ((render->flags & QEMUCORE_RENDER_DOT) != 0) {
        json_dot(json, "dot", waits, graph);
    }
    qc_json_close(json);
    return qc_json_take(json);
}
