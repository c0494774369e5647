/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "api/api_facts.h"
#include "api/handle.h"

/* These define the public header's opaque types. */
struct qemucore_vcpu {
    struct qc_vcpu inner;
};

struct qemucore_context {
    struct qc_aio_context inner;
};

struct qemucore_block_node {
    struct qc_block_node inner;
};

struct qemucore_block_job {
    struct qc_block_job inner;
};

struct qemucore_ram_block {
    struct qc_ramblock inner;
};

struct qemucore_request {
    struct qc_block_request inner;
};

struct qemucore_peer {
    struct qc_peer inner;
};

/* Returns the state, or NULL when it can't be read: callers can't fail, and know nothing then. */
static const struct qc_state *state_of(struct qemucore *core)
{
    struct qc_state *state = NULL;
    qc_api_state(core, &state, NULL);
    return state;
}

/* ---- run state ------------------------------------------------------------------------------ */

/* Defines an exported function that returns a text of the state, and stores why it is not known. */
#define TEXT_GETTER(name, text, reason)                                               \
    QC_EXPORT const char *name(struct qemucore *core, const char **why)               \
    {                                                                                 \
        const struct qc_state *state = state_of(core);                                \
        const char *known = state == NULL ? NULL : state->text;                       \
        const char *absent = state == NULL ? NULL : state->reason;                    \
        QC_GIVE(why, known != NULL ? NULL : qc_str_or(absent, "out of memory"));      \
        return known;                                                                 \
    }

TEXT_GETTER(qemucore_runstate, runstate.name, runstate.why_absent)
TEXT_GETTER(qemucore_machine_type, runstate.machine_type, runstate.why_no_machine)
TEXT_GETTER(qemucore_accelerator, runstate.accelerator, runstate.why_no_accelerator)

/* ---- vCPUs ---------------------------------------------------------------------------------- */

QC_ITERATOR(struct qemucore_vcpu, qemucore_vcpu_next, struct qemucore, state_of(object), vcpus.list)
QC_GETTER(int, qemucore_vcpu_index, qemucore_vcpu, object->inner.cpu->index)
QC_GETTER(uint64_t, qemucore_vcpu_address, qemucore_vcpu, object->inner.cpu->address)
QC_GETTER(struct qemucore_thread *, qemucore_vcpu_thread, qemucore_vcpu, object->inner.thread)
QC_GETTER(const char *, qemucore_vcpu_place, qemucore_vcpu, qc_vcpu_place_name(object->inner.place))
QC_GETTER(bool, qemucore_vcpu_in_kvm_run, qemucore_vcpu, object->inner.in_kvm_run)
QC_FACT_GETTER(qemucore_vcpu_fact, qemucore_vcpu, QEMUCORE_FACTS_OF_VCPU)

/* ---- the main loop and the other event loops ------------------------------------------------- */

QC_EXPORT const char *qemucore_main_loop_place(struct qemucore *core, const char **function)
{
    const struct qc_state *state = state_of(core);
    QC_GIVE(function, state == NULL ? NULL : state->main_loop.function);
    return qc_main_loop_place_name(state == NULL ? QC_MAIN_LOOP_UNKNOWN : state->main_loop.place);
}

QC_EXPORT bool qemucore_main_loop_timeout(struct qemucore *core, int64_t *ret)
{
    const struct qc_state *state = state_of(core);
    if (state == NULL || !state->main_loop.has_timeout) {
        return false;
    }
    QC_GIVE(ret, state->main_loop.timeout_ns);
    return true;
}

QC_EXPORT bool qemucore_main_loop_turned(struct qemucore *core, uint64_t *ret, bool *by_file)
{
    const struct qc_state *state = state_of(core);
    struct qc_clock_age age = state == NULL ? (struct qc_clock_age){0} : state->clocks.turned;
    struct qc_fact elapsed = age.by_file.is_known ? age.by_file : age.at_least;
    QC_GIVE(by_file, age.by_file.is_known);
    if (elapsed.is_known && ret != NULL) {
        *ret = elapsed.value;
    }
    return elapsed.is_known;
}

static const struct qc_clock_bound *bound_named(const struct qc_clock_bounds *bounds,
                                                const char *name)
{
    return strcmp(name, "lower") == 0     ? &bounds->lower
           : strcmp(name, "upper") == 0   ? &bounds->upper
           : strcmp(name, "by_file") == 0 ? &bounds->by_file
                                          : NULL;
}

