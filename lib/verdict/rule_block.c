/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_block - event loops that wait for each other, and drains that do not end
 *
 * AIO_WAIT_WHILE is a macro: a thread that waits by it is in aio_poll, called by who waits.
 */
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "verdict/rule.h"
#include "verdict/recent.h"
#include "verdict/storage.h"

/* block/io.c, block/block-backend.c of 4.0 to 11.1, the innermost first. */
static const char *const drain_functions[] = {
    "bdrv_drain_all_begin_nopoll", "bdrv_drain_all_begin", "bdrv_do_drained_begin",
    "bdrv_drained_begin", "bdrv_subtree_drained_begin", "bdrv_drain_all", "bdrv_drain",
    "blk_drain", "blk_drain_all", NULL,
};
static const char *const wrlock_functions[] = {"bdrv_graph_wrlock", "bdrv_graph_wrlock_drained",
                                               NULL};

/* A thread that is asleep in aio_poll, which one of these functions has called; NULL: it is not. */
static struct qemucore_frame *polls_for(const struct qc_rule_context *context,
                                        struct qemucore_thread *thread,
                                        const char *const *functions)
{
    struct qemucore_frame *poll = qc_frames_find(qc_thread_stack(thread), "aio_poll");
    bool polls = poll != NULL && qc_activity_is_poll(qc_rule_wait(context, thread));
    struct qemucore_frame *frame = polls ? qc_rule_frame(thread, functions) : NULL;
    return frame != NULL && frame->level > poll->level ? frame : NULL;
}

/* Who keeps requests, of all nodes; how many do. */
static size_t show_in_flight(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_below(context->process, &context->state->block, NULL, &culprits);
    for (size_t i = 0; i < culprits.count; i++) {
        qc_storage_show(context, finding, &culprits.items[i]);
    }
    if (culprits.count != 0) {
        qc_finding_add_cause(context, finding, qc_storage_kind(culprits.items));
    }
    size_t count = culprits.count;
    qc_vec_free(&culprits);
    return count;
}

/* A job that has not been paused goes on making requests; drained_poll waits for it. */
static size_t show_jobs(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    const struct qc_block *block = &context->state->block;
    size_t busy = 0;
    for (size_t i = 0; i < block->jobs.count; i++) {
        const struct qc_block_job *job = &block->jobs.items[i];
        bool runs = qc_fact_is_zero(job->paused) && qc_fact_is_set(job->busy);
        if (runs) {
            busy++;
            qc_evidence_add(
                context, finding, (struct qc_subject){.address = job->address},
                "job %s (%s, %s) has not paused", job->id == NULL ? "(internal)" : job->id,
                job->type == NULL ? "?" : job->type, job->status == NULL ? "?" : job->status);
        }
    }
    return busy;
}

static void show_drain(struct qc_rule_context *context, struct qemucore_finding *finding,
                       struct qemucore_thread *thread, struct qemucore_frame *frame)
{
    const struct qemucore_lock *bql = qc_rule_bql(context);
    qc_evidence_add(context, finding, (struct qc_subject){.thread = thread, .frame = frame},
                    "%s is in %s (frame %u), asleep in its aio_poll",
                    qc_rule_thread_label(context, thread), frame->function, frame->level);
    if (bql != NULL && bql->owner == thread) {
        qc_evidence_add(context, finding,
                        (struct qc_subject){.field = bql->name, .address = bql->address},
                        "it holds the BQL meanwhile, for which %s",
                        bql->waiters.count == 0
                            ? "nobody waits"
                            : qc_rule_keep(context, qc_format("%zu thread%s wait%s",
                                                              bql->waiters.count,
                                                              qc_noun_s(bql->waiters.count),
                                                              qc_verb_s(bql->waiters.count))));
    }
    qc_finding_end_signature(finding);
    qc_evidence_add_path(context, finding, thread);
    if (thread == context->state->main_loop.thread) {
        qc_evidence_add_turn(context, finding);
    }
    qc_evidence_add_sleepers(context, finding);
}

static bool is_idle(const struct qc_block *block)
{
    bool idle = block->nodes_known && block->backends_known && block->jobs_known &&
                qc_sum_is_zero(block->in_flight) && block->why_cut == NULL;
    for (size_t i = 0; i < block->jobs.count && idle; i++) {
        idle = qc_fact_is_set(block->jobs.items[i].paused) ||
               qc_fact_is_zero(block->jobs.items[i].busy);
    }
    return idle;
}

