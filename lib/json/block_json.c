/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_json - the block layer's part of the state
 */
#include "json/json_state.h"

static void json_origin(struct qc_json *json, const struct qc_block_origin *origin)
{
    qc_json_same(json, origin, entry, callback);
    qc_json_set(json, "opaque", qc_json_known_address(origin->opaque));
    qc_json_set(json, "backend", qc_json_known_address(origin->backend));
    qc_json_set(json, "start_ns", qc_json_fact(origin->start));
}

/* Adds how long the device has waited for a request; null if nothing tells when it began. */
static void json_request_age(struct qc_json *json, const struct qc_clocks *clocks,
                             const struct qc_block_origin *origin)
{
    struct qc_clock_age age = {0};
    if (origin->start.is_known) {
        age = qc_clock_age(clocks, QC_CLOCK_REALTIME, (int64_t)origin->start.value);
    }
    qc_json_set(json, "age_ns", qc_json_fact(age.at_least));
    qc_json_set(json, "age_by_file_ns", qc_json_fact(age.by_file));
}

static void json_request(struct qc_json *json, const struct qc_clocks *clocks,
                         const struct qc_block_request *request)
{
    qc_json_set(json, "address", qc_json_address(request->address));
    qc_json_same(json, request, type, offset, bytes);
    qc_json_set(json, "serialising", qc_json_fact_bool(request->serialising));
    qc_json_set(json, "coroutine", qc_json_fact_address(request->coroutine));
    qc_json_set(json, "waiting_for", qc_json_fact_address(request->waiting_for));
    qc_json_object(json, "origin");
    json_origin(json, &request->origin);
    qc_json_close(json);
    json_request_age(json, clocks, &request->origin);
}

static void json_limits(struct qc_json *json, const struct qc_block_throttle *throttle)
{
    qc_json_object(json, "limits");
    for (size_t i = 0; i < QC_BLOCK_LIMITED; i++) {
        qc_json_object(json, qc_block_limited_name((enum qc_block_limited)i));
        qc_json_set(json, "average", qc_json_fact(throttle->limits[i].average));
        qc_json_set(json, "burst", qc_json_fact(throttle->limits[i].burst));
        qc_json_set(json, "burst_s", qc_json_fact(throttle->limits[i].burst_s));
        qc_json_close(json);
    }
    qc_json_set(json, "iops_size", qc_json_fact(throttle->iops_size));
    qc_json_close(json);
}

static void json_throttle(struct qc_json *json, const char *key,
                          const struct qc_block_throttle *throttle)
{
    if (!qc_json_object_if(json, key, throttle->group != NULL)) {
        return;
    }
    qc_json_same(json, throttle, group, reads, writes);
    qc_json_set(json, "read_expire_ns", qc_json_fact(throttle->read_expire));
    qc_json_set(json, "write_expire_ns", qc_json_fact(throttle->write_expire));
    json_limits(json, throttle);
    qc_json_close(json);
}

static void json_file(struct qc_json *json, const struct qc_block_file *file)
{
    qc_json_object(json, "file");
    qc_json_set(json, "fd", qc_json_fact(file->fd));
    qc_json_flags(json, file, linux_aio, io_uring);
    qc_json_close(json);
}

static void json_nbd(struct qc_json *json, const struct qc_block_nbd *nbd)
{
    qc_json_object(json, "nbd");
    qc_json_same(json, nbd, address, export, state, in_flight);
    qc_json_close(json);
}

static void json_blkdebug(struct qc_json *json, const struct qc_block_blkdebug *blkdebug)
{
    qc_json_object(json, "blkdebug");
    qc_json_same(json, blkdebug, suspended, tag);
    qc_json_close(json);
}

/* Adds the members that only nodes of this driver have. */
static void json_driver(struct qc_json *json, const struct qc_block_node *node)
{
    switch (node->kind) {
    case QC_BLOCK_DRIVER_FILE:
        json_file(json, &node->own.file);
        break;
    case QC_BLOCK_DRIVER_NBD:
        json_nbd(json, &node->own.nbd);
        break;
    case QC_BLOCK_DRIVER_NULL:
        qc_json_set(json, "latency_ns", qc_json_fact(node->own.latency));
        break;
    case QC_BLOCK_DRIVER_BLKDEBUG:
        json_blkdebug(json, &node->own.blkdebug);
        break;
    case QC_BLOCK_DRIVER_THROTTLE:
        json_throttle(json, "throttle", &node->own.throttle);
        break;
    case QC_BLOCK_DRIVER_OTHER:
        break;
    }
}

static struct qc_json_value json_node_name(const struct qc_block *block, uint64_t address)
{
    const struct qc_block_node *node = qc_block_node_of(block, address);
    return qc_json_text(node == NULL ? NULL : node->name);
}

static void json_child(struct qc_json *json, const struct qc_block *block,
                       const struct qc_block_child *child)
{
    qc_json_set(json, "name", qc_json_text(child->name));
    qc_json_set(json, "node", json_node_name(block, child->node));
    qc_json_set(json, "address", qc_json_address(child->node));
}