QC_EXPORT bool qemucore_clock_bound(struct qemucore *core, const char *clock, const char *bound,
                                    int64_t *ret, const char **rests_on)
{
    const struct qc_state *state = state_of(core);
    const struct qc_clock_bound *found = NULL;
    for (size_t i = 0; state != NULL && clock != NULL && bound != NULL && i < QC_CLOCK_COUNT; i++) {
        if (strcmp(clock, qc_clock_name(i)) == 0) {
            found = bound_named(&state->clocks.bounds[i], bound);
        }
    }
    if (found == NULL || !found->is_known) {
        return false;
    }
    QC_GIVE(ret, found->ns);
    QC_GIVE(rests_on, found->rests_on);
    return true;
}

QC_EXPORT const char *qemucore_bql_state(struct qemucore *core, struct qemucore_thread **owner)
{
    const struct qc_state *state = state_of(core);
    QC_GIVE(owner, state == NULL ? NULL : state->main_loop.bql_owner);
    return qc_main_loop_bql_name(state == NULL ? QC_MAIN_LOOP_BQL_UNKNOWN : state->main_loop.bql);
}

QC_ITERATOR(struct qemucore_context, qemucore_context_next, struct qemucore, state_of(object),
            contexts.list)

QC_EXPORT const char *qemucore_context_name(const struct qemucore_context *context)
{
    return context->inner.iothread != NULL ? context->inner.iothread->id
                                            : qc_aio_context_kind_name(context->inner.kind);
}

QC_GETTER(uint64_t, qemucore_context_address, qemucore_context, object->inner.address)
QC_GETTER(struct qemucore_thread *, qemucore_context_thread, qemucore_context, object->inner.thread)
QC_GETTER(const char *, qemucore_context_fdmon, qemucore_context, object->inner.fdmon)
QC_FACT_GETTER(qemucore_context_fact, qemucore_context, QEMUCORE_FACTS_OF_CONTEXT)

QC_EXPORT bool qemucore_context_bottom_half(const struct qemucore_context *context, size_t index,
                                            const char **name, bool *due)
{
    if (index >= context->inner.bottom_halves.count) {
        return false;
    }
    const struct qc_aio_bh *bh = &context->inner.bottom_halves.items[index];
    QC_GIVE(name, bh->name);
    QC_GIVE(due, bh->is_due);
    return true;
}

/* ---- migration ------------------------------------------------------------------------------ */

TEXT_GETTER(qemucore_migration_outgoing, migration.outgoing.state, migration.outgoing.why_absent)
TEXT_GETTER(qemucore_migration_incoming, migration.incoming.state, migration.incoming.why_absent)

QC_EXPORT const char *qemucore_migration_error(struct qemucore *core)
{
    const struct qc_state *state = state_of(core);
    return state == NULL ? NULL : state->migration.outgoing.error;
}

QC_EXPORT bool qemucore_migration_fact(struct qemucore *core, const char *name, uint64_t *ret)
{
    const struct qc_state *state = state_of(core);
    return state != NULL && qc_api_fact(QEMUCORE_FACTS_OF_MIGRATION, &state->migration, name, ret);
}

QC_EXPORT bool qemucore_migration_awaits_source(struct qemucore *core)
{
    const struct qc_state *state = state_of(core);
    return state != NULL && qc_migration_awaits_source(&state->migration.incoming);
}

/* ---- the block layer ------------------------------------------------------------------------ */

QC_ITERATOR(struct qemucore_block_node, qemucore_block_node_next, struct qemucore, state_of(object),
            block.nodes)
QC_GETTER(const char *, qemucore_block_node_name, qemucore_block_node, object->inner.name)
QC_GETTER(const char *, qemucore_block_node_driver, qemucore_block_node, object->inner.driver)
QC_FACT_GETTER(qemucore_block_node_fact, qemucore_block_node, QEMUCORE_FACTS_OF_BLOCK_NODE)

QC_EXPORT struct qemucore_request *
qemucore_request_next(const struct qemucore_block_node *node,
                      const struct qemucore_request *previous)
{
    return QC_NEXT(&node->inner.requests, previous);
}

QC_GETTER(const char *, qemucore_request_type, qemucore_request, object->inner.type)
QC_FACT_GETTER(qemucore_request_fact, qemucore_request, QEMUCORE_FACTS_OF_REQUEST)
QC_ITERATOR(struct qemucore_block_job, qemucore_block_job_next, struct qemucore, state_of(object),
            block.jobs)
QC_GETTER(const char *, qemucore_block_job_id, qemucore_block_job, object->inner.id)
QC_GETTER(const char *, qemucore_block_job_type, qemucore_block_job, object->inner.type)
QC_GETTER(const char *, qemucore_block_job_status, qemucore_block_job, object->inner.status)
QC_FACT_GETTER(qemucore_block_job_fact, qemucore_block_job, QEMUCORE_FACTS_OF_BLOCK_JOB)

