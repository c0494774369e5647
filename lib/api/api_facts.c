/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/api_facts.h"

#include <stddef.h>
#include <string.h>

#include "api/handle.h"
#include "wait/wait.h"

/* A fact is a member of its structure at `offset`, or computed by `derive`. The rows of each table
   have the order of enum qemucore_fact: new rows go at the end. */
struct fact_row {
    const char *name;
    size_t offset;
    struct qc_fact (*derive)(const void *structure);
};

/* Whether a QEMUFile is open, from its address: callers want the former, not the latter. */
static struct qc_fact connected(struct qc_fact file)
{
    return (struct qc_fact){.is_known = file.is_known, .value = file.value != 0};
}

static struct qc_fact outgoing_connected(const void *structure)
{
    const struct qc_migration *migration = structure;
    return connected(migration->outgoing.to_destination.address);
}

static struct qc_fact incoming_connected(const void *structure)
{
    const struct qc_migration *migration = structure;
    return connected(migration->incoming.from_source.address);
}

static struct qc_fact request_address(const void *structure)
{
    const struct qc_block_request *request = structure;
    return (struct qc_fact){.is_known = true, .value = request->address};
}

static struct qc_fact sum_of(const struct qc_block *block, struct qc_sum sum)
{
    return (struct qc_fact){
        .is_known = block->nodes_known && block->backends_known && !sum.is_partial,
        .value = sum.value,
    };
}

static struct qc_fact block_in_flight(const void *structure)
{
    const struct qc_block *block = structure;
    return sum_of(block, block->in_flight);
}

static struct qc_fact block_drained(const void *structure)
{
    const struct qc_block *block = structure;
    return sum_of(block, block->drained);
}

#define MEMBER(name, type, member) {name, offsetof(struct type, member), NULL}
#define ROWS(rows) rows, qc_count(rows)

static const struct fact_row vcpu_rows[] = {
    MEMBER("created", qc_vcpu, created),
    MEMBER("halted", qc_vcpu, halted),
    MEMBER("stop", qc_vcpu, stop),
    MEMBER("stopped", qc_vcpu, stopped),
    MEMBER("unplug", qc_vcpu, unplug),
    MEMBER("exit_request", qc_vcpu, exit_request),
    MEMBER("crash_occurred", qc_vcpu, crash_occurred),
    MEMBER("queued_work", qc_vcpu, queued_work),
    MEMBER("pc", qc_vcpu, pc),
};

static const struct fact_row context_rows[] = {
    MEMBER("notify_me", qc_aio_context, notify_me),
    MEMBER("notified", qc_aio_context, notified),
    MEMBER("epoll_fd", qc_aio_context, epoll_fd),
    MEMBER("handlers", qc_aio_context, handlers),
    MEMBER("list_lock", qc_aio_context, list_lock),
    MEMBER("poll_ns", qc_aio_context, poll_ns),
    MEMBER("poll_max_ns", qc_aio_context, poll_max_ns),
    MEMBER("scheduled_coroutines", qc_aio_context, scheduled_coroutines),
};

static const struct fact_row node_rows[] = {
    MEMBER("in_flight", qc_block_node, in_flight),
    MEMBER("serialising_in_flight", qc_block_node, serialising_in_flight),
    MEMBER("quiesce_counter", qc_block_node, quiesce_counter),
    MEMBER("open_flags", qc_block_node, open_flags),
    MEMBER("tracked_requests", qc_block_node, tracked),
};

static const struct fact_row job_rows[] = {
    MEMBER("paused", qc_block_job, paused),
    MEMBER("pause_count", qc_block_job, pause_count),
    MEMBER("user_paused", qc_block_job, user_paused),
    MEMBER("busy", qc_block_job, busy),
    MEMBER("cancelled", qc_block_job, cancelled),
    MEMBER("progress", qc_block_job, progress),
    MEMBER("total", qc_block_job, total),
};

static const struct fact_row request_rows[] = {
    MEMBER("offset", qc_block_request, offset),
    MEMBER("bytes", qc_block_request, bytes),
    MEMBER("serialising", qc_block_request, serialising),
    MEMBER("coroutine", qc_block_request, coroutine),
    MEMBER("waiting_for", qc_block_request, waiting_for),
    {"address", 0, request_address},
};

