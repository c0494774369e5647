/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_json - the block layer's part of the state
 */
#include "render/json_state.h"

static json_t *json_request(const struct qc_block_request *request)
{
    json_t *object = json_object();
    json_object_set_new(object, "address", qc_json_address(request->address));
    json_object_set_new(object, "type", qc_json_text(request->type));
    json_object_set_new(object, "offset", qc_json_fact(request->offset));
    json_object_set_new(object, "bytes", qc_json_fact(request->bytes));
    json_object_set_new(object, "serialising", qc_json_fact_bool(request->serialising));
    json_object_set_new(object, "coroutine", qc_json_fact_address(request->coroutine));
    json_object_set_new(object, "waiting_for", qc_json_fact_address(request->waiting_for));
    return object;
}

static json_t *json_node(const struct qc_block_node *node)
{
    json_t *object = json_object();
    json_t *requests = json_array();
    for (size_t i = 0; i < node->requests.count; i++) {
        json_array_append_new(requests, json_request(&node->requests.items[i]));
    }
    json_object_set_new(object, "name", qc_json_text(node->name));
    json_object_set_new(object, "address", qc_json_address(node->address));
    json_object_set_new(object, "driver", qc_json_text(node->driver));
    json_object_set_new(object, "filename", qc_json_text(node->filename));
    json_object_set_new(object, "open_flags", qc_json_fact(node->open_flags));
    json_object_set_new(object, "context", qc_json_context_name(node->context));
    json_object_set_new(object, "in_flight", qc_json_fact(node->in_flight));
    json_object_set_new(object, "serialising_in_flight",
                        qc_json_fact(node->serialising_in_flight));
    json_object_set_new(object, "quiesce_counter", qc_json_fact(node->quiesce_counter));
    json_object_set_new(object, "active_flush", qc_json_fact_bool(node->active_flush));
    json_object_set_new(object, "tracked_requests", qc_json_fact(node->tracked));
    json_object_set_new(object, "requests", requests);
    return object;
}

static json_t *json_backend(const struct qc_block *block, const struct qc_block_backend *backend)
{
    const struct qc_block_node *root = qc_block_node_of(block, backend->root);
    json_t *object = json_object();
    json_object_set_new(object, "name", qc_json_text(backend->name));
    json_object_set_new(object, "address", qc_json_address(backend->address));
    json_object_set_new(object, "device", qc_json_text(backend->device));
    json_object_set_new(object, "root", qc_json_text(root == NULL ? NULL : root->name));
    json_object_set_new(object, "context", qc_json_context_name(backend->context));
    json_object_set_new(object, "in_flight", qc_json_fact(backend->in_flight));
    json_object_set_new(object, "quiesce_counter", qc_json_fact(backend->quiesce_counter));
    json_object_set_new(object, "queued_requests", qc_json_fact(backend->queued_requests));
    return object;
}

static json_t *json_job(const struct qc_block_job *job)
{
    json_t *object = json_object();
    json_object_set_new(object, "id", qc_json_text(job->id));
    json_object_set_new(object, "address", qc_json_address(job->address));
    json_object_set_new(object, "type", qc_json_text(job->type));
    json_object_set_new(object, "status", qc_json_text(job->status));
    json_object_set_new(object, "paused", qc_json_fact_bool(job->paused));
    json_object_set_new(object, "pause_count", qc_json_fact(job->pause_count));
    json_object_set_new(object, "user_paused", qc_json_fact_bool(job->user_paused));
    json_object_set_new(object, "busy", qc_json_fact_bool(job->busy));
    json_object_set_new(object, "cancelled", qc_json_fact_bool(job->cancelled));
    json_object_set_new(object, "deferred_to_main_loop",
                        qc_json_fact_bool(job->deferred_to_main_loop));
    json_object_set_new(object, "coroutine", qc_json_fact_address(job->coroutine));
    json_object_set_new(object, "context", qc_json_context_name(job->context));
    return object;
}

static json_t *json_graph_lock(const struct qc_block_graph_lock *lock)
{
    json_t *object = json_object();
    json_object_set_new(object, "has_writer", qc_json_fact_bool(lock->has_writer));
    json_object_set_new(object, "readers", qc_json_fact(lock->readers));
    json_object_set_new(object, "waiting_reader", qc_json_fact_address(lock->waiting_reader));
    return object;
}

json_t *qc_json_block(const struct qc_block *block)
{
    json_t *object = json_object();
    json_t *nodes = json_array();
    json_t *backends = json_array();
    json_t *jobs = json_array();
    for (size_t i = 0; i < block->nodes.count; i++) {
        json_array_append_new(nodes, json_node(&block->nodes.items[i]));
    }
    for (size_t i = 0; i < block->backends.count; i++) {
        json_array_append_new(backends, json_backend(block, &block->backends.items[i]));
    }
    for (size_t i = 0; i < block->jobs.count; i++) {
        json_array_append_new(jobs, json_job(&block->jobs.items[i]));
    }
    json_object_set_new(object, "nodes_known", json_boolean(block->nodes_known));
    json_object_set_new(object, "nodes", nodes);
    json_object_set_new(object, "backends_known", json_boolean(block->backends_known));
    json_object_set_new(object, "backends", backends);
    json_object_set_new(object, "jobs_known", json_boolean(block->jobs_known));
    json_object_set_new(object, "jobs", jobs);
    json_object_set_new(object, "drain_all_count", qc_json_fact(block->drain_all));
    json_object_set_new(object, "aio_waiters", qc_json_fact(block->waiters));
    json_object_set_new(object, "graph_lock", json_graph_lock(&block->graph_lock));
    json_object_set_new(object, "why_cut",
                        block->why_cut == NULL ? json_null() : json_string(block->why_cut));
    json_object_set_new(object, "why_absent", qc_json_text(block->why_absent));
    return object;
}