/* Functions that write or read as much as the guest has: they poll again and again, and take long.
   So do the programs without a guest, whose main thread has no other loop. */
static const char *const long_functions[] = {"save_snapshot", "load_snapshot", "qemu_savevm_state",
                                             NULL};

/* Of requests nothing is known without debug info. But a timer that is due soon may be what ends one:
   that of a slow disk, of a throttle group. */
#define SOON_NS INT64_C(10000000000)

static bool awaits_timer(const struct qc_rule_context *context,
                         const struct qemucore_thread *poller)
{
    struct qc_threads *threads = context->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        const struct qemucore_thread *thread = &threads->items[i];
        const struct qemucore_wait *wait = qc_rule_wait(context, thread);
        if ((thread == poller || thread->role == QC_ROLE_IOTHREAD) && qc_activity_is_poll(wait) &&
            wait->has_timeout && wait->timeout_ns >= 0 && wait->timeout_ns < SOON_NS) {
            return true;
        }
    }
    return false;
}

/* Somebody who may be about to end what is polled for; or there is so much of it that one poll says
   nothing, but of storage that is asleep itself. */
static bool may_get_on(struct qc_rule_context *context, struct qemucore_thread *poller)
{
    bool is_long = qc_rule_frame(poller, long_functions) != NULL ||
                   qc_process_tool(context->process) != NULL;
    return qc_recent_server(context, poller) || qc_recent_turn(context) ||
           (!context->state->has_types && awaits_timer(context, poller)) ||
           (is_long && qc_rule_server_asleep(context) == NULL);
}

/* ---- drains --------------------------------------------------------------------------------- */

struct drain {
    struct qemucore_thread *thread;
    struct qemucore_frame *frame;
    bool is_of_all;                   /* by its function */
    const struct qc_block_node *node; /* NULL: of all, or it can't be told of which */
    struct qc_block_culprits culprits;
};

/* bdrv_drain_all_begin() and its kin have no argument; the others have a node, or a backend. */
static const struct qc_block_node *drained_node(const struct qc_block *block,
                                                struct qemucore_frame *frame)
{
    uint64_t address;
    if (qc_frame_variable(frame, "bs", &address)) {
        return qc_block_node_of(block, address);
    }
    if (qc_frame_variable(frame, "blk", &address)) {
        const struct qc_block_backend *backend = qc_block_backend_of(block, address);
        return backend == NULL ? NULL : qc_block_node_of(block, backend->root);
    }
    return NULL;
}

static bool is_drain_of_all(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {"bdrv_drain_all_begin_nopoll", "bdrv_drain_all_begin",
                                            "bdrv_drain_all", "blk_drain_all"};
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (qc_frame_is(frame, functions[i])) {
            return true;
        }
    }
    return false;
}

/* A copy of the function for some callers has not the argument; its inlined original has. */
static void drain_look(struct qc_rule_context *context, struct drain *drain)
{
    const struct qc_block *block = &context->state->block;
    struct qc_stack *stack = qc_thread_stack(drain->thread);
    drain->is_of_all = is_drain_of_all(drain->frame);
    for (size_t i = drain->frame->level; !drain->is_of_all && drain->node == NULL &&
                                         i < stack->frames.count && i < drain->frame->level + 3u;
         i++) {
        drain->node = drained_node(block, &stack->frames.items[i]);
    }
    qc_block_culprits_of_drain(context->process, block, drain->node, &drain->culprits);
    if (drain->culprits.count == 0 && drain->node != NULL &&
        qc_frames_find(stack, "bdrv_subtree_drained_begin") != NULL) {
        /* Up to 7.2: waits for what is below, too, whoever has asked for that. */
        qc_block_culprits_below(context->process, block, drain->node, &drain->culprits);
    }
}

static bool is_trim_circle(const struct qc_block_culprits *culprits)
{
    return culprits->count != 0 && culprits->items[0].service == QC_BLOCK_SERVICE_HELD_BACK &&
           qc_block_circle_is_trim(culprits->items[0].backend);
}

static enum qc_drain_variant drain_kind(bool idle, const struct qc_block_culprits *culprits)
{
    return idle                       ? QC_DRAIN_MISSED_KICK
           : is_trim_circle(culprits) ? QC_DRAIN_TRIM
                                      : QC_DRAIN_REQUESTS;
}