static const struct fact_row migration_rows[] = {
    MEMBER("outgoing_error", qc_migration, outgoing.to_destination.last_error),
    MEMBER("incoming_error", qc_migration, incoming.from_source.last_error),
    MEMBER("return_path", qc_migration, outgoing.return_path_created),
    MEMBER("start_postcopy", qc_migration, outgoing.start_postcopy),
    MEMBER("pages_requested", qc_migration, incoming.page_requested_count),
    MEMBER("multifd_channels", qc_migration, multifd_channels),
    {"outgoing_connected", 0, outgoing_connected},
    {"incoming_connected", 0, incoming_connected},
};

static const struct fact_row ram_rows[] = {
    MEMBER("host", qc_ramblock, host),
    MEMBER("length", qc_ramblock, length),
    MEMBER("max_length", qc_ramblock, max_length),
    MEMBER("page_size", qc_ramblock, page_size),
    MEMBER("flags", qc_ramblock, flags),
    MEMBER("held", qc_ramblock, held),
};

static const struct fact_row timer_rows[] = {
    MEMBER("expire", qc_armed_timer, expire),
    MEMBER("callback", qc_armed_timer, callback.address),
    MEMBER("opaque", qc_armed_timer, opaque),
    MEMBER("coroutine", qc_armed_timer, coroutine),
};

static const struct fact_row block_rows[] = {
    MEMBER("drain_all", qc_block, drain_all),
    MEMBER("waiters", qc_block, waiters),
    MEMBER("graph_writer", qc_block, graph_lock.has_writer),
    MEMBER("graph_readers", qc_block, graph_lock.readers),
    {"in_flight", 0, block_in_flight},
    {"drained", 0, block_drained},
};

struct fact_owner {
    const struct fact_row *rows;
    size_t count;
};

static const struct fact_owner owners[] = {
    [QEMUCORE_FACTS_OF_VCPU] = {ROWS(vcpu_rows)},
    [QEMUCORE_FACTS_OF_CONTEXT] = {ROWS(context_rows)},
    [QEMUCORE_FACTS_OF_BLOCK] = {ROWS(block_rows)},
    [QEMUCORE_FACTS_OF_BLOCK_NODE] = {ROWS(node_rows)},
    [QEMUCORE_FACTS_OF_BLOCK_JOB] = {ROWS(job_rows)},
    [QEMUCORE_FACTS_OF_REQUEST] = {ROWS(request_rows)},
    [QEMUCORE_FACTS_OF_RAM_BLOCK] = {ROWS(ram_rows)},
    [QEMUCORE_FACTS_OF_MIGRATION] = {ROWS(migration_rows)},
    [QEMUCORE_FACTS_OF_TIMER] = {ROWS(timer_rows)},
};

static struct qc_fact row_fact(const struct fact_row *row, const void *structure)
{
    return row->derive != NULL
               ? row->derive(structure)
               : *(const struct qc_fact *)((const char *)structure + row->offset);
}

bool qc_api_fact(enum qemucore_fact_owner owner, const void *structure, const char *name,
                 uint64_t *ret)
{
    for (size_t i = 0; name != NULL && i < owners[owner].count; i++) {
        const struct fact_row *row = &owners[owner].rows[i];
        struct qc_fact fact = strcmp(row->name, name) == 0 ? row_fact(row, structure)
                                                           : (struct qc_fact){0};
        if (fact.is_known) {
            QC_GIVE(ret, fact.value);
            return true;
        }
    }
    return false;
}

static const char *name_of(const struct fact_owner *owner, size_t index)
{
    return index < owner->count ? owner->rows[index].name : NULL;
}

QC_EXPORT const char *qemucore_fact_next(enum qemucore_fact_owner owner, const char *previous)
{
    if ((size_t)owner >= qc_count(owners)) {
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

QC_EXPORT const char *qemucore_fact_name(enum qemucore_fact fact)
{
    unsigned owner = (unsigned)fact / 256 - 1;
    unsigned index = (unsigned)fact % 256 - 1;
    return owner < qc_count(owners) ? name_of(&owners[owner], index) : NULL;
}
