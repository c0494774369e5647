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
