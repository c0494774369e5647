/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/block.h"

#include <string.h>

#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"
#include "qemu/qemu_limits.h"

struct collector {
    struct qc_fields *fields;
    const struct qc_aio_contexts *contexts;
    struct qc_block *block;
    struct qc_block_node *node; /* whose requests are read */
};

static const struct qc_aio_context *context_of(const struct collector *collector,
                                               struct qc_fact address)
{
    return address.is_known ? qc_aio_context_of(collector->contexts, address.value) : NULL;
}

/* ---- nodes ------------------------------------------------------------------------------- */

static bool visit_request(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_fields *fields = collector->fields;
    struct qc_block_node *node = collector->node;
    if (node->requests.count == QC_LIMIT_SHOWN_REQUESTS) {
        return true; /* counted all the same */
    }
    struct qc_block_request *added = qc_vec_add(&node->requests);
    if (added == NULL) {
        return false;
    }
    added->address = address;
    added->type = qc_fact_enumerator(fields, "BdrvTrackedRequestType", "BDRV_TRACKED_",
                                     qc_fact_field(fields, QC_FIELD_REQUEST_TYPE, address, NULL),
                                     NULL);
    added->offset = qc_fact_field(fields, QC_FIELD_REQUEST_OFFSET, address, NULL);
    added->bytes = qc_fact_field(fields, QC_FIELD_REQUEST_BYTES, address, NULL);
    added->serialising = qc_fact_field(fields, QC_FIELD_REQUEST_SERIALISING, address, NULL);
    added->coroutine = qc_fact_field(fields, QC_FIELD_REQUEST_COROUTINE, address, NULL);
    added->waiting_for = qc_fact_field(fields, QC_FIELD_REQUEST_WAITING_FOR, address, NULL);
    return true;
}

static bool visit_node(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_fields *fields = collector->fields;
    struct qc_block *block = collector->block;
    char **why = &block->why_absent;
    struct qc_block_node *node = qc_vec_add(&block->nodes);
    if (node == NULL) {
        return false;
    }
    node->address = address;
    node->name = qc_field_text(fields, QC_FIELD_NODE_NAME, address);
    struct qc_fact driver = qc_fact_field(fields, QC_FIELD_NODE_DRIVER, address, why);
    node->driver = qc_fact_is_set(driver)
                       ? qc_field_text(fields, QC_FIELD_DRIVER_NAME, driver.value)
                       : NULL;
    node->filename = qc_field_text(fields, QC_FIELD_NODE_FILENAME, address);
    node->in_flight = qc_fact_field(fields, QC_FIELD_NODE_IN_FLIGHT, address, why);
    node->serialising_in_flight = qc_fact_field(fields, QC_FIELD_NODE_SERIALISING, address, NULL);
    node->quiesce_counter = qc_fact_field(fields, QC_FIELD_NODE_QUIESCE, address, why);
    node->open_flags = qc_fact_field(fields, QC_FIELD_NODE_OPEN_FLAGS, address, why);
    node->aio_context = qc_fact_field(fields, QC_FIELD_NODE_CONTEXT, address, why);
    node->context = context_of(collector, node->aio_context);
    node->active_flush = qc_fact_field(fields, QC_FIELD_NODE_ACTIVE_FLUSH, address, NULL);
    struct qc_fact request = qc_fact_field(fields, QC_FIELD_NODE_REQUESTS, address, why);
    if (request.is_known) {
        struct collector inner = *collector;
        inner.node = node;
        node->tracked = qc_list_walk(fields, request.value, QC_FIELD_REQUEST_NEXT, visit_request,
                                     &inner, &block->why_cut);
    }
    qc_sum_add(&block->in_flight, node->in_flight);
    qc_sum_count(&block->drained, node->quiesce_counter);
    return true;
}

/* ---- backends ---------------------------------------------------------------------------- */

static void device_read(struct qc_fields *fields, struct qc_block_backend *backend)
{
    struct qc_fact device = qc_fact_field(fields, QC_FIELD_BACKEND_DEVICE, backend->address, NULL);
    if (qc_fact_is_set(device)) {
        backend->device = qc_qom_type(fields, device.value);
    }
}