/* "main loop (LWP 17) drains node vda (bdrv_do_drained_begin)" */
static const char *drain_text(struct qc_rule_context *context, const struct drain *drain)
{
    const char *thread = qc_rule_thread_label(context, drain->thread);
    const char *phase = qc_rule_phase(context, drain->thread);
    const char *command = qc_rule_command(context, drain->thread);
    const char *at = command == NULL ? "" : qc_rule_keep(context, qc_format(", at %s,", command));
    return qc_rule_keep(context,
                        drain->node == NULL
                            ? qc_format("%s%s%s drains%s (%s)", phase, thread, at,
                                        drain->is_of_all ? " all disks" : "",
                                        drain->frame->function)
                            : qc_format("%s%s%s drains node %s (%s)", phase, thread, at,
                                        qc_storage_node_name(drain->node),
                                        drain->frame->function));
}

static struct qemucore_finding *report_trim(struct qc_rule_context *context,
                                            const struct drain *drain)
{
    return qc_finding_report(context,
                             "deadlock: %s and waits for the TRIM of %s, whose next discard the "
                             "drain itself holds back",
                             drain_text(context, drain),
                             qc_storage_backend_name(context, drain->culprits.items[0].backend));
}

/* What ends by itself is no reason to call anybody. */
static struct qemucore_finding *report_requests(struct qc_rule_context *context,
                                                const struct drain *drain)
{
    const struct qc_block_culprit *first = drain->culprits.items;
    if (drain->culprits.count == 0) {
        return qc_finding_report(context, "%s, and waits for requests to end",
                                 drain_text(context, drain));
    }
    bool is_sound = qc_block_service_is_sound(first->service);
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s, and %swaits for %s of %s", drain_text(context, drain),
        is_sound ? "" : "still ", qc_storage_amount(context, first),
        qc_storage_label(context, first));
    if (finding != NULL && is_sound) {
        finding->severity = QC_SEVERITY_WAITING;
        finding->explains_main = drain->thread == context->state->main_loop.thread;
    }
    qc_storage_set_actor(context, finding, first);
    qc_storage_set_next(context, finding, first);
    return finding;
}

static struct qemucore_finding *report_missed_kick(struct qc_rule_context *context,
                                                   const struct drain *drain)
{
    return qc_finding_report(context,
                             "%s and is asleep, though no request is in flight and no job runs: "
                             "the wake-up at the end of the last one was missed",
                             drain_text(context, drain));
}

static bool is_young(const struct qc_rule_context *context,
                     const struct qc_block_culprits *culprits)
{
    return culprits->count != 0 && qc_recent_request(context, culprits->items);
}

static void doubt_if_moving(struct qc_rule_context *context, struct qemucore_finding *finding,
                            struct qemucore_thread *poller,
                            const struct qc_block_culprits *culprits)
{
    if (finding != NULL && finding->severity == QC_SEVERITY_STUCK &&
        (may_get_on(context, poller) || is_young(context, culprits))) {
        qc_evidence_add(context, finding, (struct qc_subject){.thread = poller},
                        "one dump does not tell whether it gets on: who could end it was moving, or "
                        "it had not waited for long");
        qc_finding_doubt(finding);
    }
}

static void show_culprits(struct qc_rule_context *context, struct qemucore_finding *finding,
                          const struct drain *drain)
{
    const struct qc_block *block = &context->state->block;
    for (size_t i = 0; i < drain->culprits.count; i++) {
        qc_storage_show(context, finding, &drain->culprits.items[i]);
    }
    size_t jobs = show_jobs(context, finding);
    qc_finding_add_cause(context, finding,
                         drain->culprits.count != 0 ? qc_storage_kind(drain->culprits.items)
                         : jobs != 0                ? "job"
                                                    : NULL);
    if (drain->culprits.count + jobs == 0) {
        qc_unknown_report(context, "which request the drain waits for: %s",
                          block->why_absent != NULL            ? block->why_absent
                          : context->state->why_absent != NULL ? context->state->why_absent
                                                               : "none is found");
    } else if (drain->node == NULL && !drain->is_of_all) {
        qc_unknown_report(context, "which node %s drains: its argument is lost",
                          drain->frame->function);
    }
}

