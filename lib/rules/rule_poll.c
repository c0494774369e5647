/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_poll - event loops that wait for each other, or that nobody has woken
 */
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "findings/findings.h"
#include "qemu/qemu.h"
#include "rules/condition.h"

/* Up to 8.2: a thread that polls while it holds an AioContext's lock more than once keeps out the
   context's own thread, which would have to finish what is polled for. */
void qc_condition_aio_context_poll(struct qc_rule_context *context)
{
    const struct qc_wait_graph *graph = context->graph;
    qc_vec_each(&graph->edges, edge) {
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
            qc_str_or(edge->lock->name, "its AioContext's lock"),
            qc_rule_thread_label(context, edge->holder));
        qc_evidence_add_thread(finding, edge->waiter);
        qc_evidence_add_thread(finding, edge->holder);
        qc_evidence_add(
            finding, (struct qc_subject){.field = edge->lock->name, .address = edge->lock->address},
            "held %" PRIu64 " times over", edge->lock->state.count);
    }
}

/* ---- wake-ups ------------------------------------------------------------------------------- */

/* Tells whether some thread is between setting a bottom half's flag and writing to the eventfd. */
static bool is_being_notified(struct qc_rule_context *context)
{
    static const char *const functions[] = {"aio_notify",     "aio_bh_enqueue", "qemu_bh_schedule",
                                            "aio_bh_schedule_oneshot_full", "aio_co_schedule",
                                            "event_notifier_set", NULL};
    struct qc_threads *threads = context->process->threads;
    return qc_vec_any(threads, thread, qc_rule_frame(thread, functions) != NULL);
}

/* Outside its poll the main loop may have scheduled something just before it fell asleep. */
static bool main_is_busy(const struct qc_rule_context *context)
{
    return context->state->main_loop.place != QC_MAIN_LOOP_POLL;
}

/* Tells whether the loop sleeps without a timeout. If its eventfd had been written to, the poll
   would have returned with that instead of being interrupted by the dump. io_uring does not tell
   this, in its own poll or where GLib polls the ring: a notification gets into the ring only once
   the thread runs (io_uring/poll.c, io_poll_wake: task work). */
static bool sleeps_for_ever(const struct qc_rule_context *context,
                            const struct qc_aio_context *aio_context)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, aio_context->thread);
    bool is_own = aio_context->kind == QC_AIO_CONTEXT_IOTHREAD
                      ? qc_iothread_loop(aio_context->thread) != NULL
                      : context->state->main_loop.place == QC_MAIN_LOOP_POLL;
    bool for_ever = wait->has_timeout && wait->timeout_ns < 0 && !wait->timeout_is_remaining;
    return is_own && for_ever && qc_activity_is_poll(wait) &&
           (!wait->syscall.has_result || wait->syscall.interrupted) &&
           strcmp(wait->syscall.name, "io_uring_enter") != 0 &&
           (aio_context->fdmon == NULL ? !aio_context->has_fdmon
                                       : strcmp(aio_context->fdmon, "io_uring") != 0);
}

static void show_due(struct qemucore_finding *finding, const struct qc_aio_context *aio_context)
{
    struct qc_rule_context *context = finding->context;
    qc_vec_each(&aio_context->bottom_halves, bh) {
        if (bh->is_due) {
            qc_evidence_add(finding, (struct qc_subject){.address = bh->address},
                            "bottom half %s, flags 0x%x", qc_str_or(bh->name, "?"), bh->flags);
        }
    }
    qc_evidence_add(finding, (struct qc_subject){.address = aio_context->address},
                    "notify_me %s, notified %s, scheduled coroutines %s",
                    qc_rule_number(context, aio_context->notify_me),
                    qc_rule_number(context, aio_context->notified),
                    qc_rule_number(context, aio_context->scheduled_coroutines));
}

/* A thread that a debugger or its cgroup holds lies there like one that was not notified: aio_notify()
   sets `notified` in both cases (util/async.c). */
static void lost_report(struct qc_rule_context *context, const struct qc_aio_context *aio_context)
{
    struct qemucore_thread *thread = aio_context->thread;
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "%s sleeps in its poll without a timeout, though %s is due: the notification was lost, or "
        "the thread is frozen or held by a debugger",
        qc_rule_thread_label(context, thread),
        aio_context->due != 0 ? "a bottom half" : "a coroutine");
    qc_evidence_add_thread(finding, thread);
    if (qc_recent_is_by_debugger(context) || qc_recent_turn(context) ||
        qc_recent_server(context, thread) || main_is_busy(context)) {
        qc_evidence_add(finding, (struct qc_subject){.thread = thread},
                        "somebody may have been about to notify it: %s",
                        qc_rule_dumps_dont_tell(context));
        qc_finding_doubt(finding);
    }
    show_due(finding, aio_context);
}

