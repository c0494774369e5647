/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/api_facts.h"

#include <stddef.h>
#include <string.h>

#include "api/handle.h"
#include "wait/wait.h"

struct fact_row {
    const char *name;
    size_t offset;
};

#define ROWS(rows) rows, sizeof(rows) / sizeof(rows[0])

static const struct fact_row vcpu_rows[] = {
    {"created", offsetof(struct qc_vcpu, created)},
    {"halted", offsetof(struct qc_vcpu, halted)},
    {"stop", offsetof(struct qc_vcpu, stop)},
    {"stopped", offsetof(struct qc_vcpu, stopped)},
    {"unplug", offsetof(struct qc_vcpu, unplug)},
    {"exit_request", offsetof(struct qc_vcpu, exit_request)},
    {"crash_occurred", offsetof(struct qc_vcpu, crash_occurred)},
    {"queued_work", offsetof(struct qc_vcpu, queued_work)},
    {"pc", offsetof(struct qc_vcpu, pc)},
};

static const struct fact_row context_rows[] = {
    {"notify_me", offsetof(struct qc_aio_context, notify_me)},
    {"notified", offsetof(struct qc_aio_context, notified)},
    {"epoll_fd", offsetof(struct qc_aio_context, epoll_fd)},
    {"handlers", offsetof(struct qc_aio_context, handlers)},
    {"list_lock", offsetof(struct qc_aio_context, list_lock)},
    {"poll_ns", offsetof(struct qc_aio_context, poll_ns)},
    {"poll_max_ns", offsetof(struct qc_aio_context, poll_max_ns)},
    {"scheduled_coroutines", offsetof(struct qc_aio_context, scheduled_coroutines)},
};

static const struct fact_row node_rows[] = {
    {"in_flight", offsetof(struct qc_block_node, in_flight)},
    {"serialising_in_flight", offsetof(struct qc_block_node, serialising_in_flight)},
    {"quiesce_counter", offsetof(struct qc_block_node, quiesce_counter)},
    {"open_flags", offsetof(struct qc_block_node, open_flags)},
    {"tracked_requests", offsetof(struct qc_block_node, tracked)},
};

static const struct fact_row job_rows[] = {
    {"paused", offsetof(struct qc_block_job, paused)},
    {"pause_count", offsetof(struct qc_block_job, pause_count)},
    {"user_paused", offsetof(struct qc_block_job, user_paused)},
    {"busy", offsetof(struct qc_block_job, busy)},
    {"cancelled", offsetof(struct qc_block_job, cancelled)},
    {"progress", offsetof(struct qc_block_job, progress)},
    {"total", offsetof(struct qc_block_job, total)},
};

static const struct fact_row request_rows[] = {
    {"offset", offsetof(struct qc_block_request, offset)},
    {"bytes", offsetof(struct qc_block_request, bytes)},
    {"serialising", offsetof(struct qc_block_request, serialising)},
    {"coroutine", offsetof(struct qc_block_request, coroutine)},
    {"waiting_for", offsetof(struct qc_block_request, waiting_for)},
};

static const struct fact_row migration_rows[] = {
    {"outgoing_error", offsetof(struct qc_migration, outgoing.to_destination.last_error)},
    {"incoming_error", offsetof(struct qc_migration, incoming.from_source.last_error)},
    {"return_path", offsetof(struct qc_migration, outgoing.return_path_created)},
    {"start_postcopy", offsetof(struct qc_migration, outgoing.start_postcopy)},
    {"pages_requested", offsetof(struct qc_migration, incoming.page_requested_count)},
    {"multifd_channels", offsetof(struct qc_migration, multifd_channels)},
};

static const struct fact_row ram_rows[] = {
    {"host", offsetof(struct qc_ramblock, host)},
    {"length", offsetof(struct qc_ramblock, length)},
    {"max_length", offsetof(struct qc_ramblock, max_length)},
    {"page_size", offsetof(struct qc_ramblock, page_size)},
    {"flags", offsetof(struct qc_ramblock, flags)},
    {"held", offsetof(struct qc_ramblock, held)},
};

static const struct fact_row block_rows[] = {
    {"drain_all", offsetof(struct qc_block, drain_all)},
    {"waiters", offsetof(struct qc_block, waiters)},
    {"graph_writer", offsetof(struct qc_block, graph_lock.has_writer)},
    {"graph_readers", offsetof(struct qc_block, graph_lock.readers)},
};

/* Facts that are no member of their own come last. */
struct fact_owner {
    const struct fact_row *rows;
    size_t count;
    const char *others[2];
};

static const struct fact_owner owners[] = {
    [QEMUCORE_FACTS_OF_VCPU] = {ROWS(vcpu_rows), {NULL}},
    [QEMUCORE_FACTS_OF_CONTEXT] = {ROWS(context_rows), {NULL}},
    [QEMUCORE_FACTS_OF_BLOCK] = {ROWS(block_rows), {"in_flight", "drained"}},
    [QEMUCORE_FACTS_OF_BLOCK_NODE] = {ROWS(node_rows), {NULL}},
    [QEMUCORE_FACTS_OF_BLOCK_JOB] = {ROWS(job_rows), {NULL}},
    [QEMUCORE_FACTS_OF_REQUEST] = {ROWS(request_rows), {"address"}},
    [QEMUCORE_FACTS_OF_RAM_BLOCK] = {ROWS(ram_rows), {NULL}},
    [QEMUCORE_FACTS_OF_MIGRATION] = {ROWS(migration_rows),
                                     {"outgoing_connected", "incoming_connected"}},
};

bool qc_api_fact(enum qemucore_fact_owner owner, const void *structure, const char *name,
                 uint64_t *ret)
{
    for (size_t i = 0; name != NULL && i < owners[owner].count; i++) {
        const struct fact_row *row = &owners[owner].rows[i];
        const struct qc_fact *fact =
            (const struct qc_fact *)((const char *)structure + row->offset);
        if (strcmp(row->name, name) == 0 && fact->is_known) {
            if (ret != NULL) {
                *ret = fact->value;
            }
            return true;
        }
    }
    return false;
}

static const char *name_of(const struct fact_owner *owner, size_t index)
{
    return index < owner->count ? owner->rows[index].name
           : index - owner->count < sizeof(owner->others) / sizeof(owner->others[0])
               ? owner->others[index - owner->count]
               : NULL;
}

QC_EXPORT const char *qemucore_fact_next(enum qemucore_fact_owner owner, const char *previous)
{
    if ((size_t)owner >= sizeof(owners) / sizeof(owners[0])) {
        return NULL;
    }
    size_t next = 0;
    const char *name = NULL;
    while (previous != NULL && (name = name_of(&owners[owner], next)) != NULL) {
        next++;
        if (strcmp(name, previous) == 0) {
            break;
        }
    }
    return previous == NULL || name != NULL ? name_of(&owners[owner], next) : NULL;
}
