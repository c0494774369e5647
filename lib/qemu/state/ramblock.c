/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/ramblock.h"

#include <stdlib.h>

#include "qemu/fields/list.h"

/* Flags by bit, from macros that debug info does not name (include/exec/memory.h, later
   system/memory.h). From 4.0 to 11.1 no bit has had two meanings. */
static const char *const flag_names[] = {
    "PREALLOC",        "SHARED",    "RESIZEABLE", "UF_ZEROPAGE", "MIGRATABLE", "PMEM",
    "UF_WRITEPROTECT", "NORESERVE", "PROTECTED",  "NAMED_FILE",  "READONLY",   "READONLY_FD",
    "GUEST_MEMFD",     "PRIVATE",
};

const char *qc_ramblock_flag(const struct qc_ramblock *block, size_t index)
{
    for (size_t i = 0; i < qc_count(flag_names); i++) {
        if (block->flags.is_known && (block->flags.value >> i & 1) != 0 && index-- == 0) {
            return flag_names[i];
        }
    }
    return NULL;
}

static void block_read(struct qc_fields *fields, uint64_t address, struct qc_ramblock *block,
                       const char **why)
{
    block->id = qc_field_text(fields, QC_FIELD_RAM_BLOCK_ID, address);
    block->host = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_HOST, address, why);
    block->length = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_LENGTH, address, why);
    block->max_length = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_MAX_LENGTH, address, NULL);
    block->page_size = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_PAGE_SIZE, address, NULL);
    block->flags = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_FLAGS, address, NULL);
    if (block->host.is_known && block->length.is_known &&
        block->length.value <= UINT64_MAX - block->host.value) {
        block->held.is_known = true;
        block->held.value = qc_core_held(qc_fields_core(fields), block->host.value,
                                         block->host.value + block->length.value);
    }
}

void qc_ramblocks_find(struct qc_fields *fields, struct qc_ramblocks *ret)
{
    uint64_t ram;
    *ret = (struct qc_ramblocks){.why_cut = NULL};
    if (!qc_variable_address(fields, QC_VARIABLE_RAM_LIST, NULL, &ram)) {
        qc_fact_explain(&ret->why_absent, "the executable's debug info has no ram_list");
        return;
    }
    struct qc_list list = qc_list_field(fields, QC_FIELD_RAM_LIST_FIRST, ram,
                                        QC_FIELD_RAM_BLOCK_NEXT, &ret->why_absent, &ret->why_cut);
    qc_list_fill(&list, &ret->list, block) {
        block_read(fields, list.element, block, &ret->why_absent);
    }
}

const struct qc_ramblock *qc_ramblocks_at(const struct qc_ramblocks *blocks, uint64_t address)
{
    return qc_vec_find(&blocks->list, block,
                       qc_fact_is_set(block->host) && address >= block->host.value &&
                           address - block->host.value < (block->max_length.is_known
                                                              ? block->max_length.value
                                                              : block->length.value));
}