/* Reports loops that sleep without a timeout although work is due. */
void qc_condition_lost_notification(struct qc_rule_context *context)
{
    const struct qc_aio_contexts *contexts = &context->state->contexts;
    qc_vec_each(&contexts->list, aio_context) {
        if (aio_context->thread != NULL && qc_poll_is_due(aio_context) &&
            sleeps_for_ever(context, aio_context) && !is_being_notified(context)) {
            lost_report(context, aio_context);
        }
    }
}

/* ---- polls in the wrong place --------------------------------------------------------------- */

/* ", in pflash_write,": a function of hw/block/pflash_cfi01.c, hw/ide, hw/sd and the like. */
static const char *device_text(struct qc_rule_context *context, struct qemucore_thread *owner)
{
    static const char *const prefixes[] = {"pflash_", "ide_", "sd_", "fdctrl_", "m25p80_", "nvme_",
                                           NULL};
    const struct qemucore_frame *frame = qc_vec_find(
        &qc_thread_stack(owner)->frames, at, qc_str_begins_one_of(at->function, prefixes));
    return frame == NULL ? "" : qc_rule_format(context, ", in %s,", frame->function);
}

/* Returns the only backend that has a request; NULL: several have, or it is not known. */
static const struct qc_block_backend *only_busy(const struct qc_block *block)
{
    const struct qc_block_backend *only = NULL;
    size_t busy = 0;
    qc_vec_each(&block->backends, backend) {
        bool is_busy = !qc_fact_is_zero(backend->in_flight);
        busy += is_busy;
        only = is_busy && backend->in_flight.is_known ? backend : only;
    }
    return busy == 1 && block->backends_known && block->why_cut == NULL ? only : NULL;
}

/* Returns the backend of the I/O: an argument of blk_pread() and the like (block/block-gen.c),
   which count their request at it. NULL: not known. */
static const struct qc_block_backend *foreign_backend(const struct qc_rule_context *context,
                                                      struct qemucore_thread *owner)
{
    const struct qc_block *block = &context->state->block;
    const struct qc_stack *stack = qc_thread_stack(owner);
    qc_vec_each(&stack->frames, frame) {
        uint64_t address;
        if (qc_str_begins(frame->function, "blk_p")) {
            return qc_frame_variable(frame, "blk", &address) ? qc_block_backend_of(block, address)
                                                             : only_busy(block);
        }
    }
    return NULL;
}

/* " of cfi.pflash01 system.flash0". */
static const char *disk_text(struct qc_rule_context *context, struct qemucore_thread *owner)
{
    const struct qc_block_backend *backend = foreign_backend(context, owner);
    return backend == NULL
             ? ""
             : qc_rule_format(context, " of %s", qc_storage_backend_name(context, backend));
}

/* Returns the thread other than the main one that polls the main context with the BQL held, for which
   the main loop waits; NULL: none, or rule_drain tells more of it. One that idles with the BQL held is
   the root of a chain: rule_chain. */
static struct qemucore_thread *find_foreign(const struct qc_rule_context *context)
{
    const struct qemucore_lock *bql = qc_rule_bql(context);
    struct qemucore_thread *main_thread = context->state->main_loop.thread;
    struct qemucore_thread *owner = bql == NULL ? NULL : bql->owner;
    bool polls = owner != NULL && main_thread != NULL && owner != main_thread &&
                 qc_activity_is_poll(qc_rule_wait(context, owner)) &&
                 qc_rule_activity(context, owner) != QC_ACTIVITY_IDLE &&
                 qc_frames_find(qc_thread_stack(owner), "aio_poll") != NULL;
    return polls && qc_poll_caller(context, owner, qc_poll_drain_functions) == NULL &&
                   qc_poll_caller(context, owner, qc_poll_wrlock_functions) == NULL &&
                   qc_rule_waits_for_bql(context, main_thread)
               ? owner
               : NULL;
}

/* A timer of QEMU's may end each request that is polled for: aio_poll() runs the context's timers. */
static void foreign_blame(struct qemucore_finding *finding, struct qemucore_thread *owner)
{
    struct qc_rule_context *context = finding->context;
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    qc_poll_culprits(context, owner, &culprits);
    qc_poll_show_in_flight(finding, &culprits);
    if (culprits.count != 0 &&
        !qc_vec_any(&culprits, culprit, !qc_storage_ends_itself(context, culprit))) {
        qc_storage_set_ending(finding, owner);
    } else {
        qc_poll_doubt_if_moving(finding, owner, &culprits);
    }
    if (culprits.count == 1) { /* any of several may be the one */
        qc_storage_set_actor(finding, culprits.items);
    }
}

