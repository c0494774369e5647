/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guest_memory - the memory of the process that is the guest's, and tells nothing about QEMU
 *
 * With QEMU's debug info: exactly the blocks of ram_list, of every size. Else by a rule: writable
 * memory in one piece of more than 64 MiB (QC_LIMIT_KEPT_SEGMENT) that is not a thread's stack, the
 * heap or a module's. Memory around a thread's stack pointer is never taken for the guest's,
 * whatever a damaged list says.
 */
#pragma once

#include "base/base.h"
#include "core/core.h"
#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

struct qc_guest_part {
    uint64_t start; /* at a page boundary, as is end; both in one mapping */
    uint64_t end;
    uint64_t held;  /* bytes of this part that the dump's file has */
    const char *name; /* name of its RAMBlock; NULL: found by the rule */
};

struct qc_guest_memory {
    QC_VEC(struct qc_guest_part) parts; /* sorted by address; none overlap */
    bool by_rule;
    const char *why_by_rule; /* why ram_list could not be read */
    bool failed;       /* out of memory */
};

void qc_guest_memory_find(struct qc_process *process, struct qc_guest_memory *ret);

/* ram_list: the guest's memory and what else QEMU maps for the guest (ROMs, video memory), where
   it lies in the process, and how much of it the dump holds */

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
