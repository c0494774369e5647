/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crash_place - what an address is to the process: what a crash at it was about
 */
#ifndef QC_VERDICT_CRASH_CRASH_PLACE_H
#define QC_VERDICT_CRASH_CRASH_PLACE_H

#include "qemu/qemu.h"

enum qc_crash_place_kind {
    QC_CRASH_PLACE_UNKNOWN,
    QC_CRASH_PLACE_NULL,      /* below vm.mmap_min_addr: a null pointer, and a member's offset */
    QC_CRASH_PLACE_GUARD,     /* just below the stack of the thread, which has none left */
    QC_CRASH_PLACE_GUEST_RAM, /* in a RAMBlock */
    QC_CRASH_PLACE_MODULE,    /* the executable or a library */
    QC_CRASH_PLACE_FILE,      /* another file that is mapped */
    QC_CRASH_PLACE_MEMORY,    /* anonymous memory */
    QC_CRASH_PLACE_UNMAPPED,
};

struct qc_crash_place {
    enum qc_crash_place_kind kind;
    char *sentence;       /* "in RAMBlock pc.ram of the guest, at offset 0x1000"; NULL: out of memory */
};

/* thread: who touched it. Always fills ret. */
void qc_crash_place_find(struct qc_process *process, const struct qc_ramblocks *blocks,
                         struct qemucore_thread *thread, uint64_t address,
                         struct qc_crash_place *ret);
void qc_crash_place_free(struct qc_crash_place *place);

#endif
