/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * region_tree - of which regions each address space is made, as the monitor's "info mtree" has it
 *
 * A MemoryRegion lies in its container, over its siblings of a lower priority. An alias shows a part of
 * another region, which may be in no space itself. The flattened view (address_space.h) is made of
 * those that are enabled; who wonders why something is not in it finds it here.
 */
#ifndef QC_QEMU_MACHINE_REGION_TREE_H
#define QC_QEMU_MACHINE_REGION_TREE_H

#include "qemu/machine/address_space.h"

struct qc_region {
    unsigned depth; /* 0: the root of a tree */
    uint64_t address; /* of the MemoryRegion */
    char *name;       /* NULL: can't be read */
    struct qc_fact start; /* modulo 2^64, where its containers put it */
    struct qc_fact last;  /* its last byte; not known where its size is not, or is 0 */
    struct qc_fact empty; /* whether its size is 0 */
    enum qc_region_kind kind;
    struct qc_fact nonvolatile;
    struct qc_fact enabled;
    struct qc_fact priority; /* signed */
    struct qc_fact alias;    /* address of the region that it shows; 0: it is no alias */
    char *alias_name;
    struct qc_fact alias_offset; /* of its start in that */
};

/* From one root on: each region before those in it, these in the order of their addresses. */
struct qc_region_tree {
    uint64_t root;
    QC_VEC(struct qc_region) regions;
};

struct qc_region_trees {
    QC_VEC(struct qc_region_tree) list; /* of the spaces' roots, then of what aliases show; each once */
    const char *why_cut; /* a list could not be followed to its end; NULL: none */
    char *why_absent;    /* the first thing that could not be had; NULL: nothing */
};

/* Into a zeroed struct. */
void qc_region_trees_find(struct qc_fields *fields, const struct qc_address_spaces *spaces,
                          struct qc_region_trees *ret);
void qc_region_trees_free(struct qc_region_trees *trees);

#endif