static void drain_report(struct qc_rule_context *context, const struct drain *drain)
{
    struct qemucore_finding *finding = NULL;
    switch (context->rule->variant.drain) {
    case QC_DRAIN_MISSED_KICK:
        finding = report_missed_kick(context, drain);
        break;
    case QC_DRAIN_TRIM:
        finding = report_trim(context, drain);
        qc_storage_set_actor(context, finding, drain->culprits.items);
        break;
    case QC_DRAIN_REQUESTS:
        finding = report_requests(context, drain);
        break;
    }
    show_drain(context, finding, drain->thread, drain->frame);
    if (context->rule->variant.drain != QC_DRAIN_TRIM) {
        doubt_if_moving(context, finding, drain->thread, &drain->culprits);
    }
    if (context->rule->variant.drain == QC_DRAIN_MISSED_KICK &&
        (qc_recent_is_by_debugger(context) || qc_recent_end(context))) {
        qc_finding_doubt(finding);
    }
    if (context->rule->variant.drain != QC_DRAIN_MISSED_KICK) {
        show_culprits(context, finding, drain);
    }
}

void qc_condition_drain(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    bool idle = is_idle(&context->state->block);
    for (size_t i = 0; i < threads->count; i++) {
        struct drain drain = {.thread = &threads->items[i]};
        drain.frame = polls_for(context, drain.thread, drain_functions);
        if (drain.frame != NULL) {
            drain_look(context, &drain);
            if (drain_kind(idle, &drain.culprits) == context->rule->variant.drain) {
                drain_report(context, &drain);
            }
            qc_vec_free(&drain.culprits);
        }
    }
}

/* ---- the graph lock ------------------------------------------------------------------------- */

/* A reader is a request somewhere: where there is but one node that keeps any, it is there. */
static void graph_lock_blame(struct qc_rule_context *context, struct qemucore_finding *finding,
                             struct qemucore_thread *writer)
{
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_below(context->process, &context->state->block, NULL, &culprits);
    if (context->rule->variant.graph_lock != QC_GRAPH_LOCK_DRAIN) {
        doubt_if_moving(context, finding, writer, &culprits);
    }
    if (culprits.count == 1) {
        qc_storage_set_actor(context, finding, culprits.items);
    }
    qc_vec_free(&culprits);
}

/* block/graph-lock.c, 8.1 on. */
void qc_condition_graph_lock(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    const struct qc_block_graph_lock *lock = &block->graph_lock;
    enum qc_graph_lock_variant variant = context->rule->variant.graph_lock;
    struct qc_threads *threads = context->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        struct qemucore_frame *writer = polls_for(context, thread, wrlock_functions);
        struct qemucore_frame *drain = polls_for(context, thread, drain_functions);
        struct qemucore_finding *finding = NULL;
        if (variant == QC_GRAPH_LOCK_READER && writer != NULL && qc_fact_is_set(lock->readers)) {
            finding = qc_finding_report(
                context, "%s waits to write the block graph (%s) until %" PRIu64 " reader%s end%s",
                qc_rule_thread_label(context, thread), writer->function, lock->readers.value,
                qc_noun_s(lock->readers.value), qc_verb_s(lock->readers.value));
        } else if (variant == QC_GRAPH_LOCK_MISSED_WAKE && writer != NULL &&
                   qc_fact_is_zero(lock->readers) && qc_fact_is_zero(lock->has_writer)) {
            finding =
                qc_finding_report(context,
                                  "%s waits to write the block graph (%s) though no reader is "
                                  "left: the wake-up by the last one was missed",
                                  qc_rule_thread_label(context, thread), writer->function);
        } else if (variant == QC_GRAPH_LOCK_DRAIN && writer == NULL && drain != NULL &&
                   qc_fact_is_set(lock->has_writer) && qc_fact_is_set(lock->waiting_reader) &&
                   block->in_flight.value != 0) {
            writer = drain;
            finding =
                qc_finding_report(context,
                                  "deadlock: %s drains (%s) while it holds the block graph's write "
                                  "lock, for which a request in flight waits",
                                  qc_rule_thread_label(context, thread), drain->function);
        }
        if (finding != NULL) {
            show_drain(context, finding, thread, writer);
            qc_evidence_add(
                context, finding, (struct qc_subject){.address = lock->waiting_reader.value},
                "has_writer %s, readers %s, first waiting reader (coroutine) %s",
                qc_rule_number(context, lock->has_writer), qc_rule_number(context, lock->readers),
                qc_rule_address(context, lock->waiting_reader));
            graph_lock_blame(context, finding, thread);
            show_in_flight(context, finding);
        }
    }
}

