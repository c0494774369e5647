/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_backend - reads a BlockBackend, by which a device, an export or a job uses a node
 */
#include <string.h>

#include "base/base.h"
#include "qemu/fields/qom.h"
#include "qemu/qemu_limits.h"
#include "qemu/state/block_reader.h"

static void device_read(struct qc_fields *fields, struct qc_block_backend *backend)
{
    struct qc_fact device = qc_fact_field(fields, QC_FIELD_BACKEND_DEVICE, backend->address, NULL);
    if (qc_fact_is_set(device)) {
        backend->device = qc_qom_type(fields, device.value);
        backend->id = qc_qom_device_id(fields, device.value);
        backend->path = qc_field_text(fields, QC_FIELD_DEVICE_PATH, device.value);
        qc_block_queues_read(fields, device.value, backend);
    }
}

static void queue_read(const struct qc_block_reader *reader, struct qc_block_backend *backend)
{
    struct qc_block *block = reader->block;
    uint64_t head;
    uint64_t coroutine;
    if (!qc_field_address(reader->fields, QC_FIELD_BACKEND_QUEUED, backend->address, &head)) {
        return;
    }
    struct qc_list list =
        qc_list_field(reader->fields, QC_FIELD_CO_QUEUE_FIRST, head, QC_FIELD_CO_QUEUE_NEXT,
                      &block->why_absent, &block->why_cut);
    while (qc_list_next(&list, &coroutine)) {
        struct qc_block_origin *origin = backend->queued.count == QC_LIMIT_SHOWN_REQUESTS
                                             ? NULL
                                             : qc_vec_add(&backend->queued);
        if (origin != NULL) {
            qc_block_origin_read(reader->fields, coroutine, origin);
        }
    }
    backend->queued_requests = list.count;
}

static void errors_read(struct qc_fields *fields, struct qc_block_backend *backend)
{
    uint64_t address = backend->address;
    backend->iostatus_enabled =
        qc_fact_field(fields, QC_FIELD_BACKEND_IOSTATUS_ENABLED, address, NULL);
    backend->iostatus = qc_fact_field_enumerator(fields, QC_FIELD_BACKEND_IOSTATUS, address,
                                                 "BLOCK_DEVICE_IO_STATUS_");
    backend->on_read_error = qc_fact_field_enumerator(fields, QC_FIELD_BACKEND_ON_READ_ERROR,
                                                      address, "BLOCKDEV_ON_ERROR_");
    backend->on_write_error = qc_fact_field_enumerator(fields, QC_FIELD_BACKEND_ON_WRITE_ERROR,
                                                       address, "BLOCKDEV_ON_ERROR_");
}

bool qc_block_backend_read(const struct qc_block_reader *reader, uint64_t address)
{
    struct qc_fields *fields = reader->fields;
    struct qc_block *block = reader->block;
    char **why = &block->why_absent;
    uint64_t member;
    struct qc_block_backend *backend = qc_vec_add(&block->backends);
    if (backend == NULL) {
        return false;
    }
    backend->address = address;
    struct qc_fact name = qc_fact_field(fields, QC_FIELD_BACKEND_NAME, address, why);
    backend->name = qc_fact_is_zero(name)
                        ? strdup("")
                        : qc_field_text(fields, QC_FIELD_BACKEND_NAME, address);
    device_read(fields, backend);
    struct qc_fact root = qc_fact_field(fields, QC_FIELD_BACKEND_ROOT, address, why);
    if (qc_fact_is_set(root)) {
        backend->root = qc_fact_field(fields, QC_FIELD_CHILD_NODE, root.value, why).value;
    }
    backend->in_flight = qc_fact_counter(fields, QC_FIELD_BACKEND_IN_FLIGHT, address, why);
    backend->quiesce_counter = qc_fact_counter(fields, QC_FIELD_BACKEND_QUIESCE, address, why);
    backend->aio_context = qc_fact_field(fields, QC_FIELD_BACKEND_CONTEXT, address, NULL);
    backend->context = qc_block_context_of(reader, backend->aio_context);
    backend->last_access = qc_fact_field(fields, QC_FIELD_BACKEND_LAST_ACCESS, address, NULL);
    backend->write_cache = qc_fact_field(fields, QC_FIELD_BACKEND_WRITE_CACHE, address, NULL);
    queue_read(reader, backend);
    errors_read(fields, backend);
    if (qc_field_address(fields, QC_FIELD_BACKEND_THROTTLE, address, &member)) {
        qc_block_throttle_read(fields, member, &backend->throttle);
    }
    qc_block_media_read(fields, address, qc_fact_field(fields, QC_FIELD_BACKEND_DEVICE, address, NULL),
                        &backend->media);
    qc_sum_add(&block->in_flight, backend->in_flight);
    qc_sum_count(&block->drained, backend->quiesce_counter);
    return true;
}

void qc_block_backend_free(struct qc_block_backend *backend)
{
    for (size_t i = 0; i < backend->queued.count; i++) {
        qc_block_origin_free(&backend->queued.items[i]);
    }
    qc_vec_free(&backend->queued);
    qc_vec_free(&backend->queues);
    free(backend->name);
    free(backend->device);
    free(backend->id);
    free(backend->path);
    free(backend->iostatus);
    free(backend->on_read_error);
    free(backend->on_write_error);
    free(backend->throttle.group);
}
