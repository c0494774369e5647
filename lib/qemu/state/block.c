/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/block.h"

#include "qemu/state/block_reader.h"
#include "qemu/threads/frames.h"

/* ---- the graph lock ---------------------------------------------------------------------- */

/* A coroutine may take the lock in one thread and give it up in another, so only the sum of all
   counts is right, modulo 2^32 (block/graph-lock.c, reader_count). */
static struct qc_fact graph_readers_sum(struct qc_fields *fields, struct qc_block *block)
{
    struct qc_fact sum = qc_fact_variable(fields, QC_VARIABLE_GRAPH_ORPHANED_READERS, NULL);
    struct qc_list contexts =
        qc_list_variable(fields, QC_VARIABLE_GRAPH_CONTEXTS, QC_FIELD_GRAPH_LOCK_NEXT,
                         &block->why_absent, &block->why_cut);
    uint64_t address;
    while (sum.is_known && qc_list_next(&contexts, &address)) {
        struct qc_fact count = qc_fact_field(fields, QC_FIELD_GRAPH_LOCK_READERS, address, NULL);
        sum.is_known = count.is_known;
        sum.value += count.value;
    }
    return (struct qc_fact){.is_known = sum.is_known && contexts.count.is_known,
                            .value = (uint32_t)sum.value};
}

static void graph_lock_read(struct qc_fields *fields, struct qc_block *block)
{
    struct qc_block_graph_lock *lock = &block->graph_lock;
    uint64_t queue;
    lock->has_writer = qc_fact_variable(fields, QC_VARIABLE_GRAPH_HAS_WRITER, NULL);
    if (!lock->has_writer.is_known) {
        return; /* up to 7.2 there is none */
    }
    lock->readers = graph_readers_sum(fields, block);
    if (qc_variable_address(fields, QC_VARIABLE_GRAPH_READER_QUEUE, NULL, &queue)) {
        lock->waiting_reader =
            qc_fact_field(fields, QC_FIELD_CO_QUEUE_FIRST, queue, &block->why_absent);
    }
}

/* ---- all of it --------------------------------------------------------------------------- */

static bool list_read(const struct qc_block_reader *reader, enum qc_variable head,
                      enum qc_field next,
                      bool (*read)(const struct qc_block_reader *reader, uint64_t address))
{
    struct qc_block *block = reader->block;
    struct qc_list list =
        qc_list_variable(reader->fields, head, next, &block->why_absent, &block->why_cut);
    uint64_t first = list.first.value;
    uint64_t address;
    /* A symbol is enough to find the variable, but not the members of the list's elements. */
    if (!list.first.is_known ||
        (first != 0 && !qc_fact_field(reader->fields, next, first, &block->why_absent).is_known)) {
        return false;
    }
    while (qc_list_next(&list, &address) && read(reader, address)) {
    }
    return true;
}

/* A node without users leaves the list before it is closed; closing flushes it and may wait for
   that (block.c, bdrv_delete). Only QEMU's main thread does so. */
static void closing_node_read(struct qc_process *process, const struct qc_block_reader *reader)
{
    static const char *const functions[] = {"bdrv_close", "bdrv_delete", "bdrv_unref"};
    struct qemucore_thread *thread = qc_process_main_thread(process);
    for (size_t i = 0; thread != NULL && i < qc_count(functions); i++) {
        struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(thread), functions[i]);
        uint64_t address;
        if (frame != NULL && qc_frame_variable(frame, "bs", &address) && address != 0 &&
            qc_block_node_of(reader->block, address) == NULL) {
            qc_block_node_read(reader, address);
        }
    }
}

void qc_block_find(struct qc_process *process, const struct qc_aio_contexts *contexts,
                   struct qc_block *ret)
{
    struct qc_fields *fields = process->fields;
    struct qc_block_reader reader = {.fields = fields, .contexts = contexts, .block = ret};
    uint64_t wait;
    ret->nodes_known =
        list_read(&reader, QC_VARIABLE_ALL_NODES, QC_FIELD_NODE_NEXT, qc_block_node_read);
    if (ret->nodes_known) {
        closing_node_read(process, &reader);
    }
    ret->backends_known =
        list_read(&reader, QC_VARIABLE_BACKENDS, QC_FIELD_BACKEND_NEXT, qc_block_backend_read);
    ret->jobs_known = list_read(&reader, QC_VARIABLE_JOBS, QC_FIELD_JOB_NEXT, qc_block_job_read);
    ret->drain_all = qc_fact_variable(fields, QC_VARIABLE_DRAIN_ALL_COUNT, &ret->why_absent);
    if (qc_variable_address(fields, QC_VARIABLE_AIO_WAIT, NULL, &wait)) {
        ret->waiters = qc_fact_counter(fields, QC_FIELD_AIO_WAIT_WAITERS, wait, &ret->why_absent);
    }
    graph_lock_read(fields, ret);
}

void qc_block_free(struct qc_block *block)
{
    qc_vec_free_each(&block->nodes, node, qc_block_node_free(node));
    qc_vec_free_each(&block->backends, backend, qc_block_backend_free(backend));
    qc_vec_free_each(&block->jobs, job, qc_vec_free(&job->nodes));
}

const struct qc_block_node *qc_block_node_of(const struct qc_block *block, uint64_t address)
{
    return address == 0 ? NULL : qc_vec_find(&block->nodes, node, node->address == address);
}

const struct qc_block_backend *qc_block_backend_of(const struct qc_block *block, uint64_t address)
{
    return address == 0 ? NULL
                        : qc_vec_find(&block->backends, backend, backend->address == address);
}
