/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * address_space - what is at which guest-physical address, as the monitor's "info mtree -f" has it
 *
 * Every CPU and every device that masters a bus has an AddressSpace. QEMU flattens the tree of regions
 * below its root into a FlatView: ranges in order of their addresses, none over another. Spaces of the
 * same contents share one.
 */
#ifndef QC_QEMU_MACHINE_ADDRESS_SPACE_H
#define QC_QEMU_MACHINE_ADDRESS_SPACE_H

#include "qemu/machine/region.h"

struct qc_flat_range {
    uint64_t start; /* guest-physical, or I/O ports */
    uint64_t last;  /* the last byte: a range may end where 64 bits do */
    enum qc_region_kind kind;
    bool nonvolatile;
    uint64_t region; /* its MemoryRegion */
    char *name;      /* of that; NULL: can't be read */
    struct qc_fact offset;   /* of the start in the region */
    struct qc_fact priority; /* signed */
    struct qc_fact host;     /* the start in QEMU's own memory; not known where it has none */
};

struct qc_flat_view {
    uint64_t address;
    QC_VEC(struct qc_flat_range) ranges;
    struct qc_fact count; /* of ranges that it has */
};

struct qc_address_space {
    uint64_t address;
    char *name; /* NULL: can't be read */
    char *root; /* name of its root region; NULL: can't be read */
    struct qc_fact root_region; /* address of that; 0: none */
    uint64_t view; /* 0: none, or not known */
};

struct qc_address_spaces {
    QC_VEC(struct qc_address_space) list;
    QC_VEC(struct qc_flat_view) views; /* each once, in the order of the spaces */
    const char *why_cut; /* a list could not be followed to its end; NULL: none */
    char *why_absent;    /* the first thing that could not be had; NULL: nothing */
};

/* Into a zeroed struct. */
void qc_address_spaces_find(struct qc_fields *fields, struct qc_address_spaces *ret);
void qc_address_spaces_free(struct qc_address_spaces *spaces);

#endif