/* Up to 8.2: a thread that polls with a context's lock held more than once keeps the context's own
   thread out, which would have to finish what is polled for. */
void qc_condition_aio_context_poll(struct qc_rule_context *context)
{
    const struct qc_wait_graph *graph = context->graph;
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        if (edge->holder == NULL || !qc_rule_is_aio_context_lock(context, edge->lock) ||
            qc_frames_find(qc_thread_stack(edge->holder), "aio_poll") == NULL ||
            !qc_activity_is_poll(qc_rule_wait(context, edge->holder)) ||
            edge->waiter->role != QC_ROLE_IOTHREAD) {
            continue;
        }
        struct qemucore_finding *finding = qc_finding_report(
            context,
            "%s waits for %s, which %s holds while it polls for what that thread has to do",
            qc_rule_thread_label(context, edge->waiter),
            edge->lock->name == NULL ? "its AioContext's lock" : edge->lock->name,
            qc_rule_thread_label(context, edge->holder));
        qc_evidence_add_thread(context, finding, edge->waiter);
        qc_evidence_add_thread(context, finding, edge->holder);
        qc_evidence_add(
            context, finding,
            (struct qc_subject){.field = edge->lock->name, .address = edge->lock->address},
            "held %" PRIu64 " times over", edge->lock->state.count);
    }
}

/* ---- wake-ups ------------------------------------------------------------------------------- */

/* Somebody is just about to wake it: between the bottom half's flag and the write to the eventfd. */
static bool somebody_notifies(struct qc_rule_context *context)
{
    static const char *const functions[] = {"aio_notify",     "aio_bh_enqueue", "qemu_bh_schedule",
                                            "aio_bh_schedule_oneshot_full", "aio_co_schedule",
                                            "event_notifier_set", NULL};
    struct qc_threads *threads = context->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        if (qc_rule_frame(&threads->items[i], functions) != NULL) {
            return true;
        }
    }
    return false;
}

static bool has_due(const struct qc_aio_context *aio_context)
{
    for (size_t i = 0; i < aio_context->bottom_halves.count; i++) {
        const struct qc_aio_bh *bh = &aio_context->bottom_halves.items[i];
        if (bh->is_due && (bh->flags & QC_AIO_BH_IDLE) == 0 && !bh->in_slice) {
            return true;
        }
    }
    return qc_fact_is_set(aio_context->scheduled_coroutines);
}

/* It may have scheduled something just before it went to sleep where it is. */
static bool main_is_busy(const struct qc_rule_context *context)
{
    return context->state->main_loop.place != QC_MAIN_LOOP_POLL;
}

/*
 * A loop that sleeps without an end in sight, with something to do. If its eventfd had been written
 * to, the poll would have come back with that, and not been interrupted by the dump.
 */
void qc_condition_lost_notification(struct qc_rule_context *context)
{
    const struct qc_aio_contexts *contexts = &context->state->contexts;
    for (size_t i = 0; i < contexts->list.count; i++) {
        const struct qc_aio_context *aio_context = &contexts->list.items[i];
        if (aio_context->thread == NULL || !has_due(aio_context)) {
            continue;
        }
        const struct qemucore_wait *wait = qc_rule_wait(context, aio_context->thread);
        bool is_own =
            aio_context->kind == QC_AIO_CONTEXT_IOTHREAD
                ? qc_frames_find(qc_thread_stack(aio_context->thread), "iothread_run") != NULL
                : context->state->main_loop.place == QC_MAIN_LOOP_POLL;
        bool for_ever = wait->has_timeout && wait->timeout_ns < 0 && !wait->timeout_is_remaining;
        if (!qc_activity_is_poll(wait) || !is_own || !for_ever ||
            (wait->syscall.has_result && !wait->syscall.interrupted) ||
            strcmp(wait->syscall.name, "io_uring_enter") == 0 || somebody_notifies(context)) {
            continue;
        }
        struct qemucore_finding *finding = qc_finding_report(
            context,
            "%s sleeps in its poll without a timeout, though %s is due: the notification "
            "was lost",
            qc_rule_thread_label(context, aio_context->thread),
            aio_context->due != 0 ? "a bottom half" : "a coroutine");
        qc_evidence_add_thread(context, finding, aio_context->thread);
        if (qc_recent_is_by_debugger(context) || qc_recent_turn(context) ||
            qc_recent_server(context, aio_context->thread) || main_is_busy(context)) {
            qc_evidence_add(context, finding, (struct qc_subject){.thread = aio_context->thread},
                            "somebody may have been about to notify it: one dump does not tell");
            qc_finding_doubt(finding);
        }
        for (size_t j = 0; j < aio_context->bottom_halves.count; j++) {
            const struct qc_aio_bh *bh = &aio_context->bottom_halves.items[j];
            if (bh->is_due) {
                qc_evidence_add(context, finding, (struct qc_subject){.address = bh->address},
                                "bottom half %s, flags 0x%x", bh->name == NULL ? "?" : bh->name,
                                bh->flags);
            }
        }
        qc_evidence_add(context, finding, (struct qc_subject){.address = aio_context->address},
                        "notify_me %s, notified %s, scheduled coroutines %s",
                        qc_rule_number(context, aio_context->notify_me),
                        qc_rule_number(context, aio_context->notified),
                        qc_rule_number(context, aio_context->scheduled_coroutines));
    }
}