QC_EXPORT bool qemucore_block_fact(struct qemucore *core, const char *name, uint64_t *ret)
{
    const struct qc_state *state = state_of(core);
    return state != NULL && qc_api_fact(QEMUCORE_FACTS_OF_BLOCK, &state->block, name, ret);
}

QC_ITERATOR(struct qemucore_ram_block, qemucore_ram_block_next, struct qemucore, state_of(object),
            ram.list)
QC_GETTER(const char *, qemucore_ram_block_id, qemucore_ram_block, object->inner.id)
QC_FACT_GETTER(qemucore_ram_block_fact, qemucore_ram_block, QEMUCORE_FACTS_OF_RAM_BLOCK)

/* ---- peers ---------------------------------------------------------------------------------- */

/* Reads the state first, for it gives the threads their names. NULL: it cannot be read. */
static const struct qc_peers *peers_of(struct qemucore *core)
{
    return state_of(core) == NULL ? NULL : qc_process_peers(core->process);
}

QC_ITERATOR(struct qemucore_peer, qemucore_peer_next, struct qemucore, peers_of(object), list)

QC_EXPORT struct qemucore_peer *qemucore_peer_of(struct qemucore *core, int fd)
{
    const struct qc_peers *peers = peers_of(core);
    return peers == NULL ? NULL : (struct qemucore_peer *)qc_peer_of(peers, fd);
}

QC_GETTER(int, qemucore_peer_fd, qemucore_peer, object->inner.fd)
QC_GETTER(const char *, qemucore_peer_kind, qemucore_peer, qc_peer_kind_name(object->inner.kind))
QC_GETTER(const char *, qemucore_peer_owner, qemucore_peer, object->inner.owner)
QC_GETTER(const char *, qemucore_peer_address, qemucore_peer, object->inner.address)
QC_GETTER(const char *, qemucore_peer_actor, qemucore_peer, object->inner.actor)

QC_EXPORT const char *qemucore_state_problem(struct qemucore *core, size_t index)
{
    const struct qc_state *state = state_of(core);
    if (state == NULL) {
        return index == 0 ? "out of memory" : NULL;
    }
    return qc_state_problem(state, index);
}

/* ---- all timers of QEMU that are set --------------------------------------------------------- */

/* Defines the public header's opaque type. */
struct qemucore_timer {
    struct qc_armed_timer inner;
};

/* Returns the timers. Looks for them at the first call. NULL: the state cannot be read. */
static const struct qc_armed_timers *timers_of(struct qemucore *core)
{
    struct qc_state *state;
    if (!core->timers_looked_for && qc_api_state(core, &state, NULL) == QEMUCORE_OK) {
        core->timers_looked_for = true;
        qc_armed_timers_find(core->process->fields, state, &core->timers);
    }
    return core->timers_looked_for ? &core->timers : NULL;
}

QC_ITERATOR(struct qemucore_timer, qemucore_timer_next, struct qemucore, timers_of(object), list)

QC_EXPORT const char *qemucore_timer_problem(struct qemucore *core)
{
    const struct qc_armed_timers *timers = timers_of(core);
    return timers == NULL ? "out of memory"
           : timers->why_cut != NULL ? timers->why_cut
                                     : timers->why_absent;
}

QC_GETTER(uint64_t, qemucore_timer_address, qemucore_timer, object->inner.address)
QC_GETTER(const char *, qemucore_timer_clock, qemucore_timer, object->inner.list->clock)
QC_GETTER(struct qemucore_context *, qemucore_timer_context, qemucore_timer,
          (struct qemucore_context *)object->inner.context)
QC_GETTER(const char *, qemucore_timer_callback, qemucore_timer, object->inner.callback.name)
QC_FACT_GETTER(qemucore_timer_fact, qemucore_timer, QEMUCORE_FACTS_OF_TIMER)

QC_EXPORT bool qemucore_timer_left(const struct qemucore_timer *timer, const char *bound,
                                   int64_t *ret)
{
    const struct qc_clock_left *left = &timer->inner.left;
    struct qc_fact found = bound == NULL                  ? (struct qc_fact){0}
                           : strcmp(bound, "lower") == 0   ? left->at_least
                           : strcmp(bound, "upper") == 0   ? left->at_most
                           : strcmp(bound, "by_file") == 0 ? left->at_most_by_file
                                                           : (struct qc_fact){0};
    if (found.is_known && ret != NULL) {
        *ret = (int64_t)found.value;
    }
    return found.is_known;
}
