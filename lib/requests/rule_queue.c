/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_queue - virtio disks whose guest and device wait for each other; devices that have given up
 *
 * While a device handles a queue, or its event loop busy-polls it, the guest is told not to kick.
 * Before the loop sleeps, it lets the guest kick again, and checks the queue once more
 * (virtio_blk_handle_vq, virtio_scsi_handle_cmd_vq, util/aio-posix.c, poll_set_started). After
 * returning requests, the device decides whether to interrupt the guest, and notes up to where it
 * has decided (virtio_should_notify). So no state reported here is sound while the loop sleeps.
 * With other devices it may be: a network card keeps buffers until a packet comes.
 */
#include <inttypes.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "requests/request_age.h"
#include "requests/requests.h"

#define DRIVER_OK 4 /* include/standard-headers/linux/virtio_config.h, VIRTIO_CONFIG_S_DRIVER_OK */
#define SCSI_EVENT_QUEUE 1

struct queue_view {
    struct qc_rule_context *context;
    const struct qc_virtio_device *device;
    const struct qc_virtio_queue *queue;
    size_t index;
};

/* ---- preconditions -------------------------------------------------------------------------- */

/* Tells whether nobody works on a device or drains a disk: the main loop idles, the BQL is free. */
static bool is_at_rest(const struct qc_rule_context *context)
{
    const struct qc_state *state = context->state;
    return state->runstate.state == QC_RUN_STATE_RUNNING && state->main_loop.place == QC_MAIN_LOOP_POLL &&
           state->main_loop.bql == QC_MAIN_LOOP_BQL_FREE && state->block.backends_known &&
           state->block.nodes_known && qc_sum_is_zero(state->block.drained) &&
           qc_fact_is_zero(state->block.drain_all);
}

static bool is_working_disk(const struct qc_virtio_device *device)
{
    bool is_disk = qc_str_is(device->type, "virtio-blk-device") || qc_str_is(device->type, "virtio-scsi-device");
    return is_disk && device->status.is_known && (device->status.value & DRIVER_OK) != 0 &&
           device->features.is_known && qc_fact_is_zero(device->is_broken) &&
           qc_fact_is_set(device->vm_running);
}

/* The guest fills the event queue with buffers in advance: they are no requests. */
static bool has_requests(const struct queue_view *view)
{
    return qc_fact_is_set(view->queue->ring) &&
           !(qc_str_is(view->device->type, "virtio-scsi-device") && view->index == SCSI_EVENT_QUEUE);
}

/* Tells whether the queue's loop is in its poll, with nothing due. A queue that no loop watches is
   the main loop's, which is known to be in its poll. */
static bool loop_sleeps(const struct queue_view *view)
{
    const struct qc_aio_context *context = view->queue->context;
    if (context == NULL) {
        return view->queue->is_watched.is_known || qc_fact_is_zero(view->queue->has_notifier);
    }
    return context->thread != NULL && context->bottom_halves_known && context->due == 0 &&
           qc_fact_is_zero(context->scheduled_coroutines) &&
           (context->kind != QC_AIO_CONTEXT_IOTHREAD ||
            qc_rule_activity(view->context, context->thread) == QC_ACTIVITY_IDLE);
}

/* Returns how many requests wait in the guest's memory; 0: not known, or more than fit. */
static uint64_t waiting(const struct qc_virtio_queue *queue)
{
    uint64_t count = queue->avail.is_known && queue->last_avail.is_known
                         ? (uint16_t)(queue->avail.value - queue->last_avail.value)
                         : 0;
    return count <= queue->size.value ? count : 0;
}

/* ---- reports -------------------------------------------------------------------------------- */

/* "queue 0 of virtio-blk-device disk0" */
static const char *queue_label(const struct queue_view *view)
{
    const struct qc_virtio_device *device = view->device;
    return qc_rule_format(view->context, "queue %zu of %s%s%s", view->index, device->type,
                          device->id == NULL ? "" : " ", qc_str_or(device->id, ""));
}

static void queue_show(const struct queue_view *view, struct qemucore_finding *finding)
{
    const struct qc_virtio_queue *queue = view->queue;
    struct qc_rule_context *context = view->context;
    qc_finding_end_signature(finding);
    qc_evidence_add(finding, (struct qc_subject){.address = view->device->address},
                    "%s: the device has taken up to %s, and given back up to %s; %s are in use",
                    queue_label(view), qc_rule_number(context, queue->last_avail),
                    qc_rule_number(context, queue->used), qc_rule_number(context, queue->in_use));
    if (waiting(queue) != 0) {
        qc_evidence_add(finding, (struct qc_subject){.field = "vring_avail.idx"},
                        "the guest has put in up to %s", qc_rule_number(context, queue->avail));
    }
    if (queue->context != NULL) {
        qc_evidence_add_thread(finding, queue->context->thread);
    }
}

/* It is certain only if requests are known to wait for something that will not come. */
static void set_actor(struct qemucore_finding *finding, bool is_certain)
{
    if (is_certain) {
        qc_finding_set_actor(finding,
                             "That is a fault of QEMU, which a reset of the device mends.");
    } else {
        qc_finding_set_actor(finding,
                             "If that lasts, it is a fault of QEMU, or of the guest's driver.");
        qc_finding_doubt(finding);
    }
}

