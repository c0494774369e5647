/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "findings/poll.h"

#include "findings/recent.h"
#include "findings/storage.h"
#include "qemu/qemu.h"

/* From block/io.c and block/block-backend.c of 4.0 to 11.1, the innermost first. */
const char *const qc_poll_drain_functions[] = {
    "bdrv_drain_all_begin_nopoll", "bdrv_drain_all_begin", "bdrv_do_drained_begin",
    "bdrv_drained_begin", "bdrv_subtree_drained_begin", "bdrv_drain_all", "bdrv_drain",
    "blk_drain", "blk_drain_all", NULL,
};
const char *const qc_poll_wrlock_functions[] = {"bdrv_graph_wrlock",
                                                "bdrv_graph_wrlock_drained", NULL};

struct qemucore_frame *qc_poll_caller(const struct qc_rule_context *context,
                                      struct qemucore_thread *thread, const char *const *functions)
{
    struct qemucore_frame *poll = qc_frames_find(qc_thread_stack(thread), "aio_poll");
    bool polls = poll != NULL && qc_activity_is_poll(qc_rule_wait(context, thread));
    struct qemucore_frame *frame = polls ? qc_rule_frame(thread, functions) : NULL;
    return frame != NULL && frame->level > poll->level ? frame : NULL;
}

/* How many callers may lie between aio_poll() and the function that was given the node. */
#define CALLERS 8

/* Returns the node in the frame's arguments, by the names QEMU always uses (block.c, block/io.c,
   block/block-backend.c); 0: not known. */
static uint64_t node_argument(const struct qc_rule_context *context, struct qemucore_frame *frame)
{
    uint64_t address;
    uint64_t node;
    if (qc_frame_variable(frame, "bs", &address)) {
        return address;
    }
    if (qc_frame_variable(frame, "blk", &address)) {
        const struct qc_block_backend *backend =
            qc_block_backend_of(&context->state->block, address);
        return backend == NULL ? 0 : backend->root;
    }
    return qc_frame_variable(frame, "child", &address) &&
                   qc_field_read(context->process->fields, QC_FIELD_CHILD_NODE, address, &node)
               ? node
               : 0;
}

const struct qc_block_node *qc_poll_culprits(const struct qc_rule_context *context,
                                             struct qemucore_thread *thread,
                                             struct qc_block_culprits *ret)
{
    const struct qc_block *block = &context->state->block;
    struct qc_stack *stack = qc_thread_stack(thread);
    struct qemucore_frame *poll = qc_frames_find(stack, "aio_poll");
    uint64_t given = 0;
    for (size_t i = poll == NULL ? stack->frames.count : poll->level + 1u;
         i < stack->frames.count && i <= poll->level + CALLERS && given == 0; i++) {
        given = node_argument(context, &stack->frames.items[i]);
    }
    const struct qc_block_node *node = qc_block_node_of(block, given);
    if (given == 0 || node != NULL) { /* nothing is known below a node that is not known */
        qc_storage_culprits(context, node, ret);
    }
    return node;
}

struct qemucore_thread *qc_poll_loop_to_enter(const struct qc_rule_context *context,
                                              uint64_t coroutine)
{
    const struct qc_aio_contexts *contexts = &context->state->contexts;
    qc_vec_each(&contexts->list, at) {
        struct qc_list scheduled =
            qc_list_field(context->process->fields, QC_FIELD_AIO_COROUTINES, at->address,
                          QC_FIELD_COROUTINE_SCHEDULED_NEXT, NULL, NULL);
        qc_list_each(&scheduled, element) {
            if (element == coroutine && at->thread != NULL) {
                return qc_activity_has_polled(qc_rule_wait(context, at->thread)) ? at->thread : NULL;
            }
        }
    }
    return NULL;
}

