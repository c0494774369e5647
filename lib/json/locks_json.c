/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * locks_json - the document of qemucore-locks: schema "qemucore-locks/1"
 *
 * Keys keep the order in which they are set.
 */
#include "json/documents.h"
#include "json/json_common.h"
#include "text/text.h"

static void json_lock(struct qc_json *json, const struct qemucore_lock *lock)
{
    qc_json_object(json, NULL);
    qc_json_set(json, "address", qc_json_address(lock->address));
    qc_json_set(json, "name", qc_json_text(lock->name));
    qc_json_set(json, "kind", qc_json_text(qc_lock_types[lock->kind].name));
    qc_json_set(json, "bql", qc_json_bool(lock->is_bql));
    qc_json_set(json, "state", qc_json_text(qc_lock_status_word(lock->state.status)));
    qc_json_set(json, "sentence", qc_json_text(qc_lock_state_sentence(&lock->state)));
    qc_json_lock_owner(json, lock);
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
            json_lock(json, &graph->locks.items[i]);
        }
    }
    qc_json_close(json);
}

static void json_edge(struct qc_json *json, const struct qemucore_edge *edge)
{
    qc_json_set(json, "waiter", qc_json_signed(edge->waiter->core_thread->lwp));
    qc_json_set(json, "object", qc_json_address(edge->lock->address));
    qc_json_set(json, "holder", qc_json_lwp(edge->holder_lwp));
    qc_json_set(json, "evidence", qc_json_text(edge->evidence));
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

static void json_anomaly(struct qc_json *json, const struct qemucore_anomaly *anomaly)
{
    const struct qemucore_thread *thread = anomaly->thread;
    qc_json_set(json, "kind", qc_json_text(qc_anomaly_word(anomaly->kind)));
    qc_json_set(json, "object", qc_json_address(anomaly->lock->address));
    qc_json_set(json, "lwp",
                thread == NULL ? qc_json_null() : qc_json_signed(thread->core_thread->lwp));
    qc_json_set(json, "sentence", qc_json_text(anomaly->sentence));
}

static void json_chain(struct qc_json *json, const struct qemucore_chain *chain)
{
    qc_json_set(json, "root", qc_json_signed(chain->root->core_thread->lwp));
    json_lwps(json, "waiters", &chain->waiters);
    qc_json_set(json, "sentence", qc_json_text(chain->sentence));
}

static void json_reader(struct qc_json *json, const struct qc_rcu_reader *reader)
{
    qc_json_thread(json, reader->thread);
    qc_json_set(json, "depth", qc_json_signed(reader->depth));
    qc_json_set(json, "counter", qc_json_address(reader->counter));
    qc_json_set(json, "blocking", qc_json_bool(reader->blocking));
}

static void json_rcu(struct qc_json *json, const char *key, const struct qc_rcu *rcu)
{
    if (!qc_json_object_if(json, key, rcu->has_counter)) {
        return;
    }
    qc_json_set(json, "state", qc_json_text(qc_rcu_state_name(rcu->state)));
    qc_json_set(json, "grace_period", qc_json_bool(rcu->synchronizer != NULL));
    qc_json_set(json, "counter", qc_json_address(rcu->counter));
    qc_json_set(json, "call_count",
                qc_json_if(rcu->has_call_count, qc_json_signed(rcu->call_count)));
    qc_json_list(json, "readers", &rcu->readers, reader, json_reader(json, reader));
    qc_json_set(json, "sentence", qc_json_text(rcu->sentence));
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
    qc_json_begin(json, "qemucore-locks/1", waits->process);
    json_locks(json, "objects", graph, render);
    qc_json_list(json, "edges", &graph->edges, edge, json_edge(json, edge));
    json_cycles(json, "cycles", graph);
    json_cycle_waiters(json, "behind", graph);
    qc_json_list(json, "anomalies", &graph->anomalies, anomaly, json_anomaly(json, anomaly));
    qc_json_list(json, "chains", &graph->chains, chain, json_chain(json, chain));
    json_rcu(json, "rcu", graph->rcu);
    qc_json_texts(json, "problems", graph->problems.items, graph->problems.count);
    if ((render->flags & QEMUCORE_RENDER_DOT) != 0) {
        json_dot(json, "dot", waits, graph);
    }
    qc_json_close(json);
    return qc_json_take(json);
}
