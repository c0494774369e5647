/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan - which memory of a living process is taken, decided before anything is copied
 *
 * smaps is asked once: it costs some ms, and tells what is guest memory. QEMU marks each block of
 * it MADV_DONTFORK (`dc`), and with dump-guest-core=off MADV_DONTDUMP (`dd`), too
 * (system/physmem.c, qemu_ram_setup_dump, ram_block_add).
 */
#ifndef QC_SNAPSHOT_PLAN_H
#define QC_SNAPSHOT_PLAN_H

#include "base/base.h"

/* A process that has ended and is not waited for, and one whose first thread has, are there without. */
#define QC_NO_MEMORY "it has no memory: it or its first thread has ended, or it is a thread of the kernel's"

enum qc_take {
    QC_TAKE_NOTHING,  /* it stays a program header without bytes */
    QC_TAKE_PRESENT,  /* its pages that are present or swapped out */
    QC_TAKE_HEAD,     /* the same of its beginning only: the headers of a file, a code buffer's prologue */
};

/* A line of /proc/PID/maps. */
struct qc_map {
    uint64_t start;
    uint64_t end;
    uint64_t offset;  /* in the file, bytes */
    uint32_t flags;   /* PF_R, PF_W, PF_X */
    bool is_shared;
    bool is_file;     /* pages that are not taken are the file's; else they are zero */
    bool is_deleted;  /* the file has lost its name */
    uint64_t present; /* bytes, by smaps */
    enum qc_take take;
    uint64_t take_size; /* of QC_TAKE_HEAD */
    const char *why;  /* NULL: it is taken, or holds nothing; else a phrase for who misses it */
    char *path;       /* as the kernel has it, with its " (deleted)"; NULL: none */
};

struct qc_plan {
    QC_VEC(struct qc_map) maps; /* by address */
    uint64_t wanted;            /* bytes that are taken, about */
};

/* Of the process whose /proc folder is open as `directory`. */
enum qemucore_status qc_plan_make(int directory, struct qc_plan *ret, struct qemucore_error *error);
/* Right before memory is copied: what has been mapped since, as a coroutine's stack is, is taken, too. */
enum qemucore_status qc_plan_refresh(int directory, struct qc_plan *plan,
                                     struct qemucore_error *error);
void qc_plan_free(struct qc_plan *plan);

#endif
