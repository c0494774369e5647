/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * queues_virtio - the queues of a virtio device
 *
 * A queue that the guest has not set up has a size too. The first one without a size ends the
 * array.
 */
#include <string.h>

#include "qemu/fields/qom.h"
#include "qemu/machine/queues_reader.h"
#include "qemu/qemu_limits.h"

#define ENDIAN_LITTLE 1 /* enum virtio_device_endian of include/hw/virtio/virtio.h */
#define RING_INDEX 2    /* offset of idx in struct vring_avail and vring_used, after their flags */

/* Tells whether the ring is little-endian. Up to virtio 0.9 it has the byte order of the guest's
   CPU (virtio_access_is_big_endian()). */
static bool is_little(struct qc_fields *fields, const struct qc_virtio_device *device)
{
    struct qc_fact endian = qc_fact_field(fields, QC_FIELD_VIRTIO_ENDIAN, device->address, NULL);
    return qc_virtio_has(device, QC_VIRTIO_VERSION_1) || qc_fact_is(endian, ENDIAN_LITTLE);
}

/* Reads the index of a ring: avail's is the guest's, used's that of the device. vring.caches has the
   ring's address in QEMU, which is in the guest's memory; the dump may lack that. */
static struct qc_fact index_read(struct qc_fields *fields, const struct qc_virtio_device *device,
                                 uint64_t queue, enum qc_field address)
{
    struct qc_fact caches = qc_fact_field(fields, QC_FIELD_QUEUE_CACHES, queue, NULL);
    struct qc_fact ring = {0};
    if (qc_fact_is_set(caches) && device->features.is_known &&
        !qc_virtio_has(device, QC_VIRTIO_PACKED) && is_little(fields, device)) {
        ring = qc_fact_field(fields, address, caches.value, NULL);
    }
    return qc_fact_is_set(ring) ? qc_fact_little(fields, ring.value + RING_INDEX, 2) : ring;
}

/*
 * Reads signalled_used. virtio_split_should_notify() updates it only if the guest wants to be
 * notified by number, and not if it has asked to be notified whenever the queue runs empty.
 */
static struct qc_fact signalled_read(struct qc_fields *fields, const struct qc_virtio_device *device,
                                     uint64_t queue)
{
    struct qc_fact valid = qc_fact_field(fields, QC_FIELD_QUEUE_SIGNALLED_VALID, queue, NULL);
    bool is_kept = qc_virtio_has(device, QC_VIRTIO_EVENT_INDEX | QC_VIRTIO_PACKED) &&
                   !qc_virtio_has(device, QC_VIRTIO_NOTIFY_ON_EMPTY);
    return is_kept && qc_fact_is_set(valid)
               ? qc_fact_field(fields, QC_FIELD_QUEUE_SIGNALLED, queue, NULL)
               : (struct qc_fact){0};
}

/* Finds the handler of a notifier: aio_set_event_notifier() sets its opaque to the notifier. */
static void handler_find(const struct qc_queues_reader *reader, uint64_t notifier,
                         struct qc_virtio_queue *ret)
{
    const struct qc_handlers *handlers = reader->handlers;
    for (size_t i = 0; i < handlers->list.count && ret->context == NULL; i++) {
        const struct qc_handler *handler = &handlers->list.items[i];
        bool is_match = qc_fact_is(handler->opaque, notifier) &&
                        qc_fact_is_zero(handler->deleted) &&
                        qc_fact_is_set(handler->io_read.address);
        ret->context = is_match ? handler->context : NULL;
    }
    ret->is_watched.value = ret->context != NULL;
    ret->is_watched.is_known =
        ret->context != NULL || (handlers->why_cut == NULL && handlers->why_absent == NULL);
}

