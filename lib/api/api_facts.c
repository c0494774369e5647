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

#define MEMBER(type, member) {#member, offsetof(struct type, member), NULL},
#define MEMBERS(type, ...) QC_EACH(MEMBER, type, __VA_ARGS__)
#define RENAMED(name, type, member) {name, offsetof(struct type, member), NULL}
#define ROWS(rows) rows, qc_count(rows)

static const struct fact_row vcpu_rows[] = {
    MEMBERS(qc_vcpu, created, halted, stop, stopped, unplug, exit_request, crash_occurred,
            queued_work, pc)
};

static const struct fact_row context_rows[] = {
    MEMBERS(qc_aio_context, notify_me, notified, epoll_fd, handlers, list_lock, poll_ns,
            poll_max_ns, scheduled_coroutines)
};

static const struct fact_row node_rows[] = {
    MEMBERS(qc_block_node, in_flight, serialising_in_flight, quiesce_counter, open_flags)
    RENAMED("tracked_requests", qc_block_node, tracked),
};

static const struct fact_row job_rows[] = {
    MEMBERS(qc_block_job, paused, pause_count, user_paused, busy, cancelled, progress, total)
};

static const struct fact_row request_rows[] = {
    MEMBERS(qc_block_request, offset, bytes, serialising, coroutine, waiting_for)
    {"address", 0, request_address},
};

static const struct fact_row migration_rows[] = {
    RENAMED("outgoing_error", qc_migration, outgoing.to_destination.last_error),
    RENAMED("incoming_error", qc_migration, incoming.from_source.last_error),
    RENAMED("return_path", qc_migration, outgoing.return_path_created),
    RENAMED("start_postcopy", qc_migration, outgoing.start_postcopy),
    RENAMED("pages_requested", qc_migration, incoming.page_requested_count),
    MEMBERS(qc_migration, multifd_channels)
    {"outgoing_connected", 0, outgoing_connected},
    {"incoming_connected", 0, incoming_connected},
};

static const struct fact_row ram_rows[] = {
    MEMBERS(qc_ramblock, host, length, max_length, page_size, flags, held)
};

static const struct fact_row timer_rows[] = {
    MEMBERS(qc_armed_timer, expire)
    RENAMED("callback", qc_armed_timer, callback.address),
    MEMBERS(qc_armed_timer, opaque, coroutine)
};

static const struct fact_row block_rows[] = {
    MEMBERS(qc_block, drain_all, waiters)
    RENAMED("graph_writer", qc_block, graph_lock.has_writer),
    RENAMED("graph_readers", qc_block, graph_lock.readers),
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
