/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ramblock - ram_list: the guest's memory and what else QEMU maps for the guest (ROMs, video
 * memory), where it lies in the process, and how much of it the dump holds
 */
#pragma once

#include "base/base.h"
#include "core/core.h"
#include "qemu/fields/fact.h"

struct qc_ramblock {
    const char *id;          /* idstr: "pc.ram"; NULL: not known */
    struct qc_fact host;     /* its start in the process */
    struct qc_fact length;   /* used_length, in bytes */
    struct qc_fact max_length;
    struct qc_fact page_size;
    struct qc_fact flags;    /* RAM_* */
    struct qc_fact held;     /* bytes of `length` that the dump's file holds, zeroes included */
};

struct qc_ramblocks {
    QC_VEC(struct qc_ramblock) list; /* in QEMU's order: the largest first */
    const char *why_cut;
    const char *why_absent;
};

/* Reads ram_list. Without QEMU's debug info the list is empty and why_absent says so. */
void qc_ramblocks_find(struct qc_fields *fields, struct qc_ramblocks *ret);

/* Returns the block that an address of the process lies in; NULL: none. */
const struct qc_ramblock *qc_ramblocks_at(const struct qc_ramblocks *blocks, uint64_t address);

/* Returns the name of the index-th flag that is set, without RAM_; NULL after the last. */
const char *qc_ramblock_flag(const struct qc_ramblock *block, size_t index);
