/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_backend - reads a BlockBackend, by which a device, an export or a job uses a node
 */
#include <string.h>

#include "base/base.h"
#include "qemu/fields/qom.h"
#include "qemu/qemu_limits.h"
#include "qemu/state/block_reader.h"

/* ---- its medium -------------------------------------------------------------------------- */

/* A device answers whether its medium may be changed by functions of its own (block-backend.c,
   blk_dev_*). Two kinds have a tray or a lock, in members of their structure (hw/ide/core.c,
   hw/scsi/scsi-disk.c): the function's name tells which kind it is. */
static const struct answer {
    const char *function;
    enum qc_field member; /* member of the function's argument */
} answers[] = {
    {"ide_cd_is_tray_open", QC_FIELD_IDE_TRAY_OPEN},
    {"ide_cd_is_medium_locked", QC_FIELD_IDE_TRAY_LOCKED},
    {"scsi_cd_is_tray_open", QC_FIELD_SCSI_TRAY_OPEN},
    {"scsi_cd_is_medium_locked", QC_FIELD_SCSI_TRAY_LOCKED},
};

static struct qc_fact answer_of(struct qc_fields *fields, uint64_t function, struct qc_fact device)
{
    const char *name = qc_fact_symbol(fields, function);
    const struct answer *answer = qc_array_find(answers, at, qc_str_is(name, at->function));
    return answer == NULL || !qc_fact_is_set(device)
               ? (struct qc_fact){0}
               : qc_fact_field(fields, answer->member, device.value, NULL);
}

/* Whether a function pointer is set. Not known if the pointer is not known. */
static struct qc_fact is_there(struct qc_fact function)
{
    return (struct qc_fact){.is_known = function.is_known, .value = function.value != 0};
}

static void media_read(struct qc_fields *fields, uint64_t backend, struct qc_fact device,
                       struct qc_block_media *ret)
{
    const struct qc_fact no = {.is_known = true};
    struct qc_fact ops = qc_fact_field(fields, QC_FIELD_BACKEND_OPS, backend, NULL);
    if (qc_fact_is_zero(ops)) {
        *ret = (struct qc_block_media){.removable = is_there(device), .has_tray = no, .locked = no};
        ret->removable.value = !ret->removable.value;
    } else if (qc_fact_is_set(ops)) {
        struct qc_fact given = qc_fact_field(fields, QC_FIELD_BACKEND_OPS_GIVEN, backend, NULL);
        struct qc_fact tray = qc_fact_field(fields, QC_FIELD_OPS_TRAY, ops.value, NULL);
        struct qc_fact lock = qc_fact_field(fields, QC_FIELD_OPS_LOCK, ops.value, NULL);
        ret->removable = is_there(qc_fact_field(fields, QC_FIELD_OPS_CHANGE, ops.value, NULL));
        ret->removable.value |= qc_fact_is_zero(device);
        ret->has_tray = is_there(tray);
        ret->tray_open = answer_of(fields, tray.value, given);
        ret->locked = qc_fact_is_zero(lock) ? no : answer_of(fields, lock.value, given);
    }
}

/* ---- its device -------------------------------------------------------------------------- */

static bool virtio_queue_read(struct qc_fields *fields, uint64_t address, struct qc_block_queue *ret)
{
    ret->size = qc_fact_field(fields, QC_FIELD_QUEUE_SIZE, address, NULL);
    ret->last_avail = qc_fact_field(fields, QC_FIELD_QUEUE_LAST_AVAIL, address, NULL);
    ret->shadow_avail = qc_fact_field(fields, QC_FIELD_QUEUE_SHADOW_AVAIL, address, NULL);
    ret->used = qc_fact_field(fields, QC_FIELD_QUEUE_USED, address, NULL);
    ret->in_use = qc_fact_counter(fields, QC_FIELD_QUEUE_IN_USE, address, NULL);
    ret->notification = qc_fact_field(fields, QC_FIELD_QUEUE_NOTIFICATION, address, NULL);
    return qc_fact_is_set(ret->size);
}

