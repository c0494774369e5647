/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crash_place - what is at an address, for a crash that is about it
 */
#pragma once

#include "qemu/qemu.h"

enum qc_crash_place_kind {
    QC_CRASH_PLACE_UNKNOWN,
    QC_CRASH_PLACE_NULL,      /* below vm.mmap_min_addr: a null pointer plus a member's offset */
    QC_CRASH_PLACE_GUARD,     /* just below the thread's stack, which is used up */
    QC_CRASH_PLACE_GUEST_RAM, /* in a RAMBlock */
    QC_CRASH_PLACE_MODULE,    /* in the executable or a library */
    QC_CRASH_PLACE_FILE,      /* in another mapped file */
    QC_CRASH_PLACE_MEMORY,    /* in anonymous memory */
    QC_CRASH_PLACE_UNMAPPED,
};

struct qc_crash_place {
    enum qc_crash_place_kind kind;
    const char *sentence; /* "in RAMBlock pc.ram of the guest, at offset 0x1000"; NULL: no memory */
};

/* Finds what is at the address that `thread` accessed. Always fills ret. */
void qc_crash_place_find(struct qc_process *process, const struct qc_ramblocks *blocks,
                         struct qemucore_thread *thread, uint64_t address,
                         struct qc_crash_place *ret);
