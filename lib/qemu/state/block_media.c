/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_media - reads whether a device's medium may be changed (block/block-backend.c, blk_dev_*)
 *
 * A device answers by functions of its own. Two kinds have a tray or a lock, in members of their
 * structure (hw/ide/core.c, hw/scsi/scsi-disk.c): the function's name tells which kind it is.
 */
#include <string.h>

#include "base/base.h"
#include "qemu/state/block_reader.h"

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
    QC_FREE char *name = qc_fact_symbol(fields, function);
    const struct answer *answer = qc_array_find(answers, at, qc_text_is(name, at->function));
    return answer == NULL || !qc_fact_is_set(device)
               ? (struct qc_fact){0}
               : qc_fact_field(fields, answer->member, device.value, NULL);
}

/* Whether a function pointer is set. Not known if the pointer is not known. */
static struct qc_fact is_there(struct qc_fact function)
{
    return (struct qc_fact){.is_known = function.is_known, .value = function.value != 0};
}

void qc_block_media_read(struct qc_fields *fields, uint64_t backend, struct qc_fact device,
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
