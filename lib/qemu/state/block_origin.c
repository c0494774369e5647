/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_origin - reads who made a request
 *
 * blk_aio_prwv() (block/block-backend.c) begins a coroutine in blk_aio_read_entry or a similar
 * function, with a BlkAioEmAIOCB. dma_blk_io() (system/dma-helpers.c) makes its requests for
 * another caller, which the DMAAIOCB names; so does ide_buffered_readv() (hw/ide/core.c).
 */
#include <string.h>

#include "qemu/state/block_reader.h"

/* A device's completion callback, and the member of its argument that has the accounting's start,
   in 7.2 to 11.0. Other callbacks get another argument (scsi_unmap_complete,
   virtio_blk_zone_report_complete), or account for nothing (TrimAIOCB). */
static const struct device {
    const char *callback;
    enum qc_field start;
    enum qc_field type; /* type of the account; QC_FIELD_COUNT: each request has a new one */
} devices[] = {
    {"virtio_blk_rw_complete", QC_FIELD_VIRTIO_BLK_START, QC_FIELD_COUNT},
    {"virtio_blk_flush_complete", QC_FIELD_VIRTIO_BLK_START, QC_FIELD_COUNT},
    {"virtio_blk_discard_write_zeroes_complete", QC_FIELD_VIRTIO_BLK_START, QC_FIELD_COUNT},
    {"scsi_dma_complete", QC_FIELD_SCSI_START, QC_FIELD_COUNT},
    {"scsi_read_complete", QC_FIELD_SCSI_START, QC_FIELD_COUNT},
    {"scsi_write_complete", QC_FIELD_SCSI_START, QC_FIELD_COUNT},
    {"scsi_do_read_cb", QC_FIELD_SCSI_START, QC_FIELD_COUNT},
    {"scsi_aio_complete", QC_FIELD_SCSI_START, QC_FIELD_COUNT},
    {"ide_sector_read_cb", QC_FIELD_IDE_START, QC_FIELD_IDE_ACCOUNT},
    {"ide_sector_write_cb", QC_FIELD_IDE_START, QC_FIELD_IDE_ACCOUNT},
    {"ide_dma_cb", QC_FIELD_IDE_START, QC_FIELD_IDE_ACCOUNT},
    {"ide_flush_cb", QC_FIELD_IDE_START, QC_FIELD_IDE_ACCOUNT},
    {"ide_atapi_cmd_read_dma_cb", QC_FIELD_IDE_START, QC_FIELD_IDE_ACCOUNT},
    {"cd_read_sector_cb", QC_FIELD_IDE_START, QC_FIELD_IDE_ACCOUNT},
    {"ncq_cb", QC_FIELD_NCQ_START, QC_FIELD_COUNT},
    {"nvme_rw_cb", QC_FIELD_NVME_START, QC_FIELD_NVME_ACCOUNT},
    {"nvme_rw_complete_cb", QC_FIELD_NVME_START, QC_FIELD_NVME_ACCOUNT},
    {"nvme_compare_data_cb", QC_FIELD_NVME_START, QC_FIELD_NVME_ACCOUNT},
};

/* A reused account keeps the start of an earlier request if the current one begins none:
   nvme_do_write() begins none for NVME_CMD_WRITE_ZEROES. block_account_one_io() ends an account
   with type 0, BLOCK_ACCT_NONE. */
static struct qc_fact start_read(struct qc_fields *fields, enum qc_field start, enum qc_field type,
                                 uint64_t request)
{
    bool has_none = type != QC_FIELD_COUNT &&
                    qc_fact_is_zero(qc_fact_field(fields, type, request, NULL));
    return has_none ? (struct qc_fact){0} : qc_fact_field(fields, start, request, NULL);
}

/* Only hw/scsi/scsi-generic.c calls blk_aio_ioctl(). Its callbacks have the same names, but their
   argument is a SCSIGenericReq. */
static struct qc_fact start_of(struct qc_fields *fields, const struct qc_block_origin *origin)
{
    bool is_known = origin->callback != NULL && strcmp(origin->entry, "blk_aio_ioctl_entry") != 0;
    const struct device *device =
        qc_array_find(devices, at, is_known && strcmp(origin->callback, at->callback) == 0);
    return device == NULL ? (struct qc_fact){0}
                          : start_read(fields, device->start, device->type, origin->opaque);
}

static void callback_read(struct qc_fields *fields, enum qc_field callback, enum qc_field opaque,
                          uint64_t address, struct qc_block_origin *ret)
{
    struct qc_fact function = qc_fact_field(fields, callback, address, NULL);
    ret->callback = function.is_known ? qc_fact_symbol(fields, function.value) : NULL;
    ret->opaque = qc_fact_field(fields, opaque, address, NULL).value;
}

void qc_block_origin_read(struct qc_fields *fields, uint64_t coroutine, struct qc_block_origin *ret)
{
    struct qc_fact entry = qc_fact_field(fields, QC_FIELD_COROUTINE_ENTRY, coroutine, NULL);
    struct qc_fact argument = qc_fact_field(fields, QC_FIELD_COROUTINE_ARGUMENT, coroutine, NULL);
    ret->entry = entry.is_known ? qc_fact_symbol(fields, entry.value) : NULL;
    if (!qc_str_begins(ret->entry, "blk_aio_") || !qc_fact_is_set(argument)) {
        return;
    }
    ret->backend = qc_fact_field(fields, QC_FIELD_AIOCB_BACKEND, argument.value, NULL).value;
    callback_read(fields, QC_FIELD_AIOCB_CALLBACK, QC_FIELD_AIOCB_OPAQUE, argument.value, ret);
    if (qc_str_is(ret->callback, "dma_blk_cb")) {
        callback_read(fields, QC_FIELD_DMA_CALLBACK, QC_FIELD_DMA_OPAQUE, ret->opaque, ret);
    }
    if (qc_str_is(ret->callback, "ide_buffered_readv_cb")) {
        callback_read(fields, QC_FIELD_IDE_BUFFERED_CALLBACK, QC_FIELD_IDE_BUFFERED_OPAQUE,
                      ret->opaque, ret);
    }
    ret->start = start_of(fields, ret);
}
