/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ramblock - ram_list: the guest's memory, and what else QEMU has mapped for the guest (ROMs, video
 * memory), where it lies in the process and how much of it the dump holds
 */
#ifndef QC_QEMU_STATE_RAMBLOCK_H
#define QC_QEMU_STATE_RAMBLOCK_H

#include "base/base.h"
#include "core/core.h"
#include "qemu/fields/fact.h"

struct qc_ramblock {
    uint64_t address;        /* of the RAMBlock */
    char *id;                /* idstr: "pc.ram"; NULL: not known */
    struct qc_fact host;     /* where it begins in the process */
    struct qc_fact length;   /* used_length, bytes */
    struct qc_fact max_length;
    struct qc_fact page_size;
    struct qc_fact flags;    /* RAM_* */
    struct qc_fact held;     /* bytes of `length` that the dump's file has, zeroes included */
};

struct qc_ramblocks {
    QC_VEC(struct qc_ramblock) list; /* as QEMU has them: the largest first */
    const char *why_cut;
    char *why_absent;
};

/* Empty, with a reason, where QEMU's debug info is not there. */
void qc_ramblocks_find(struct qc_fields *fields, struct qc_ramblocks *ret);
void qc_ramblocks_free(struct qc_ramblocks *blocks);

/* The block that is mapped at an address of the process; NULL: none. */
const struct qc_ramblock *qc_ramblocks_at(const struct qc_ramblocks *blocks, uint64_t address);

/* Name of flag number index that the block has, without RAM_; NULL behind the last. */
const char *qc_ramblock_flag(const struct qc_ramblock *block, size_t index);

#endif