static bool visit_backend(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_fields *fields = collector->fields;
    struct qc_block *block = collector->block;
    char **why = &block->why_absent;
    uint64_t queue;
    struct qc_block_backend *backend = qc_vec_add(&block->backends);
    if (backend == NULL) {
        return false;
    }
    backend->address = address;
    struct qc_fact name = qc_fact_field(fields, QC_FIELD_BACKEND_NAME, address, why);
    backend->name = qc_fact_is_zero(name)
                        ? strdup("")
                        : qc_field_text(fields, QC_FIELD_BACKEND_NAME, address);
    device_read(fields, backend);
    struct qc_fact root = qc_fact_field(fields, QC_FIELD_BACKEND_ROOT, address, why);
    if (qc_fact_is_set(root)) {
        backend->root = qc_fact_field(fields, QC_FIELD_CHILD_NODE, root.value, why).value;
    }
    backend->in_flight = qc_fact_field(fields, QC_FIELD_BACKEND_IN_FLIGHT, address, why);
    backend->quiesce_counter = qc_fact_field(fields, QC_FIELD_BACKEND_QUIESCE, address, why);
    backend->aio_context = qc_fact_field(fields, QC_FIELD_BACKEND_CONTEXT, address, NULL);
    backend->context = context_of(collector, backend->aio_context);
    if (qc_field_address(fields, QC_FIELD_BACKEND_QUEUED, address, &queue)) {
        struct qc_fact first = qc_fact_field(fields, QC_FIELD_CO_QUEUE_FIRST, queue, why);
        if (first.is_known) {
            backend->queued_requests = qc_list_walk(fields, first.value, QC_FIELD_CO_QUEUE_NEXT,
                                                    NULL, NULL, &block->why_cut);
        }
    }
    qc_sum_add(&block->in_flight, backend->in_flight);
    qc_sum_count(&block->drained, backend->quiesce_counter);
    return true;
}

/* ---- jobs -------------------------------------------------------------------------------- */

static bool visit_job(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_fields *fields = collector->fields;
    char **why = &collector->block->why_absent;
    struct qc_block_job *job = qc_vec_add(&collector->block->jobs);
    if (job == NULL) {
        return false;
    }
    job->address = address;
    job->id = qc_field_text(fields, QC_FIELD_JOB_ID, address);
    struct qc_fact driver = qc_fact_field(fields, QC_FIELD_JOB_DRIVER, address, why);
    if (qc_fact_is_set(driver)) {
        job->type = qc_fact_enumerator(
            fields, "JobType", "JOB_TYPE_",
            qc_fact_field(fields, QC_FIELD_JOB_DRIVER_TYPE, driver.value, why), why);
    }
    job->status =
        qc_fact_enumerator(fields, "JobStatus", "JOB_STATUS_",
                           qc_fact_field(fields, QC_FIELD_JOB_STATUS, address, why), why);
    job->paused = qc_fact_field(fields, QC_FIELD_JOB_PAUSED, address, why);
    job->pause_count = qc_fact_field(fields, QC_FIELD_JOB_PAUSE_COUNT, address, why);
    job->user_paused = qc_fact_field(fields, QC_FIELD_JOB_USER_PAUSED, address, why);
    job->busy = qc_fact_field(fields, QC_FIELD_JOB_BUSY, address, why);
    job->cancelled = qc_fact_field(fields, QC_FIELD_JOB_CANCELLED, address, why);
    job->deferred_to_main_loop = qc_fact_field(fields, QC_FIELD_JOB_DEFERRED, address, NULL);
    job->coroutine = qc_fact_field(fields, QC_FIELD_JOB_COROUTINE, address, why);
    job->context =
        context_of(collector, qc_fact_field(fields, QC_FIELD_JOB_CONTEXT, address, NULL));
    return true;
}

/* ---- the graph lock ---------------------------------------------------------------------- */

struct readers {
    struct qc_fields *fields;
    bool known;
    uint32_t sum;
};

/* A coroutine may give the lock up in another thread than it took it in, so that the counts of both
   are right in sum only, modulo 2^32 (block/graph-lock.c, reader_count). */
static bool visit_graph_context(void *opaque, uint64_t address)
{
    struct readers *readers = opaque;
    uint64_t count;
    readers->known &= qc_field_read(readers->fields, QC_FIELD_GRAPH_LOCK_READERS, address, &count);
    if (readers->known) {
        readers->sum += (uint32_t)count;
    }
    return readers->known;
}