struct qc_poll_call qc_poll_call_find(const struct qc_rule_context *context,
                                      struct qemucore_thread *poller)
{
    static const char *const functions[] = {"bdrv_poll_co", NULL};
    struct qc_fields *fields = context->process->fields;
    struct qemucore_frame *frame = qc_poll_caller(context, poller, functions);
    struct qc_poll_call call = {.loop = NULL};
    uint64_t state;
    uint64_t coroutine;
    if (frame == NULL || !qc_frame_variable(frame, "s", &state)) {
        return call;
    }
    struct qc_fact in_progress = qc_fact_field(fields, QC_FIELD_POLL_IN_PROGRESS, state, NULL);
    call.has_ended = qc_fact_is_zero(in_progress);
    if (qc_fact_is_set(in_progress) &&
        qc_field_read(fields, QC_FIELD_POLL_COROUTINE, state, &coroutine)) {
        call.loop = qc_poll_loop_to_enter(context, coroutine);
    }
    return call;
}

bool qc_poll_is_ending(const struct qc_rule_context *context, struct qemucore_thread *poller)
{
    struct qc_poll_call call = qc_poll_call_find(context, poller);
    return qc_recent_turn_if_moving(context) &&
           (call.has_ended ? qc_activity_has_polled(qc_rule_wait(context, poller))
                           : call.loop != NULL);
}

void qc_poll_show_in_flight(struct qemucore_finding *finding,
                            const struct qc_block_culprits *culprits)
{
    for (size_t i = 0; i < culprits->count; i++) {
        qc_storage_show(finding, &culprits->items[i]);
    }
    if (culprits->count != 0) {
        qc_finding_add_cause(finding, qc_storage_kind(culprits->items));
    }
}

/* Functions that transfer the whole guest state, or visit all that refers to it: they poll again
   and again, and take long. So do the programs without a guest, whose main thread has no other loop
   (qc_process_tool). */
static const char *const long_functions[] = {"save_snapshot", "load_snapshot", "qemu_savevm_state",
                                             "bdrv_all_delete_snapshot", NULL};

/* First the guest is stopped, and each node flushed once (system/cpus.c, do_vm_stop). */
static const char *const stop_functions[] = {"vm_stop", "do_vm_stop", NULL};

/* What opens or makes a node reads headers, tables and bitmaps, one request after the other. */
static const char *const open_functions[] = {"bdrv_open_inherit", "bdrv_open_driver",
                                             "bdrv_open_common", "bdrv_open", "bdrv_new_open_driver_opts",
                                             "bdrv_create", "bdrv_img_create", NULL};

bool qc_poll_is_due(const struct qc_aio_context *aio_context)
{
    return qc_vec_any(&aio_context->bottom_halves, bh,
                      bh->is_due && (bh->flags & QC_AIO_BH_IDLE) == 0 && !bh->in_slice) ||
           qc_fact_is_set(aio_context->scheduled_coroutines);
}

/* Returns the context that aio_poll() polls; the main loop's if the argument is lost, or NULL. */
static const struct qc_aio_context *context_polled(const struct qc_rule_context *context,
                                                   struct qemucore_thread *poller)
{
    const struct qc_aio_contexts *contexts = &context->state->contexts;
    struct qemucore_frame *poll = qc_frames_find(qc_thread_stack(poller), "aio_poll");
    uint64_t address;
    if (poll != NULL && qc_frame_variable(poll, "ctx", &address)) {
        return qc_aio_context_of(contexts, address);
    }
    return qc_vec_find(&contexts->list, at,
                       at->thread == poller && at->kind == QC_AIO_CONTEXT_MAIN);
}

/* aio_poll() does all due work before it sleeps (util/aio-posix.c): what is due in the dump came
   later, and wakes it. */
static bool is_being_woken(const struct qc_rule_context *context, struct qemucore_thread *poller)
{
    const struct qc_aio_context *polled = context_polled(context, poller);
    return polled != NULL && qc_poll_is_due(polled);
}

bool qc_poll_is_long(struct qemucore_thread *thread)
{
    return qc_rule_frame(thread, long_functions) != NULL &&
           qc_rule_frame(thread, stop_functions) == NULL;
}

bool qc_poll_opens(struct qemucore_thread *thread)
{
    return qc_rule_frame(thread, open_functions) != NULL;
}

/* Without debug info nothing is known of requests. But a timer due soon may be what ends one: that
   of a slow disk, of an NBD client that connects anew, or of a throttle group, in which a request
   also waits for all those before it. */
#define SOON_NS INT64_C(60000000000)

