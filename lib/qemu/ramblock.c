/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/ramblock.h"

#include <stdlib.h>

#include "base/limits.h"

static bool ramblock_read(struct qc_fields *fields, uint64_t address, struct qc_ramblock *ret)
{
    *ret = (struct qc_ramblock){.address = address};
    if (!qc_field_read(fields, QC_FIELD_RAMBLOCK_HOST, address, &ret->host) ||
        !qc_field_read(fields, QC_FIELD_RAMBLOCK_USED_LENGTH, address, &ret->used_length) ||
        !qc_field_read(fields, QC_FIELD_RAMBLOCK_MAX_LENGTH, address, &ret->max_length)) {
        return false;
    }
    ret->id = qc_field_text(fields, QC_FIELD_RAMBLOCK_IDSTR, address);
    return true;
}

void qc_ramblocks_find(struct qc_fields *fields, struct qc_ramblocks *ret)
{
    uint64_t list;
    uint64_t address;
    if (!qc_variable_address(fields, QC_VARIABLE_RAM_LIST, NULL, &list) ||
        !qc_field_read(fields, QC_FIELD_RAM_LIST_BLOCKS, list, &address)) {
        return;
    }
    ret->is_known = true;
    while (address != 0) {
        struct qc_ramblock block;
        /* A list that leads back ends here too. */
        if (ret->list.count == QC_LIMIT_RAMBLOCKS) {
            ret->why_cut = "it is longer than a limit of ours";
            return;
        }
        if (!ramblock_read(fields, address, &block)) {
            ret->why_cut = "an element can't be read";
            return;
        }
        struct qc_ramblock *added = qc_vec_add(&ret->list);
        if (added == NULL) {
            free(block.id);
            return;
        }
        *added = block;
        if (!qc_field_read(fields, QC_FIELD_RAMBLOCK_NEXT, address, &address)) {
            ret->why_cut = "an element can't be read";
            return;
        }
    }
}

void qc_ramblocks_free(struct qc_ramblocks *blocks)
{
    for (size_t i = 0; i < blocks->list.count; i++) {
        free(blocks->list.items[i].id);
    }
    qc_vec_free(&blocks->list);
}

const struct qc_ramblock *qc_ramblocks_at(const struct qc_ramblocks *blocks, uint64_t address)
{
    for (size_t i = 0; i < blocks->list.count; i++) {
        const struct qc_ramblock *block = &blocks->list.items[i];
        if (block->host != 0 && address >= block->host &&
            address - block->host < block->max_length) {
            return block;
        }
    }
    return NULL;
}