/* Queues that the guest has not set up have size 0 and come last. */
static void virtio_queues_read(struct qc_fields *fields, uint64_t device,
                               struct qc_block_backend *backend)
{
    if (!qc_str_is(backend->device, "virtio-blk-device")) {
        return;
    }
    struct qc_fact first = qc_fact_field(fields, QC_FIELD_VIRTIO_QUEUES, device, NULL);
    size_t size = qc_fact_is_set(first) ? qc_fields_type_size(fields, "VirtQueue") : 0;
    for (size_t i = 0; size != 0 && i < QC_LIMIT_QUEUES; i++) {
        struct qc_block_queue queue = {0};
        if (!virtio_queue_read(fields, first.value + i * size, &queue) ||
            !qc_vec_push(&backend->queues, queue)) {
            return;
        }
    }
}

static void device_read(struct qc_fields *fields, struct qc_block_backend *backend)
{
    struct qc_fact device = qc_fact_field(fields, QC_FIELD_BACKEND_DEVICE, backend->address, NULL);
    if (qc_fact_is_set(device)) {
        backend->device = qc_qom_type(fields, device.value);
        backend->id = qc_qom_device_id(fields, device.value);
        backend->path = qc_field_text(fields, QC_FIELD_DEVICE_PATH, device.value);
        virtio_queues_read(fields, device.value, backend);
    }
}

static void queue_read(const struct qc_block_reader *reader, struct qc_block_backend *backend)
{
    struct qc_block *block = reader->block;
    uint64_t head;
    if (!qc_field_address(reader->fields, QC_FIELD_BACKEND_QUEUED, backend->address, &head)) {
        return;
    }
    struct qc_list list =
        qc_list_field(reader->fields, QC_FIELD_CO_QUEUE_FIRST, head, QC_FIELD_CO_QUEUE_NEXT,
                      &block->why_absent, &block->why_cut);
    qc_list_each(&list, coroutine) {
        struct qc_block_origin *origin = backend->queued.count == QC_LIMIT_SHOWN_REQUESTS
                                             ? NULL
                                             : qc_vec_add(&backend->queued);
        if (origin != NULL) {
            qc_block_origin_read(reader->fields, coroutine, origin);
        }
    }
    backend->queued_requests = list.count;
}

/* The order of the types has changed over the versions (include/block/accounting.h, enum
   BlockAcctType), so only the sum is told. */
static struct qc_fact failed_read(struct qc_fields *fields, uint64_t address)
{
    static const enum qc_field ids[] = {QC_FIELD_BACKEND_FAILED_0, QC_FIELD_BACKEND_FAILED_1,
                                           QC_FIELD_BACKEND_FAILED_2, QC_FIELD_BACKEND_FAILED_3};
    struct qc_fact failed = {.is_known = true};
    for (size_t i = 0; i < qc_count(ids); i++) {
        struct qc_fact one = qc_fact_field(fields, ids[i], address, NULL);
        failed.value += one.value;
        failed.is_known &= one.is_known || qc_field_name(fields, ids[i]) == NULL;
    }
    failed.is_known &= qc_field_name(fields, ids[0]) != NULL;
    return failed;
}

static void errors_read(struct qc_fields *fields, struct qc_block_backend *backend)
{
    uint64_t address = backend->address;
    backend->failed_requests = failed_read(fields, address);
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
    const char **why = &block->why_absent;
    uint64_t member;
    struct qc_block_backend *backend = qc_vec_add(&block->backends);
    if (backend == NULL) {
        return false;
    }
    backend->address = address;
    struct qc_fact name = qc_fact_field(fields, QC_FIELD_BACKEND_NAME, address, why);
    backend->name = qc_fact_is_zero(name)
                        ? ""
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
    media_read(fields, address, qc_fact_field(fields, QC_FIELD_BACKEND_DEVICE, address, NULL),
               &backend->media);
    qc_sum_add(&block->in_flight, backend->in_flight);
    qc_sum_count(&block->drained, backend->quiesce_counter);
    return true;
}

void qc_block_backend_free(struct qc_block_backend *backend)
{
    qc_vec_free(&backend->queued);
    qc_vec_free(&backend->queues);
}