/* ---- polls in the wrong place --------------------------------------------------------------- */

/* What it reads or writes synchronously: hw/block/pflash_cfi01.c, hw/ide, hw/sd and their like. */
static const char *foreign_reason(struct qc_rule_context *context, struct qemucore_thread *owner)
{
    static const char *const prefixes[] = {"pflash_", "ide_", "sd_", "fdctrl_", "m25p80_", "nvme_"};
    const struct qc_stack *stack = qc_thread_stack(owner);
    for (size_t i = 0; i < stack->frames.count; i++) {
        const char *function = stack->frames.items[i].function;
        for (size_t j = 0; function != NULL && j < sizeof(prefixes) / sizeof(prefixes[0]); j++) {
            if (strncmp(function, prefixes[j], strlen(prefixes[j])) == 0) {
                return qc_rule_keep(context, qc_format(", in %s,", function));
            }
        }
    }
    return "";
}

/* A thread that is not the main one polls the main context, with the BQL, which the main loop needs
   to do what is polled for. */
void qc_condition_foreign_poll(struct qc_rule_context *context)
{
    const struct qemucore_lock *bql = qc_rule_bql(context);
    struct qemucore_thread *main_thread = context->state->main_loop.thread;
    struct qemucore_thread *owner = bql == NULL ? NULL : bql->owner;
    if (owner == NULL || main_thread == NULL || owner == main_thread ||
        !qc_activity_is_poll(qc_rule_wait(context, owner)) ||
        qc_rule_activity(context, owner) == QC_ACTIVITY_IDLE) {
        return; /* one that idles with the BQL is the root of a chain: rule_chain */
    }
    struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(owner), "aio_poll");
    const struct qemucore_wait *wait = qc_rule_wait(context, main_thread);
    if (frame == NULL || wait->state != QC_WAIT_BLOCKED || wait->object != bql->address) {
        return;
    }
    struct qemucore_finding *finding =
        qc_finding_report(context,
                          "%s polls%s for the end of I/O with the BQL held, for which the main loop "
                          "waits",
                          qc_rule_thread_label(context, owner), foreign_reason(context, owner));
    qc_evidence_add(context, finding, (struct qc_subject){.thread = owner, .frame = frame},
                    "%s is in aio_poll (frame %u)", qc_rule_thread_label(context, owner),
                    frame->level);
    qc_evidence_add_thread(context, finding, main_thread);
    qc_finding_end_signature(finding);
    qc_evidence_add_path(context, finding, owner);
    show_in_flight(context, finding);
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_below(context->process, &context->state->block, NULL, &culprits);
    doubt_if_moving(context, finding, owner, &culprits);
    if (culprits.count == 1) { /* of several it may be any */
        qc_storage_set_actor(context, finding, culprits.items);
    }
    qc_vec_free(&culprits);
}

