/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cpu - the virtual CPUs: each struct CPUState in QEMU's own list
 */
#pragma once

#include "base/base.h"
#include "qemu/fields/fields.h"

/* The count in the word of a QemuLockCnt is above two bits of state (util/lockcnt.c). */
#define QC_LOCKCNT_COUNT_SHIFT 2

struct qc_cpu {
    uint64_t address;  /* address of its CPUState */
    int index;         /* cpu_index */
    int lwp;           /* thread_id; 0: not known. Round-robin TCG has one thread for all */
    uint64_t halt_cond;
    bool created;
    bool stopped;    /* has stopped */
    bool has_waiter; /* an exclusive section waits for it */
    bool exclusive;  /* in an exclusive section */
    unsigned ioctls; /* number of ioctls that it is in, as the ioctl inhibitor counts them */
};

struct qc_cpus {
    QC_VEC(struct qc_cpu) list;
    bool is_known;       /* QEMU's list was found; else it is empty */
    const char *why_cut; /* why the list is incomplete; NULL: it is complete */
};

/* Reads the list. It is empty where it is not known or can't be read. */
void qc_cpus_find(struct qc_fields *fields, struct qc_cpus *ret);

/* Reads one CPUState. False: it can't be read. */
bool qc_cpu_read(struct qc_fields *fields, uint64_t address, struct qc_cpu *ret);
