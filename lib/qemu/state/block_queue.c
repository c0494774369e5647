/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_queue - reads the queues of virtio-blk devices: what the guest has asked for and not got
 *
 * Queues that the guest has not set up have size 0 and come last.
 */
#include <string.h>

#include "qemu/qemu_limits.h"
#include "qemu/state/block_reader.h"

static bool queue_read(struct qc_fields *fields, uint64_t address, struct qc_block_queue *ret)
{
    ret->size = qc_fact_field(fields, QC_FIELD_QUEUE_SIZE, address, NULL);
    ret->last_avail = qc_fact_field(fields, QC_FIELD_QUEUE_LAST_AVAIL, address, NULL);
    ret->shadow_avail = qc_fact_field(fields, QC_FIELD_QUEUE_SHADOW_AVAIL, address, NULL);
    ret->used = qc_fact_field(fields, QC_FIELD_QUEUE_USED, address, NULL);
    ret->in_use = qc_fact_counter(fields, QC_FIELD_QUEUE_IN_USE, address, NULL);
    ret->notification = qc_fact_field(fields, QC_FIELD_QUEUE_NOTIFICATION, address, NULL);
    return qc_fact_is_set(ret->size);
}

void qc_block_queues_read(struct qc_fields *fields, uint64_t device,
                          struct qc_block_backend *backend)
{
    if (!qc_text_is(backend->device, "virtio-blk-device")) {
        return;
    }
    struct qc_fact first = qc_fact_field(fields, QC_FIELD_VIRTIO_QUEUES, device, NULL);
    size_t size = qc_fact_is_set(first) ? qc_fields_type_size(fields, "VirtQueue") : 0;
    for (size_t i = 0; size != 0 && i < QC_LIMIT_QUEUES; i++) {
        struct qc_block_queue queue = {0};
        struct qc_block_queue *added = queue_read(fields, first.value + i * size, &queue)
                                           ? qc_vec_add(&backend->queues)
                                           : NULL;
        if (added == NULL) {
            return;
        }
        *added = queue;
    }
}