/* Somebody waits for the end of an iothread, which sleeps and has not heard of it. */
void qc_condition_iothread_stop(struct qc_rule_context *context)
{
    static const char *const functions[] = {"iothread_stop", "iothread_instance_finalize",
                                            "iothread_destroy", NULL};
    const struct qc_wait_graph *graph = context->graph;
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        struct qemucore_frame *frame = qc_rule_frame(edge->waiter, functions);
        if (edge->lock->kind != QC_LOCK_THREAD || edge->holder == NULL || frame == NULL ||
            !qc_activity_is_poll(qc_rule_wait(context, edge->holder))) {
            continue;
        }
        struct qemucore_finding *finding =
            qc_finding_report(context,
                              "%s waits for the end of %s, which sleeps in its poll: it has not "
                              "been woken for it, or has overlooked that",
                              qc_rule_thread_label(context, edge->waiter),
                              qc_rule_thread_label(context, edge->holder));
        qc_evidence_add_thread(context, finding, edge->waiter);
        qc_evidence_add_thread(context, finding, edge->holder);
    }
}

static const char *nested_text(struct qc_rule_context *context,
                               const struct qc_block_culprits *culprits)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    const struct qemucore_lock *bql = qc_rule_bql(context);
    const char *command = qc_rule_command(context, main_loop->thread);
    size_t waiters = bql == NULL || bql->owner != main_loop->thread ? 0 : bql->waiters.count;
    QC_FREE char *whose =
        culprits->count == 0
            ? NULL
            : qc_format(", for %s of %s", qc_storage_amount(context, culprits->items),
                        qc_storage_label(context, culprits->items));
    return qc_rule_keep(context, qc_format("%s%s%s%s%s waits for I/O inside of %s%s%s",
                                           qc_rule_phase(context, main_loop->thread),
                                           qc_rule_main_label(context),
                                           command == NULL ? "" : ", at ",
                                           command == NULL ? "" : command,
                                           command == NULL ? "" : ",",
                                           main_loop->function == NULL ? "something"
                                                                       : main_loop->function,
                                           whose == NULL ? "" : whose,
                                           waiters == 0 ? "" : ", with the BQL, for which others "
                                                               "wait"));
}

static void nested_set_actor(struct qc_rule_context *context, struct qemucore_finding *finding,
                             const struct qc_block_culprits *culprits)
{
    struct qemucore_thread *server = qc_rule_server_asleep(context);
    if (culprits->count != 0) {
        qc_storage_set_actor(context, finding, culprits->items);
    } else if (server != NULL) {
        qc_evidence_add_path(context, finding, server);
        qc_finding_set_actor_of(context, finding, server);
    } else {
        qc_finding_set_actor(context, finding, "Who does that I/O must end it.");
    }
}

static void nested_report(struct qc_rule_context *context, const struct qc_block_culprits *culprits)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    bool is_sound =
        culprits->count != 0 && qc_block_service_is_sound(culprits->items[0].service);
    bool doubts =
        !is_sound && (may_get_on(context, main_loop->thread) || is_young(context, culprits));
    struct qemucore_finding *finding =
        qc_finding_report(context, "%s%s", nested_text(context, culprits),
                          doubts ? "; one dump does not tell whether it gets on" : "");
    qc_evidence_add_thread(context, finding, main_loop->thread);
    qc_finding_end_signature(finding);
    qc_evidence_add_path(context, finding, main_loop->thread);
    qc_evidence_add_names(context, finding, main_loop->thread);
    qc_evidence_add_turn(context, finding);
    qc_evidence_add_sleepers(context, finding);
    show_in_flight(context, finding);
    nested_set_actor(context, finding, culprits);
    if (doubts) {
        qc_evidence_add_movers(context, finding, main_loop->thread);
        qc_finding_doubt(finding);
    } else if (finding != NULL && is_sound) {
        finding->severity = QC_SEVERITY_WAITING;
        finding->explains_main = true;
    }
}

/* The main loop polls inside of something else that waits: I/O that it does synchronously. */
void qc_condition_nested_poll(struct qc_rule_context *context)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    if (main_loop->thread == NULL || main_loop->place != QC_MAIN_LOOP_NESTED ||
        qc_rule_frame(main_loop->thread, drain_functions) != NULL ||
        qc_rule_frame(main_loop->thread, wrlock_functions) != NULL ||
        !qc_activity_is_poll(qc_rule_wait(context, main_loop->thread))) {
        return;
    }
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_below(context->process, &context->state->block, NULL, &culprits);
    nested_report(context, &culprits);
    qc_vec_free(&culprits);
}