void qc_condition_foreign_poll(struct qc_rule_context *context)
{
    struct qemucore_thread *owner = find_foreign(context);
    if (owner == NULL) {
        return;
    }
    struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(owner), "aio_poll");
    struct qemucore_finding *finding =
        qc_finding_report(context,
                          "%s polls%s for the end of I/O%s with the BQL held, for which the main "
                          "loop waits",
                          qc_rule_thread_label(context, owner), device_text(context, owner),
                          disk_text(context, owner));
    qc_evidence_add(finding, (struct qc_subject){.thread = owner, .frame = frame},
                    "%s is in aio_poll (frame %u)", qc_rule_thread_label(context, owner),
                    frame->level);
    qc_evidence_add_thread(finding, context->state->main_loop.thread);
    qc_finding_end_signature(finding);
    qc_evidence_add_callers(finding, owner);
    qc_evidence_add_turn(finding);
    foreign_blame(finding, owner);
}

static void unstopped_report(struct qc_rule_context *context, const struct qemucore_edge *edge)
{
    bool may_be_woken =
        qc_recent_turn(context) ||
        qc_recent_is_unproven(context, qc_rule_is_in_ring(context, edge->holder));
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s waits for the end of %s, which %s",
        qc_rule_thread_label(context, edge->waiter), qc_rule_thread_label(context, edge->holder),
        may_be_woken ? "was in its poll a moment ago, and may have been woken since"
                     : "sleeps in its poll: the request to stop did not wake it, or was overlooked");
    qc_evidence_add_thread(finding, edge->waiter);
    qc_evidence_add_thread(finding, edge->holder);
    if (may_be_woken) {
        qc_finding_doubt(finding);
    }
}

/* Reports iothreads that somebody waits for to end, but that sleep and have not noticed. */
void qc_condition_iothread_stop(struct qc_rule_context *context)
{
    static const char *const functions[] = {"iothread_stop", "iothread_instance_finalize",
                                            "iothread_destroy", NULL};
    const struct qc_wait_graph *graph = context->graph;
    qc_vec_each(&graph->edges, edge) {
        struct qemucore_frame *frame = qc_rule_frame(edge->waiter, functions);
        const struct qemucore_wait *wait =
            edge->holder == NULL ? NULL : qc_rule_wait(context, edge->holder);
        if (edge->lock->kind == QC_LOCK_THREAD && frame != NULL && wait != NULL &&
            qc_activity_is_poll(wait) && !qc_activity_has_polled(wait)) {
            unstopped_report(context, edge);
        }
    }
}

/* aio_wait_bh_oneshot() does not wait for I/O: an event loop is to call a function, from a bottom
   half with a name of its own (util/aio-wait.c). Its argument is often lost. */
struct call {
    struct qemucore_thread *thread; /* thread of that loop; NULL: no such wait, or not known */
    const char *function;
};

static bool has_wait_bh(const struct qc_aio_context *aio_context)
{
    return qc_vec_any(&aio_context->bottom_halves, bh, qc_str_is(bh->name, "aio_wait_bh"));
}

/* Returns the loop's thread. NULL if two loops have such a bottom half: it may be either. */
static struct qemucore_thread *callee_find(const struct qc_rule_context *context,
                                           struct qemucore_frame *frame)
{
    const struct qc_aio_contexts *contexts = &context->state->contexts;
    struct qemucore_thread *found = NULL;
    uint64_t address;
    bool is_told = qc_frame_variable(frame, "ctx", &address);
    qc_vec_each(&contexts->list, at) {
        if (at->thread == NULL || at->thread == context->state->main_loop.thread ||
            !(is_told ? at->address == address : has_wait_bh(at))) {
            continue;
        }
        if (found != NULL) {
            return NULL;
        }
        found = at->thread;
    }
    return found;
}

static struct call call_find(struct qc_rule_context *context)
{
    static const char *const functions[] = {"aio_wait_bh_oneshot", NULL};
    struct qemucore_frame *frame = qc_rule_frame(context->state->main_loop.thread, functions);
    const char *place = context->state->main_loop.function;
    struct call call = {.function = "a bottom half"};
    uint64_t address;
    if (frame == NULL || place == NULL || strcmp(place, functions[0]) != 0) {
        return call;
    }
    call.thread = callee_find(context, frame);
    if (call.thread != NULL && qc_frame_variable(frame, "cb", &address)) {
        call.function =
            qc_str_or(qc_fact_symbol(context->process->fields, address), call.function);
    }
    return call;
}