static void notifier_read(const struct qc_queues_reader *reader, uint64_t queue,
                          struct qc_virtio_queue *ret)
{
    struct qc_fields *fields = reader->fields;
    uint64_t notifier;
    ret->has_notifier = qc_fact_field(fields, QC_FIELD_QUEUE_NOTIFIER_ENABLED, queue, NULL);
    if (qc_fact_is_set(ret->has_notifier)) {
        ret->notifier = qc_fact_field(fields, QC_FIELD_QUEUE_NOTIFIER_FD, queue, NULL);
        if (qc_field_address(fields, QC_FIELD_QUEUE_NOTIFIER, queue, &notifier)) {
            handler_find(reader, notifier, ret);
        }
    }
}

static bool queue_read(const struct qc_queues_reader *reader,
                       const struct qc_virtio_device *device, uint64_t queue,
                       struct qc_virtio_queue *ret)
{
    struct qc_fields *fields = reader->fields;
    ret->size = qc_fact_field(fields, QC_FIELD_QUEUE_SIZE, queue, &reader->queues->why_absent);
    if (!qc_fact_is_set(ret->size)) {
        return false;
    }
    ret->ring = qc_fact_field(fields, QC_FIELD_QUEUE_RING, queue, NULL);
    ret->last_avail = qc_fact_field(fields, QC_FIELD_QUEUE_LAST_AVAIL, queue, NULL);
    ret->shadow_avail = qc_fact_field(fields, QC_FIELD_QUEUE_SHADOW_AVAIL, queue, NULL);
    ret->avail = index_read(fields, device, queue, QC_FIELD_RING_AVAIL);
    ret->ring_used = index_read(fields, device, queue, QC_FIELD_RING_USED);
    ret->used = qc_fact_field(fields, QC_FIELD_QUEUE_USED, queue, NULL);
    ret->in_use = qc_fact_counter(fields, QC_FIELD_QUEUE_IN_USE, queue, NULL);
    ret->notification = qc_fact_field(fields, QC_FIELD_QUEUE_NOTIFICATION, queue, NULL);
    ret->signalled = signalled_read(fields, device, queue);
    notifier_read(reader, queue, ret);
    return true;
}

static void queues_read(const struct qc_queues_reader *reader, struct qc_virtio_device *device)
{
    struct qc_fields *fields = reader->fields;
    struct qc_fact first = qc_fact_field(fields, QC_FIELD_VIRTIO_QUEUES, device->address,
                                         &reader->queues->why_absent);
    size_t size = qc_fact_is_set(first) ? qc_fields_type_size(fields, "VirtQueue") : 0;
    for (size_t i = 0; size != 0 && i < QC_LIMIT_QUEUES; i++) {
        struct qc_virtio_queue queue = {.context = NULL};
        struct qc_virtio_queue *added =
            queue_read(reader, device, first.value + i * size, &queue) ? qc_vec_add(&device->queues)
                                                                       : NULL;
        if (added == NULL) {
            return;
        }
        *added = queue;
    }
}

bool qc_queues_virtio_read(const struct qc_queues_reader *reader,
                           const struct qc_tree_device *device)
{
    struct qc_fields *fields = reader->fields;
    struct qc_virtio_device *ret = qc_vec_add(&reader->queues->virtio);
    if (ret == NULL) {
        return false;
    }
    uint64_t address = device->address;
    ret->address = address;
    ret->type = device->type;
    ret->id = qc_qom_device_id(fields, address);
    ret->path = device->path;
    ret->id_number = qc_fact_field(fields, QC_FIELD_VIRTIO_ID, address, NULL);
    ret->status = qc_fact_field(fields, QC_FIELD_VIRTIO_STATUS, address, NULL);
    ret->features = qc_fact_field(fields, QC_FIELD_VIRTIO_FEATURES, address, NULL);
    ret->is_broken = qc_fact_field(fields, QC_FIELD_VIRTIO_BROKEN, address, NULL);
    ret->vm_running = qc_fact_field(fields, QC_FIELD_VIRTIO_VM_RUNNING, address, NULL);
    ret->vhost = qc_fact_field(fields, QC_FIELD_VIRTIO_VHOST, address, NULL);
    queues_read(reader, ret);
    return true;
}
