/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ramblock - guest RAM and what else lives in RAMBlocks: ram_list
 */
#ifndef QC_QEMU_RAMBLOCK_H
#define QC_QEMU_RAMBLOCK_H

#include "base/vec.h"
#include "qemu/fields.h"

struct qc_ramblock {
    uint64_t address;     /* of the RAMBlock */
    uint64_t host;        /* where it is mapped; 0: nowhere (Xen) */
    uint64_t used_length;
    uint64_t max_length;  /* bytes that are mapped; used_length may grow up to it */
    char *id;             /* idstr: "pc.ram"; NULL: can't be read */
};

struct qc_ramblocks {
    QC_VEC(struct qc_ramblock) list; /* in the order of ram_list: the largest first */
    bool is_known;                   /* false: no debug info, or another one */
    const char *why_cut;             /* NULL: to its end */
};

/* Into a zeroed struct. */
void qc_ramblocks_find(struct qc_fields *fields, struct qc_ramblocks *ret);
void qc_ramblocks_free(struct qc_ramblocks *blocks);

/* The block that is mapped at an address of the process; NULL: none. */
const struct qc_ramblock *qc_ramblocks_at(const struct qc_ramblocks *blocks, uint64_t address);

#endif