static const char *callee_text(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    return qc_rule_is_in_ring(context, thread)
               ? "is in io_uring_enter, which also submits requests"
               : qc_rule_doing(context, thread);
}

static const char *call_text(struct qc_rule_context *context, const struct call *call)
{
    return qc_rule_format(context, "for %s to call %s", qc_rule_thread_label(context, call->thread),
                          call->function);
}

/* What the main loop polls for. */
struct nested {
    const struct qc_block_node *node; /* node of the I/O; NULL: not known */
    struct qc_block_culprits culprits;
    struct call call;
};

/* If several nodes have requests and no caller was given one of them, it may be any. */
static bool is_certain(const struct nested *nested)
{
    return nested->node != NULL || nested->culprits.count <= 1;
}

/* Tells whether it ends by itself; if it may be any of several, all must. *maybe: one of them does. */
static bool is_sound(const struct qc_rule_context *context, const struct nested *nested, bool *maybe)
{
    const struct qc_block_culprits *culprits = &nested->culprits;
    size_t sound = 0;
    for (size_t i = 0; i < culprits->count; i++) {
        sound += qc_storage_ends_itself(context, &culprits->items[i]);
    }
    *maybe = sound != 0 && !is_certain(nested);
    if (nested->call.thread != NULL) {
        return false;
    }
    return culprits->count == 0
             ? qc_storage_gives_up(context, nested->node)
             : sound == culprits->count ||
                   (is_certain(nested) && qc_storage_ends_itself(context, &culprits->items[0]));
}

/* No request is counted for a node that is being opened or closed. */
static const char *node_text(struct qc_rule_context *context, const struct nested *nested)
{
    const struct qc_block_culprit *first = nested->culprits.items;
    const struct qc_block_culprit alone = {.node = nested->node};
    return nested->call.thread != NULL ? qc_rule_format(context, "; that thread %s",
                                                        callee_text(context, nested->call.thread))
         : !is_certain(nested) ? qc_rule_format(context, ", for a request of one of %zu nodes",
                                                nested->culprits.count)
         : nested->culprits.count != 0
             ? qc_rule_format(context, ", for %s of %s", qc_storage_amount(context, first),
                              qc_storage_label(context, first))
         : nested->node != NULL
             ? qc_rule_format(context, ", for %s", qc_storage_label(context, &alone))
             : "";
}

static const char *nested_text(struct qc_rule_context *context, const struct nested *nested)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    const struct qemucore_lock *bql = qc_rule_bql(context);
    size_t waiters = bql == NULL || bql->owner != main_loop->thread ? 0 : bql->waiters.count;
    const char *what = nested->call.thread != NULL
                         ? call_text(context, &nested->call)
                         : qc_rule_format(context, "for I/O inside of %s",
                                          qc_str_or(main_loop->function, "something"));
    return qc_rule_format(context, "%s%s%s waits %s%s%s",
                          qc_rule_phase(context, main_loop->thread), qc_rule_main_label(context),
                          qc_rule_at_command(context, main_loop->thread), what,
                          waiters == 0 ? "" : ", with the BQL, for which others wait",
                          node_text(context, nested));
}

/* A thread that sleeps in a call (io_submit) itself waits for somebody; one that sleeps in its poll
   has not noticed yet. One that sleeps elsewhere, or moves, is evidence anyway. */
static void call_set_actor(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    struct qc_rule_context *context = finding->context;
    enum qc_activity activity = qc_rule_activity(context, thread);
    if (activity == QC_ACTIVITY_ASLEEP || activity == QC_ACTIVITY_RETURNED) {
        qc_finding_set_actor_of(finding, thread);
        return;
    }
    if (activity == QC_ACTIVITY_IDLE) {
        qc_evidence_add_thread(finding, thread);
    }
    qc_finding_set_actor(finding, "%s must call it.", qc_rule_thread_label(context, thread));
}

/* While a separate thread connects to the server (nbd/client-connection.c), the node waits; it has
   the address. A pool worker may be at any file; and a stripped QEMU names neither thread. */
