/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_vhost - requests of the guest that a vhost back end has
 *
 * Another process, the kernel or a vDPA device takes the requests from the guest's memory and puts
 * the answers there. QEMU neither counts them nor notes when they began, but the rings tell how many
 * there are: the guest counts in one what it has put in, the back end in the other what it has given
 * back (virtio 1.2, 2.7). Whether it serves them, only a second dump tells.
 */
#include <inttypes.h>

#include "base/base.h"
#include "findings/findings.h"
#include "qemu/qemu.h"
#include "requests/requests.h"

#define DRIVER_OK 4 /* include/standard-headers/linux/virtio_config.h, VIRTIO_CONFIG_S_DRIVER_OK */

/* Devices whose buffers are requests (include/standard-headers/linux/virtio_ids.h). Others, as a
   network card, also keep empty buffers until something comes. */
static const struct vhost_row {
    uint64_t id;
    size_t event_queue; /* has buffers for events; SIZE_MAX: none has */
} vhost_rows[] = {
    {2, SIZE_MAX},  /* block */
    {8, 1},         /* SCSI host */
    {26, SIZE_MAX}, /* file system */
};

/* Up to 7.1 QEMU does not note in the device that it is vhost's, but the type tells. */
static bool is_of_vhost(const struct qc_virtio_device *device)
{
    return device->vhost.is_known ? device->vhost.value != 0 : qc_str_begins(device->type, "vhost-");
}

static const struct vhost_row *row_of(const struct qc_virtio_device *device)
{
    bool is_served = is_of_vhost(device) && qc_fact_is_set(device->vm_running) &&
                     qc_fact_is_zero(device->is_broken) && device->status.is_known &&
                     (device->status.value & DRIVER_OK) != 0;
    return !is_served ? NULL : qc_array_find(vhost_rows, row, qc_fact_is(device->id_number, row->id));
}

/* Returns how many requests the back end has; 0: not known, or more than fit. */
static uint64_t outstanding(const struct qc_virtio_queue *queue)
{
    uint64_t count = queue->avail.is_known && queue->ring_used.is_known
                         ? (uint16_t)(queue->avail.value - queue->ring_used.value)
                         : 0;
    return count <= queue->size.value ? count : 0;
}

static uint64_t outstanding_by_rings(const struct qc_virtio_device *device)
{
    const struct vhost_row *row = row_of(device);
    uint64_t count = 0;
    for (size_t i = 0; row != NULL && i < device->queues.count; i++) {
        const struct qc_virtio_queue *queue = &device->queues.items[i];
        count += i != row->event_queue && qc_fact_is_set(queue->ring) ? outstanding(queue) : 0;
    }
    return count;
}

/* Dumps often lack the guest's memory (dump-guest-core=off), and so the rings. */
static bool is_unseen(const struct qc_virtio_device *device)
{
    const struct vhost_row *row = row_of(device);
    bool ret = false;
    for (size_t i = 0; row != NULL && i < device->queues.count; i++) {
        const struct qc_virtio_queue *queue = &device->queues.items[i];
        ret |= i != row->event_queue && qc_fact_is_set(queue->ring) &&
               (!queue->avail.is_known || !queue->ring_used.is_known);
    }
    return ret;
}

/* Without the rings, what the back end has noted is a lower bound: it may not have seen the newest
   requests yet. */
static uint64_t outstanding_of(struct qc_fields *fields, const struct qc_virtio_device *device)
{
    return is_unseen(device) ? qc_vhost_inflight(fields, device, row_of(device)->event_queue).value
                             : outstanding_by_rings(device);
}

/* ---- who serves it -------------------------------------------------------------------------- */

/* The chardev of a vhost-user device is a member of its own type. */
static uint64_t chardev_of(struct qc_fields *fields, const struct qc_virtio_device *device)
{
    static const struct {
        const char *type;
        enum qc_field chardev;
    } rows[] = {
        {"vhost-user-blk", QC_FIELD_VHOST_USER_BLK_CHARDEV},
        {"vhost-user-scsi", QC_FIELD_VHOST_USER_SCSI_CHARDEV},
        {"vhost-user-fs-device", QC_FIELD_VHOST_USER_FS_CHARDEV},
    };
    uint64_t chardev = 0;
    for (size_t i = 0; i < qc_count(rows); i++) {
        if (qc_str_is(device->type, rows[i].type)) {
            qc_field_read(fields, rows[i].chardev, device->address, &chardev);
        }
    }
    return chardev;
}

static void set_actor(struct qemucore_finding *finding, const struct qc_virtio_device *device)
{
    struct qc_fields *fields = finding->context->process->fields;
    uint64_t chardev = chardev_of(fields, device);
    const char *name = chardev == 0 ? NULL : qc_chardev_text(fields, chardev);
    if (name != NULL) {
        qc_finding_set_actor(finding, "The back end of %s must answer.", name);
        qc_evidence_add(finding, (struct qc_subject){.address = chardev},
                        "QEMU talks to the back end by %s", name);
    } else {
        qc_finding_set_actor(finding, "%s",
                             qc_str_begins(device->type, "vhost-user")
                                 ? "Its back end must answer."
                             : qc_str_is(device->type, "vhost-scsi")
                                 ? "The host's kernel, which serves it, must answer."
                                 : "The device of the host that serves it must answer.");
    }
}

