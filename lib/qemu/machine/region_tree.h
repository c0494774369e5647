/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * region_tree - the address spaces' trees of regions, as the monitor's "info mtree" shows them
 *
 * A MemoryRegion lies in its container, on top of its siblings of a lower priority. An alias shows
 * a part of another region, which need not be in any space itself. The flattened view
 * (address_space.h) has enabled regions only; the tree shows why something is missing there.
 */
#pragma once

#include "qemu/machine/address_space.h"

struct qc_region {
    unsigned depth; /* 0: the root of a tree */
    uint64_t address; /* address of the MemoryRegion */
    const char *name; /* NULL: can't be read */
    struct qc_fact start; /* absolute, by its containers' addresses, modulo 2^64 */
    struct qc_fact last;  /* last byte; not known if the size is 0 or not known */
    struct qc_fact empty; /* whether its size is 0 */
    enum qc_region_kind kind;
    struct qc_fact nonvolatile;
    struct qc_fact enabled;
    struct qc_fact priority; /* signed */
    struct qc_fact alias;    /* address of the region that it shows; 0: it is no alias */
    const char *alias_name;
    struct qc_fact alias_offset; /* offset of its start in the region that it shows */
};

/* All regions below one root: each one before those in it; siblings in order of address. */
struct qc_region_tree {
    uint64_t root;
    QC_VEC(struct qc_region) regions;
};

struct qc_region_trees {
    QC_VEC(struct qc_region_tree) list; /* roots of the spaces first, then targets of aliases */
    const char *why_cut; /* why a list is not complete; NULL: all are */
    const char *why_absent; /* why the first missing fact is not known; NULL: none is missing */
};

/* Finds the trees; *ret must be zeroed. */
void qc_region_trees_find(struct qc_fields *fields, const struct qc_address_spaces *spaces,
                          struct qc_region_trees *ret);
void qc_region_trees_free(struct qc_region_trees *trees);
