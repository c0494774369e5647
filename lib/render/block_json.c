/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_json - the block layer's part of the state
 */
#include "render/json_state.h"

static void json_request(struct qc_json *json, const char *key,
                         const struct qc_block_request *request)
{
    qc_json_object(json, key);
    qc_json_set(json, "address", qc_json_address(request->address));
    qc_json_set(json, "type", qc_json_text(request->type));
    qc_json_set(json, "offset", qc_json_fact(request->offset));
    qc_json_set(json, "bytes", qc_json_fact(request->bytes));
    qc_json_set(json, "serialising", qc_json_fact_bool(request->serialising));
    qc_json_set(json, "coroutine", qc_json_fact_address(request->coroutine));
    qc_json_set(json, "waiting_for", qc_json_fact_address(request->waiting_for));
    qc_json_close(json);
}

static void json_node(struct qc_json *json, const char *key, const struct qc_block_node *node)
{
    qc_json_object(json, key);
    qc_json_set(json, "name", qc_json_text(node->name));
    qc_json_set(json, "address", qc_json_address(node->address));
    qc_json_set(json, "driver", qc_json_text(node->driver));
    qc_json_set(json, "filename", qc_json_text(node->filename));
    qc_json_set(json, "open_flags", qc_json_fact(node->open_flags));
    qc_json_set(json, "context", qc_json_context_name(node->context));
    qc_json_set(json, "in_flight", qc_json_fact(node->in_flight));
    qc_json_set(json, "serialising_in_flight", qc_json_fact(node->serialising_in_flight));
    qc_json_set(json, "quiesce_counter", qc_json_fact(node->quiesce_counter));
    qc_json_set(json, "active_flush", qc_json_fact_bool(node->active_flush));
    qc_json_set(json, "tracked_requests", qc_json_fact(node->tracked));
    qc_json_array(json, "requests");
    for (size_t i = 0; i < node->requests.count; i++) {
        json_request(json, NULL, &node->requests.items[i]);
    }
    qc_json_close(json);
    qc_json_close(json);
}

static void json_backend(struct qc_json *json, const char *key, const struct qc_block *block,
                         const struct qc_block_backend *backend)
{
    const struct qc_block_node *root = qc_block_node_of(block, backend->root);
    qc_json_object(json, key);
    qc_json_set(json, "name", qc_json_text(backend->name));
    qc_json_set(json, "address", qc_json_address(backend->address));
    qc_json_set(json, "device", qc_json_text(backend->device));
    qc_json_set(json, "root", qc_json_text(root == NULL ? NULL : root->name));
    qc_json_set(json, "context", qc_json_context_name(backend->context));
    qc_json_set(json, "in_flight", qc_json_fact(backend->in_flight));
    qc_json_set(json, "quiesce_counter", qc_json_fact(backend->quiesce_counter));
    qc_json_set(json, "queued_requests", qc_json_fact(backend->queued_requests));
    qc_json_close(json);
}

static void json_job(struct qc_json *json, const char *key, const struct qc_block_job *job)
{
    qc_json_object(json, key);
    qc_json_set(json, "id", qc_json_text(job->id));
    qc_json_set(json, "address", qc_json_address(job->address));
    qc_json_set(json, "type", qc_json_text(job->type));
    qc_json_set(json, "status", qc_json_text(job->status));
    qc_json_set(json, "paused", qc_json_fact_bool(job->paused));
    qc_json_set(json, "pause_count", qc_json_fact(job->pause_count));
    qc_json_set(json, "user_paused", qc_json_fact_bool(job->user_paused));
    qc_json_set(json, "busy", qc_json_fact_bool(job->busy));
    qc_json_set(json, "cancelled", qc_json_fact_bool(job->cancelled));
    qc_json_set(json, "deferred_to_main_loop", qc_json_fact_bool(job->deferred_to_main_loop));
    qc_json_set(json, "coroutine", qc_json_fact_address(job->coroutine));
    qc_json_set(json, "context", qc_json_context_name(job->context));
    qc_json_close(json);
}

static void json_graph_lock(struct qc_json *json, const char *key,
                            const struct qc_block_graph_lock *lock)
{
    qc_json_object(json, key);
    qc_json_set(json, "has_writer", qc_json_fact_bool(lock->has_writer));
    qc_json_set(json, "readers", qc_json_fact(lock->readers));
    qc_json_set(json, "waiting_reader", qc_json_fact_address(lock->waiting_reader));
    qc_json_close(json);
}

void qc_json_block(struct qc_json *json, const char *key, const struct qc_block *block)
{
    qc_json_object(json, key);
    qc_json_set(json, "nodes_known", qc_json_bool(block->nodes_known));
    qc_json_array(json, "nodes");
    for (size_t i = 0; i < block->nodes.count; i++) {
        json_node(json, NULL, &block->nodes.items[i]);
    }
    qc_json_close(json);
    qc_json_set(json, "backends_known", qc_json_bool(block->backends_known));
    qc_json_array(json, "backends");
    for (size_t i = 0; i < block->backends.count; i++) {
        json_backend(json, NULL, block, &block->backends.items[i]);
    }
    qc_json_close(json);
    qc_json_set(json, "jobs_known", qc_json_bool(block->jobs_known));
    qc_json_array(json, "jobs");
    for (size_t i = 0; i < block->jobs.count; i++) {
        json_job(json, NULL, &block->jobs.items[i]);
    }
    qc_json_close(json);
    qc_json_set(json, "drain_all_count", qc_json_fact(block->drain_all));
    qc_json_set(json, "aio_waiters", qc_json_fact(block->waiters));
    json_graph_lock(json, "graph_lock", &block->graph_lock);
    qc_json_set(json, "why_cut", qc_json_text(block->why_cut));
    qc_json_set(json, "why_absent", qc_json_text(block->why_absent));
    qc_json_close(json);
}