/* ---- two dumps ------------------------------------------------------------------------------ */

/* Returns the same device in the earlier dump; NULL: there is none. */
static const struct qc_virtio_device *find_earlier(const struct qc_queues *earlier,
                                                   const struct qc_virtio_device *device)
{
    return qc_vec_find(&earlier->virtio, at,
                       at->address == device->address && at->queues.count == device->queues.count);
}

/* Returns how many requests a device's back end has given back since the earlier dump. */
static uint64_t given_back(const struct qc_virtio_device *earlier,
                           const struct qc_virtio_device *device)
{
    uint64_t count = 0;
    for (size_t i = 0; i < device->queues.count; i++) {
        struct qc_fact now = device->queues.items[i].ring_used;
        struct qc_fact then = earlier->queues.items[i].ring_used;
        count += now.is_known && then.is_known ? (uint16_t)(now.value - then.value) : 0;
    }
    return count;
}

/* Tells whether a back end has given nothing back for longer than a sound one takes. */
static bool is_silent(const struct qc_rule_context *context, const struct qc_virtio_device *earlier,
                      const struct qc_virtio_device *device)
{
    return earlier != NULL && outstanding_by_rings(earlier) != 0 &&
           outstanding_by_rings(device) != 0 && given_back(earlier, device) == 0 &&
           qc_comparison_is_long(context->comparison);
}

/* ---- the condition -------------------------------------------------------------------------- */

static void show_queues(struct qemucore_finding *finding, const struct qc_virtio_device *device)
{
    struct qc_rule_context *context = finding->context;
    for (size_t i = 0; i < device->queues.count; i++) {
        const struct qc_virtio_queue *queue = &device->queues.items[i];
        if (i != row_of(device)->event_queue && outstanding(queue) != 0) {
            qc_evidence_add(finding, (struct qc_subject){.address = device->address},
                            "queue %zu: the guest has put in up to %s, and the back end has given "
                            "back up to %s",
                            i, qc_rule_number(context, queue->avail),
                            qc_rule_number(context, queue->ring_used));
        }
    }
}

/* earlier: the device in the earlier dump; NULL: there is none. */
static void device_report(struct qc_rule_context *context, const struct qc_virtio_device *earlier,
                          const struct qc_virtio_device *device)
{
    uint64_t count = outstanding_of(context->process->fields, device);
    bool silent = is_silent(context, earlier, device);
    struct qemucore_finding *finding = qc_finding_report(
        context, "%" PRIu64 " request%s of the guest %s with the back end of %s%s%s, %s", count,
        qc_noun_s(count), count == 1 ? "is" : "are", qc_str_or(device->type, "a device"),
        device->id == NULL ? "" : " ", qc_str_or(device->id, ""),
        silent ? "which has given none back since the earlier dump" : "and nothing tells since when");
    qc_finding_add_cause(finding, device->type);
    qc_finding_end_signature(finding);
    show_queues(finding, device);
    if (is_unseen(device)) {
        qc_evidence_add(finding, (struct qc_subject){.address = device->address},
                        "the back end itself has noted these (inflight); the rings, which may have "
                        "more, can't be read");
    } else if (earlier != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.address = earlier->address},
                        "the earlier dump has %" PRIu64 " there; given back since then: %" PRIu64,
                        outstanding_by_rings(earlier), given_back(earlier, device));
    }
    if (silent) {
        qc_finding_doubt(finding);
    }
    set_actor(finding, device);
}

void qc_evidence_add_unseen_rings(struct qemucore_finding *finding)
{
    const struct qc_queues *queues = qc_rule_queues(finding->context);
    qc_vec_each(&queues->virtio, device) {
        if (is_unseen(device)) {
            qc_evidence_add(
                finding, (struct qc_subject){.address = device->address},
                "whether requests are with the back end of %s%s%s is not known: only its "
                "rings tell, which can't be read",
                qc_str_or(device->type, "a device"), device->id == NULL ? "" : " ",
                qc_str_or(device->id, ""));
        }
    }
}

void qc_condition_back_end_requests(struct qc_rule_context *context)
{
    QC_GUARD(qc_queues_free) struct qc_queues earlier = {.why_cut = NULL};
    const struct qc_comparison *comparison = context->comparison;
    if (!context->state->has_types) {
        return;
    }
    const struct qc_queues *queues = qc_rule_queues(context);
    qc_vec_each(&queues->virtio, device) {
        if (outstanding_of(context->process->fields, device) == 0) {
            continue;
        }
        if (comparison != NULL && earlier.virtio.count == 0) {
            qc_queues_find(comparison->earlier.process->fields,
                           &comparison->earlier.state->contexts, &earlier);
        }
        device_report(context, find_earlier(&earlier, device), device);
    }
}