static void graph_lock_read(struct qc_fields *fields, struct qc_block *block)
{
    struct qc_block_graph_lock *lock = &block->graph_lock;
    struct qc_fact orphaned =
        qc_fact_variable(fields, QC_VARIABLE_GRAPH_ORPHANED_READERS, NULL);
    uint64_t queue;
    lock->has_writer = qc_fact_variable(fields, QC_VARIABLE_GRAPH_HAS_WRITER, NULL);
    if (!lock->has_writer.is_known) {
        return; /* up to 7.2 there is none */
    }
    struct qc_fact first = qc_fact_head(fields, QC_VARIABLE_GRAPH_CONTEXTS, &block->why_absent);
    struct readers readers = {fields, orphaned.is_known && first.is_known,
                              (uint32_t)orphaned.value};
    if (readers.known) {
        struct qc_fact count = qc_list_walk(fields, first.value, QC_FIELD_GRAPH_LOCK_NEXT,
                                            visit_graph_context, &readers, &block->why_cut);
        lock->readers.is_known = readers.known && count.is_known;
        lock->readers.value = readers.sum;
    }
    if (qc_variable_address(fields, QC_VARIABLE_GRAPH_READER_QUEUE, NULL, &queue)) {
        lock->waiting_reader =
            qc_fact_field(fields, QC_FIELD_CO_QUEUE_FIRST, queue, &block->why_absent);
    }
}

/* ---- all of it --------------------------------------------------------------------------- */

static bool list_read(struct collector *collector, enum qc_variable head, enum qc_field next,
                      qc_list_visitor *visitor)
{
    struct qc_block *block = collector->block;
    struct qc_fact first = qc_fact_head(collector->fields, head, &block->why_absent);
    if (!first.is_known) {
        return false;
    }
    /* A variable can be had by its symbol, its elements' members can't. */
    if (first.value != 0 &&
        !qc_fact_field(collector->fields, next, first.value, &block->why_absent).is_known) {
        return false;
    }
    qc_list_walk(collector->fields, first.value, next, visitor, collector, &block->why_cut);
    return true;
}

void qc_block_find(struct qc_process *process, const struct qc_aio_contexts *contexts,
                   struct qc_block *ret)
{
    struct qc_fields *fields = process->fields;
    struct collector collector = {.fields = fields, .contexts = contexts, .block = ret};
    uint64_t wait;
    ret->nodes_known =
        list_read(&collector, QC_VARIABLE_ALL_NODES, QC_FIELD_NODE_NEXT, visit_node);
    ret->backends_known =
        list_read(&collector, QC_VARIABLE_BACKENDS, QC_FIELD_BACKEND_NEXT, visit_backend);
    ret->jobs_known = list_read(&collector, QC_VARIABLE_JOBS, QC_FIELD_JOB_NEXT, visit_job);
    ret->drain_all = qc_fact_variable(fields, QC_VARIABLE_DRAIN_ALL_COUNT, &ret->why_absent);
    if (qc_variable_address(fields, QC_VARIABLE_AIO_WAIT, NULL, &wait)) {
        ret->waiters =
            qc_fact_field(fields, QC_FIELD_AIO_WAIT_WAITERS, wait, &ret->why_absent);
    }
    graph_lock_read(fields, ret);
}

void qc_block_free(struct qc_block *block)
{
    for (size_t i = 0; i < block->nodes.count; i++) {
        struct qc_block_node *node = &block->nodes.items[i];
        for (size_t j = 0; j < node->requests.count; j++) {
            free(node->requests.items[j].type);
        }
        qc_vec_free(&node->requests);
        free(node->name);
        free(node->driver);
        free(node->filename);
    }
    for (size_t i = 0; i < block->backends.count; i++) {
        free(block->backends.items[i].name);
        free(block->backends.items[i].device);
    }
    for (size_t i = 0; i < block->jobs.count; i++) {
        free(block->jobs.items[i].id);
        free(block->jobs.items[i].type);
        free(block->jobs.items[i].status);
    }
    qc_vec_free(&block->nodes);
    qc_vec_free(&block->backends);
    qc_vec_free(&block->jobs);
    free(block->why_absent);
    block->why_absent = NULL;
}

const struct qc_block_node *qc_block_node_of(const struct qc_block *block, uint64_t address)
{
    for (size_t i = 0; address != 0 && i < block->nodes.count; i++) {
        if (block->nodes.items[i].address == address) {
            return &block->nodes.items[i];
        }
    }
    return NULL;
}
