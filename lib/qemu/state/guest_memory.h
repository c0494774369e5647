/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guest_memory - which memory of the process is the guest's, and needed to tell nothing of QEMU
 *
 * By ram_list where QEMU's debug info is there: exactly its blocks, of every size. Else by a rule:
 * writable memory in one piece of more than 64 MiB (QC_LIMIT_KEPT_SEGMENT) that is neither a
 * thread's stack, nor the heap, nor a module's. What lies around a thread's stack pointer is never
 * the guest's, whatever a damaged list may say.
 */
#ifndef QC_QEMU_STATE_GUEST_MEMORY_H
#define QC_QEMU_STATE_GUEST_MEMORY_H

#include "qemu/threads/process.h"

struct qc_guest_part {
    uint64_t start; /* pages, within one mapping */
    uint64_t end;
    uint64_t held;  /* bytes of it in the dump's file */
    char *name;     /* of its RAMBlock; NULL: by the rule */
};

struct qc_guest_memory {
    QC_VEC(struct qc_guest_part) parts; /* in the order of their addresses; none overlap */
    bool by_rule;
    char *why_by_rule; /* why ram_list could not be read */
    bool failed;       /* out of memory */
};

void qc_guest_memory_find(struct qc_process *process, struct qc_guest_memory *ret);
void qc_guest_memory_free(struct qc_guest_memory *memory);

#endif