static void opening_set_actor(struct qemucore_finding *finding, const struct qc_block_node *node)
{
    struct qc_rule_context *context = finding->context;
    static const char *const of_nbd[] = {"nbd_do_establish_connection",
                                         "nbd_co_do_establish_connection", NULL};
    struct qemucore_thread *server = qc_rule_server_asleep(context);
    if (node != NULL && node->kind == QC_BLOCK_DRIVER_NBD) {
        struct qc_block_culprit culprit = {.service = QC_BLOCK_SERVICE_NBD, .node = node};
        qc_storage_set_actor(finding, &culprit);
    } else if (node == NULL && qc_rule_frame(context->state->main_loop.thread, of_nbd) != NULL) {
        qc_finding_set_actor(finding, "The NBD server must answer.");
    } else if (server != NULL && (node == NULL || server->role != QC_ROLE_WORKER)) {
        qc_finding_set_actor_of(finding, server);
    } else {
        qc_finding_set_actor(finding, "Whoever does that I/O must end it.");
        return;
    }
    if (server != NULL) {
        qc_evidence_add_callers(finding, server);
    }
}

static void nested_set_actor(struct qemucore_finding *finding, const struct nested *nested)
{
    struct qemucore_thread *callee = nested->call.thread;
    /* If a loop sleeps in that call with work to do, storage may be what keeps it there. */
    bool is_storage = callee == NULL || qc_rule_is_in_ring(finding->context, callee);
    if (callee != NULL && !(is_storage && nested->culprits.count != 0 && is_certain(nested))) {
        call_set_actor(finding, callee);
    } else if (!is_certain(nested)) {
        qc_finding_set_actor(finding,
                             "Whoever serves that request must end it; which of the nodes it "
                             "belongs to is not known.");
    } else if (nested->culprits.count != 0) {
        qc_storage_set_actor(finding, nested->culprits.items);
    } else {
        opening_set_actor(finding, nested->node);
    }
}

/* The coroutine that is polled for has ended, and the poll slept on. */
static bool missed_report(struct qc_rule_context *context)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    if (!qc_poll_call_find(context, main_loop->thread).has_ended || is_being_notified(context) ||
        !qc_rule_wait(context, main_loop->thread)->syscall.interrupted) {
        return false;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s%s%s polls inside of %s, which has ended: the wake-up at its end was missed",
        qc_rule_phase(context, main_loop->thread), qc_rule_main_label(context),
        qc_rule_at_command(context, main_loop->thread),
        qc_str_or(main_loop->function, "something"));
    qc_evidence_add_thread(finding, main_loop->thread);
    qc_finding_end_signature(finding);
    qc_evidence_add_callers(finding, main_loop->thread);
    qc_evidence_add_turn(finding);
    qc_poll_doubt_if_moving(finding, main_loop->thread, &(struct qc_block_culprits){0});
    return true;
}

static void nested_report(struct qc_rule_context *context, const struct nested *nested)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    const struct qc_block_culprits *culprits = &nested->culprits;
    bool may_be_sound;
    bool sound = is_sound(context, nested, &may_be_sound);
    bool doubts = !sound && (may_be_sound ||
                             qc_poll_may_get_on(context, main_loop->thread, culprits));
    struct qemucore_finding *finding =
        qc_finding_report(context, "%s%s", nested_text(context, nested),
                          doubts ? QC_RULE_ONE_DUMP : "");
    qc_evidence_add_thread(finding, main_loop->thread);
    qc_finding_end_signature(finding);
    qc_evidence_add_callers(finding, main_loop->thread);
    qc_evidence_add_names(finding, main_loop->thread);
    qc_evidence_add_turn(finding);
    qc_evidence_add_sleepers(finding);
    qc_poll_show_in_flight(finding, culprits);
    nested_set_actor(finding, nested);
    if (doubts) {
        qc_evidence_add_movers(finding, main_loop->thread);
        qc_finding_doubt(finding);
    } else if (sound) {
        qc_storage_set_ending(finding, main_loop->thread);
    }
}

/* Reports a main loop that polls inside a callback: it does I/O synchronously. */
void qc_condition_nested_poll(struct qc_rule_context *context)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    if (main_loop->thread == NULL || main_loop->place != QC_MAIN_LOOP_NESTED ||
        qc_rule_frame(main_loop->thread, qc_poll_drain_functions) != NULL ||
        qc_rule_frame(main_loop->thread, qc_poll_wrlock_functions) != NULL ||
        !qc_activity_is_poll(qc_rule_wait(context, main_loop->thread)) ||
        qc_poll_is_ending(context, main_loop->thread) || missed_report(context)) {
        return;
    }
    struct nested nested = {.call = call_find(context)};
    nested.node = qc_poll_culprits(context, main_loop->thread, &nested.culprits);
    nested_report(context, &nested);
    qc_vec_free(&nested.culprits);
}