/* With VIRTIO_RING_F_EVENT_IDX, one more kick may come; with the flag, none does. */
static void report_silenced(const struct queue_view *view)
{
    const struct qc_virtio_queue *queue = view->queue;
    bool is_by_flag =
        !qc_virtio_has(view->device, QC_VIRTIO_EVENT_INDEX | QC_VIRTIO_PACKED);
    if (!qc_fact_is_zero(queue->notification) || !qc_fact_is_set(queue->is_watched)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        view->context, "the guest is told not to notify %s, and the event loop that has it sleeps%s",
        queue_label(view), waiting(queue) != 0 ? ": requests wait in it" : "");
    qc_finding_add_cause(finding, "silenced");
    queue_show(view, finding);
    set_actor(finding, waiting(queue) != 0 && is_by_flag);
}

static void report_unwatched(const struct queue_view *view)
{
    const struct qc_virtio_queue *queue = view->queue;
    if (!qc_fact_is_set(queue->has_notifier) || !qc_fact_is_zero(queue->is_watched)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        view->context,
        "no event loop watches the descriptor (%s) by which the guest notifies %s, and no disk is "
        "drained%s",
        qc_rule_number(view->context, queue->notifier), queue_label(view),
        waiting(queue) != 0 ? ": requests wait in it" : "");
    qc_finding_add_cause(finding, "unwatched");
    queue_show(view, finding);
    set_actor(finding, waiting(queue) != 0);
}

static void report_untold(const struct queue_view *view)
{
    const struct qc_virtio_queue *queue = view->queue;
    uint64_t count = queue->signalled.is_known && queue->used.is_known
                         ? (uint16_t)(queue->used.value - queue->signalled.value)
                         : 0;
    if (count == 0 || count > queue->size.value) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        view->context,
        "%" PRIu64 " request%s of %s %s given back, and the device has not decided whether to tell "
        "the guest",
        count, qc_noun_s(count), queue_label(view), count == 1 ? "was" : "were");
    qc_finding_add_cause(finding, "untold");
    queue_show(view, finding);
    set_actor(finding, false);
}

/* Tells whether the disk's backend has long been idle: a busy guest may just have put it in. */
static bool is_long_idle(const struct queue_view *view)
{
    const struct qc_block *block = &view->context->state->block;
    qc_vec_each(&block->backends, backend) {
        if (backend->path != NULL && qc_str_is(view->device->path, backend->path) &&
            qc_fact_is_zero(backend->in_flight) && qc_fact_is_set(backend->last_access)) {
            return qc_fact_is_at_least(qc_request_age(view->context, backend->last_access),
                                       QC_REQUEST_OLD_NS);
        }
    }
    return false;
}

static void report_untaken(const struct queue_view *view)
{
    const struct qc_virtio_queue *queue = view->queue;
    uint64_t count = waiting(queue);
    if (count == 0 || !qc_fact_is_set(queue->notification) || !qc_fact_is_set(queue->is_watched) ||
        !qc_fact_is_zero(queue->in_use) || !is_long_idle(view)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        view->context,
        "the guest has put %" PRIu64 " request%s into %s that the device has not taken, and the event "
        "loop that has it sleeps: the notification is under way, or lost",
        count, qc_noun_s(count), queue_label(view));
    qc_finding_add_cause(finding, "untaken");
    queue_show(view, finding);
    set_actor(finding, false);
}

/* ---- all queues ----------------------------------------------------------------------------- */

static void queue_check(const struct queue_view *view)
{
    if (has_requests(view) && loop_sleeps(view)) {
        report_silenced(view);
        report_unwatched(view);
        report_untold(view);
        report_untaken(view);
    }
}

void qc_condition_queue_stalled(struct qc_rule_context *context)
{
    if (!is_at_rest(context)) {
        return;
    }
    const struct qc_queues *queues = qc_rule_queues(context);
    qc_vec_each(&queues->virtio, device) {
        for (size_t j = 0; is_working_disk(device) && j < device->queues.count; j++) {
            struct queue_view view = {context, device, &device->queues.items[j], j};
            queue_check(&view);
        }
    }
    if (queues->why_cut != NULL) {
        qc_doubt_report(context, "whether the queues of all disks are served is not known",
                        queues->why_cut);
    }
}

/* ---- devices that have given up ------------------------------------------------------------- */

/* virtio_error() sets VirtIODevice.broken, and no queue is looked at any more (virtio_queue_empty and
   the like). The guest's driver sees nothing, or VIRTIO_CONFIG_S_NEEDS_RESET. */
static void broken_report(struct qc_rule_context *context, const struct qc_virtio_device *device)
{
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "%s%s%s has stopped working: its guest's driver has broken the protocol, and the device does "
        "nothing until it is reset",
        qc_str_or(device->type, "a virtio device"), device->id == NULL ? "" : " ",
        qc_str_or(device->id, ""));
    qc_finding_add_cause(finding, qc_str_or(device->type, "virtio"));
    qc_evidence_add(finding,
                    (struct qc_subject){.field = "VirtIODevice.broken", .address = device->address},
                    "it is marked as broken");
    qc_finding_set_actor(finding, "The guest must reset that device, or be reset.");
}

void qc_condition_device_broken(struct qc_rule_context *context)
{
    if (context->state->main_loop.phase != QC_MAIN_LOOP_TURNS) {
        return;
    }
    const struct qc_queues *queues = qc_rule_queues(context);
    qc_vec_each(&queues->virtio, device) {
        if (qc_fact_is_set(device->is_broken)) {
            broken_report(context, device);
        }
    }
}