/* A loop that polls by io_uring submits its timeout as one more request, in the call that waits
   (util/fdmon-io_uring.c). */
static bool may_time_out(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    return qc_rule_is_in_ring(context, thread)
               ? qc_ring_may_time_out(context->process, thread, SOON_NS)
               : wait->has_timeout && wait->timeout_ns >= 0 && wait->timeout_ns < SOON_NS;
}

static bool awaits_timer(const struct qc_rule_context *context,
                         const struct qemucore_thread *poller)
{
    struct qc_threads *threads = context->process->threads;
    return qc_vec_any(threads, thread,
                      (thread == poller || thread->role == QC_ROLE_IOTHREAD) &&
                          qc_activity_is_poll(qc_rule_wait(context, thread)) &&
                          may_time_out(context, thread));
}

/* A worker exits after 10 s without work (util/thread-pool.c, worker_thread). If one waits for work
   and none is in a call, a request has ended within that time, and what is polled for may be no
   older. */
static bool has_ended_lately(const struct qc_rule_context *context)
{
    static const char *const functions[] = {"qemu_cond_timedwait_impl", "qemu_sem_timedwait", NULL};
    struct qc_threads *threads = context->process->threads;
    bool has_idle_worker = false;
    qc_vec_each(threads, thread) {
        if (qc_rule_serves_in_call(context, thread)) {
            return false;
        }
        has_idle_worker |= qc_rule_wait(context, thread)->state == QC_WAIT_BLOCKED &&
                           qc_rule_frame(thread, functions) != NULL;
    }
    return has_idle_worker;
}

static bool stops_main(const struct qc_rule_context *context, const struct qemucore_thread *poller)
{
    const struct qemucore_lock *bql = qc_rule_bql(context);
    return poller == context->state->main_loop.thread || (bql != NULL && bql->owner == poller);
}

/* True if the poll is about to be woken, something has just moved, or nothing shows that it lasts.
   Where an operation polls a lot, one poll tells nothing unless it lasts, or storage itself sleeps;
   where a node is opened, unless that lasts. */
bool qc_poll_may_get_on(struct qc_rule_context *context, struct qemucore_thread *poller,
                        const struct qc_block_culprits *culprits)
{
    bool is_tool = qc_process_tool(context->process) != NULL;
    bool is_long = qc_poll_is_long(poller) || is_tool;
    bool is_main = poller == context->state->main_loop.thread;
    bool is_untold = !context->state->has_types;
    bool lasts = culprits->count != 0 && qc_recent_request_lasts(context, culprits->items);
    bool opens = qc_poll_opens(poller) && !is_tool &&
                 qc_rule_frame(poller, qc_poll_drain_functions) == NULL &&
                 qc_rule_frame(poller, qc_poll_wrlock_functions) == NULL;
    return is_being_woken(context, poller) || qc_recent_server(context, poller) ||
           qc_recent_turn(context) ||
           (is_untold && is_main && has_ended_lately(context)) ||
           (stops_main(context, poller) && !is_tool && !lasts && qc_recent_is_unknown(context)) ||
           (opens && !qc_recent_is_long_poll(context, poller) &&
            qc_recent_is_within(context, QC_SLOW_QUEUE_NS)) ||
           qc_recent_is_unproven(context, qc_rule_is_query(context, poller)) ||
           (is_untold && awaits_timer(context, poller)) ||
           (is_long && !qc_recent_is_long_poll(context, poller) &&
            qc_rule_server_asleep(context) == NULL) ||
           (culprits->count != 0 && qc_recent_request(context, culprits->items));
}

void qc_poll_doubt_if_moving(struct qemucore_finding *finding, struct qemucore_thread *poller,
                             const struct qc_block_culprits *culprits)
{
    struct qc_rule_context *context = finding->context;
    if (finding->severity == QC_SEVERITY_STUCK && qc_poll_may_get_on(context, poller, culprits)) {
        qc_evidence_add(finding, (struct qc_subject){.thread = poller},
                        "%s whether it makes progress: who could end it was moving, or it had not "
                        "waited for long",
                        qc_rule_dumps_dont_tell(context));
        qc_finding_doubt(finding);
    }
}
