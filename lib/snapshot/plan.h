/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan - which memory of a living process to take, decided before anything is copied
 *
 * smaps takes some ms, so it is read once. It tells which memory is the guest's: QEMU marks each
 * block of it MADV_DONTFORK (`dc`), and with dump-guest-core=off MADV_DONTDUMP (`dd`), too
 * (system/physmem.c, qemu_ram_setup_dump, ram_block_add).
 */
#pragma once

#include "base/base.h"

/* A zombie is still listed but has no memory; so is a process whose first thread has ended. */
#define QC_NO_MEMORY "it has no memory: it or its first thread has ended, or it is a thread of the kernel's"

enum qc_take {
    QC_TAKE_NOTHING,  /* only a program header, without bytes */
    QC_TAKE_PRESENT,  /* pages that are present or swapped out */
    QC_TAKE_HEAD,     /* the same, only at the start: ELF headers, prologue of a code buffer */
};

/* A line of /proc/PID/maps. */
struct qc_map {
    uint64_t start;
    uint64_t end;
    uint64_t offset;  /* bytes from the start of the file */
    uint32_t flags;   /* PF_R, PF_W, PF_X */
    bool is_shared;
    bool is_file;     /* pages not taken are in the file; otherwise they are zero */
    bool is_deleted;  /* the file was deleted */
    uint64_t present; /* bytes present or swapped out, by smaps */
    enum qc_take take;
    uint64_t take_size; /* bytes, for QC_TAKE_HEAD */
    const char *why;  /* phrase for the user: why it is left out; NULL: taken, or empty */
    char *path;       /* as the kernel spells it, with its " (deleted)"; NULL: none */
};

struct qc_plan {
    QC_VEC(struct qc_map) maps; /* by address */
    uint64_t wanted;            /* approximate bytes to take */
};

/* Makes a plan for the process whose /proc folder is open as `directory`. */
enum qemucore_status qc_plan_make(int directory, struct qc_plan *ret, struct qemucore_error *error);
/* Updates the plan right before the copy: new maps, like a coroutine's stack, are taken, too. */
enum qemucore_status qc_plan_refresh(int directory, struct qc_plan *plan,
                                     struct qemucore_error *error);
void qc_plan_free(struct qc_plan *plan);
