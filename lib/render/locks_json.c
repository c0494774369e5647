/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * locks_json - the document of qemucore-locks: schema "qemucore-locks/1"
 *
 * Keys keep the order in which they are set.
 */
#include "render/json_lock.h"
#include "render/locks.h"

static json_t *json_lock(const struct qemucore_lock *lock)
{
    json_t *object = json_object();
    json_object_set_new(object, "address", qc_json_address(lock->address));
    json_object_set_new(object, "name", qc_json_text(lock->name));
    json_object_set_new(object, "kind", json_string(qc_lock_types[lock->kind].name));
    json_object_set_new(object, "bql", json_boolean(lock->is_bql));
    json_object_set_new(object, "state", json_string(qc_lock_status_word(lock->state.status)));
    json_object_set_new(object, "sentence", qc_json_lock_sentence(lock));
    json_object_set_new(object, "owner", qc_json_owner(lock));
    json_object_set_new(object, "owner_why", qc_json_text(lock->owner_why));
    json_object_set_new(object, "count", qc_json_lock_count(lock));
    json_object_set_new(object, "recorded_waiters", qc_json_recorded_waiters(lock));
    json_object_set_new(object, "waiters", qc_json_people(&lock->waiters));
    json_object_set_new(object, "takers", qc_json_people(&lock->takers));
    json_object_set_new(object, "raw", qc_json_lock_fields(lock, true));
    return object;
}

static json_t *json_locks(const struct qc_wait_graph *graph, const struct qemucore_render *render)
{
    json_t *list = json_array();
    for (size_t i = 0; i < graph->locks.count; i++) {
        if (qc_locks_wants(render, &graph->locks.items[i])) {
            json_array_append_new(list, json_lock(&graph->locks.items[i]));
        }
    }
    return list;
}

static json_t *json_edges(const struct qc_wait_graph *graph)
{
    json_t *list = json_array();
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "waiter", json_integer(edge->waiter->core_thread->lwp));
        json_object_set_new(object, "object", qc_json_address(edge->lock->address));
        json_object_set_new(object, "holder",
                            edge->holder_lwp > 0 ? json_integer(edge->holder_lwp) : json_null());
        json_object_set_new(object, "evidence", qc_json_text(edge->evidence));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_lwps(const struct qc_thread_list *threads)
{
    json_t *list = json_array();
    for (size_t i = 0; i < threads->count; i++) {
        json_array_append_new(list, json_integer(threads->items[i]->core_thread->lwp));
    }
    return list;
}

static json_t *json_cycles(const struct qc_wait_graph *graph)
{
    json_t *list = json_array();
    for (size_t i = 0; i < graph->cycles.count; i++) {
        json_array_append_new(list, json_lwps(&graph->cycles.items[i].threads));
    }
    return list;
}

/* In the order of the cycles. */
static json_t *json_behind(const struct qc_wait_graph *graph)
{
    json_t *list = json_array();
    for (size_t i = 0; i < graph->cycles.count; i++) {
        json_array_append_new(list, json_lwps(&graph->cycles.items[i].behind));
    }
    return list;
}

static json_t *json_anomalies(const struct qc_wait_graph *graph)
{
    json_t *list = json_array();
    for (size_t i = 0; i < graph->anomalies.count; i++) {
        const struct qemucore_anomaly *anomaly = &graph->anomalies.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "kind", json_string(qc_anomaly_word(anomaly->kind)));
        json_object_set_new(object, "object", qc_json_address(anomaly->lock->address));
        json_object_set_new(object, "lwp", anomaly->thread == NULL
                                               ? json_null()
                                               : json_integer(anomaly->thread->core_thread->lwp));
        json_object_set_new(object, "sentence", qc_json_text(anomaly->sentence));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_chains(const struct qc_wait_graph *graph)
{
    json_t *list = json_array();
    for (size_t i = 0; i < graph->chains.count; i++) {
        const struct qemucore_chain *chain = &graph->chains.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "root", json_integer(chain->root->core_thread->lwp));
        json_object_set_new(object, "waiters", json_lwps(&chain->waiters));
        json_object_set_new(object, "sentence", qc_json_text(chain->sentence));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_rcu(const struct qc_rcu *rcu)
{
    if (!rcu->has_counter) {
        return json_null();
    }
    json_t *object = json_object();
    json_t *readers = json_array();
    for (size_t i = 0; i < rcu->readers.count; i++) {
        const struct qc_rcu_reader *reader = &rcu->readers.items[i];
        json_t *person = qc_json_person(reader->thread);
        json_object_set_new(person, "depth", json_integer(reader->depth));
        json_object_set_new(person, "counter", qc_json_address(reader->counter));
        json_object_set_new(person, "blocking", json_boolean(reader->blocking));
        json_array_append_new(readers, person);
    }
    json_object_set_new(object, "state", json_string(qc_rcu_state_name(rcu->state)));
    json_object_set_new(object, "grace_period", json_boolean(rcu->synchronizer != NULL));
    json_object_set_new(object, "counter", qc_json_address(rcu->counter));
    json_object_set_new(object, "call_count", rcu->has_call_count && rcu->call_count >= 0
                                                  ? json_integer(rcu->call_count)
                                                  : json_null());
    json_object_set_new(object, "readers", readers);
    json_object_set_new(object, "sentence", qc_json_text(rcu->sentence));
    return object;
}

static json_t *json_problems(const struct qc_wait_graph *graph)
{
    json_t *list = json_array();
    for (size_t i = 0; i < graph->problems.count; i++) {
        json_array_append_new(list, qc_json_text(graph->problems.items[i]));
    }
    return list;
}

char *qc_json_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                    const struct qemucore_render *render)
{
    json_t *document = json_object();
    json_object_set_new(document, "schema", json_string("qemucore-locks/1"));
    json_object_set_new(document, "core", qc_json_core(waits->process));
    json_object_set_new(document, "objects", json_locks(graph, render));
    json_object_set_new(document, "edges", json_edges(graph));
    json_object_set_new(document, "cycles", json_cycles(graph));
    json_object_set_new(document, "behind", json_behind(graph));
    json_object_set_new(document, "anomalies", json_anomalies(graph));
    json_object_set_new(document, "chains", json_chains(graph));
    json_object_set_new(document, "rcu", json_rcu(graph->rcu));
    json_object_set_new(document, "problems", json_problems(graph));
    return qc_json_end(document);
}
