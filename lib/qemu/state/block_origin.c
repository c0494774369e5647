/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_origin - who made a request
 *
 * blk_aio_prwv() (block/block-backend.c) begins a coroutine in blk_aio_read_entry and its kin, with
 * a BlkAioEmAIOCB. What dma_blk_io() asks for (system/dma-helpers.c) is for somebody else again,
 * whom the DMAAIOCB names.
 */
#include <string.h>

#include "qemu/state/block_reader.h"

/* Functions that devices are told by, and where in what they are told with the accounting is. Those
   of 7.2 to 11.0. */
static const struct {
    const char *prefix;
    enum qc_field start;
} devices[] = {
    {"virtio_blk_", QC_FIELD_VIRTIO_BLK_START},
    {"scsi_", QC_FIELD_SCSI_START},
    {"ide_issue_trim", QC_FIELD_COUNT}, /* a TrimAIOCB has none */
    {"ide_", QC_FIELD_IDE_START},
    {"nvme_rw_", QC_FIELD_NVME_START},
};

static struct qc_fact start_of(struct qc_fields *fields, const char *callback, uint64_t opaque)
{
    for (size_t i = 0; callback != NULL && i < sizeof(devices) / sizeof(devices[0]); i++) {
        if (strncmp(callback, devices[i].prefix, strlen(devices[i].prefix)) == 0) {
            return devices[i].start == QC_FIELD_COUNT
                       ? (struct qc_fact){0}
                       : qc_fact_field(fields, devices[i].start, opaque, NULL);
        }
    }
    return (struct qc_fact){0};
}

static void callback_read(struct qc_fields *fields, enum qc_field callback, enum qc_field opaque,
                          uint64_t address, struct qc_block_origin *ret)
{
    struct qc_fact function = qc_fact_field(fields, callback, address, NULL);
    free(ret->callback);
    ret->callback = function.is_known ? qc_fact_symbol(fields, function.value) : NULL;
    ret->opaque = qc_fact_field(fields, opaque, address, NULL).value;
}

void qc_block_origin_read(struct qc_fields *fields, uint64_t coroutine,
                          struct qc_block_origin *ret)
{
    struct qc_fact entry = qc_fact_field(fields, QC_FIELD_COROUTINE_ENTRY, coroutine, NULL);
    struct qc_fact argument = qc_fact_field(fields, QC_FIELD_COROUTINE_ARGUMENT, coroutine, NULL);
    ret->entry = entry.is_known ? qc_fact_symbol(fields, entry.value) : NULL;
    if (ret->entry == NULL || strncmp(ret->entry, "blk_aio_", strlen("blk_aio_")) != 0 ||
        !qc_fact_is_set(argument)) {
        return;
    }
    ret->backend = qc_fact_field(fields, QC_FIELD_AIOCB_BACKEND, argument.value, NULL).value;
    callback_read(fields, QC_FIELD_AIOCB_CALLBACK, QC_FIELD_AIOCB_OPAQUE, argument.value, ret);
    if (ret->callback != NULL && strcmp(ret->callback, "dma_blk_cb") == 0) {
        callback_read(fields, QC_FIELD_DMA_CALLBACK, QC_FIELD_DMA_OPAQUE, ret->opaque, ret);
    }
    ret->start = start_of(fields, ret->callback, ret->opaque);
}

void qc_block_origin_free(struct qc_block_origin *origin)
{
    free(origin->entry);
    free(origin->callback);
}