static void json_node(struct qc_json *json, const struct qc_block *block,
                      const struct qc_clocks *clocks, const struct qc_block_node *node)
{
    qc_json_set(json, "name", qc_json_text(node->name));
    qc_json_set(json, "address", qc_json_address(node->address));
    qc_json_same(json, node, driver, filename, open_flags, size);
    qc_json_set(json, "context", qc_json_context_name(node->context));
    qc_json_same(json, node, in_flight, serialising_in_flight, quiesce_counter);
    qc_json_set(json, "active_flush", qc_json_fact_bool(node->active_flush));
    qc_json_set(json, "tracked_requests", qc_json_fact(node->tracked));
    qc_json_list(json, "requests", &node->requests, request, json_request(json, clocks, request));
    qc_json_list(json, "children", &node->children, child, json_child(json, block, child));
    json_driver(json, node);
}

static void json_queue(struct qc_json *json, const struct qc_block_queue *queue)
{
    qc_json_same(json, queue, size, last_avail, shadow_avail, used, in_use);
    qc_json_set(json, "notification", qc_json_fact_bool(queue->notification));
}

static void json_backend(struct qc_json *json, const struct qc_block *block,
                         const struct qc_block_backend *backend)
{
    qc_json_set(json, "name", qc_json_text(backend->name));
    qc_json_set(json, "address", qc_json_address(backend->address));
    qc_json_set(json, "device", qc_json_text(backend->device));
    qc_json_set(json, "root", json_node_name(block, backend->root));
    qc_json_set(json, "context", qc_json_context_name(backend->context));
    qc_json_same(json, backend, in_flight, quiesce_counter, queued_requests);
    qc_json_list(json, "queued", &backend->queued, origin, json_origin(json, origin));
    qc_json_same(json, backend, id, path);
    qc_json_set(json, "last_access_ns", qc_json_fact(backend->last_access));
    qc_json_set(json, "failed_requests", qc_json_fact(backend->failed_requests));
    qc_json_flags(json, backend, write_cache, iostatus_enabled);
    qc_json_same(json, backend, iostatus, on_read_error, on_write_error);
    json_throttle(json, "throttle", &backend->throttle);
    qc_json_flags(json, &backend->media, removable, has_tray, tray_open, locked);
    qc_json_list(json, "queues", &backend->queues, queue, json_queue(json, queue));
}

static void json_job(struct qc_json *json, const struct qc_block *block,
                     const struct qc_block_job *job)
{
    qc_json_set(json, "id", qc_json_text(job->id));
    qc_json_set(json, "address", qc_json_address(job->address));
    qc_json_same(json, job, type, status);
    qc_json_set(json, "paused", qc_json_fact_bool(job->paused));
    qc_json_set(json, "pause_count", qc_json_fact(job->pause_count));
    qc_json_flags(json, job, user_paused, busy, cancelled, deferred_to_main_loop);
    qc_json_set(json, "coroutine", qc_json_fact_address(job->coroutine));
    qc_json_set(json, "context", qc_json_context_name(job->context));
    qc_json_flags(json, job, force_cancel, auto_finalize, auto_dismiss);
    qc_json_same(json, job, progress, total, speed);
    qc_json_set(json, "filter", json_node_name(block, job->filter));
    qc_json_set(json, "target", json_node_name(block, job->target));
    qc_json_same(json, job, in_flight, bytes_in_flight);
    qc_json_set(json, "actively_synced", qc_json_fact_bool(job->synced));
    qc_json_set(json, "should_complete", qc_json_fact_bool(job->should_complete));
}

static void json_graph_lock(struct qc_json *json, const struct qc_block_graph_lock *lock)
{
    qc_json_set(json, "has_writer", qc_json_fact_bool(lock->has_writer));
    qc_json_set(json, "readers", qc_json_fact(lock->readers));
    qc_json_set(json, "waiting_reader", qc_json_fact_address(lock->waiting_reader));
}

void qc_json_block_nodes(struct qc_json *json, const struct qc_block *block,
                         const struct qc_clocks *clocks)
{
    qc_json_set(json, "nodes_known", qc_json_bool(block->nodes_known));
    qc_json_list(json, "nodes", &block->nodes, node, json_node(json, block, clocks, node));
}

void qc_json_block_backends(struct qc_json *json, const struct qc_block *block)
{
    qc_json_set(json, "backends_known", qc_json_bool(block->backends_known));
    qc_json_list(json, "backends", &block->backends, backend, json_backend(json, block, backend));
}

void qc_json_block_jobs(struct qc_json *json, const struct qc_block *block)
{
    qc_json_set(json, "jobs_known", qc_json_bool(block->jobs_known));
    qc_json_list(json, "jobs", &block->jobs, job, json_job(json, block, job));
}

void qc_json_block(struct qc_json *json, const struct qc_block *block,
                   const struct qc_clocks *clocks)
{
    qc_json_block_nodes(json, block, clocks);
    qc_json_block_backends(json, block);
    qc_json_block_jobs(json, block);
    qc_json_set(json, "drain_all_count", qc_json_fact(block->drain_all));
    qc_json_set(json, "aio_waiters", qc_json_fact(block->waiters));
    qc_json_member(json, "graph_lock", json_graph_lock(json, &block->graph_lock));
    qc_json_same(json, block, why_cut, why_absent);
}
