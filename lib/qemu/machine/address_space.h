/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * address_space - the guest's physical address spaces, as the monitor's "info mtree -f" shows them
 *
 * Each CPU and each bus-master device has an AddressSpace. QEMU flattens the tree of regions below
 * its root into a FlatView: ranges in order of their addresses that do not overlap. Spaces with the
 * same contents share a FlatView.
 */
#pragma once

#include "qemu/fields/fact.h"

#define QC_REGION_KINDS(X)                                                         \
    X(QC_REGION_UNKNOWN, NULL)                                                     \
    X(QC_REGION_IO, "i/o")                                                         \
    X(QC_REGION_RAM, "ram")                                                        \
    X(QC_REGION_ROM, "rom")                                                        \
    X(QC_REGION_ROMD, "romd") /* reads are from memory, writes go to the device */ \
    X(QC_REGION_RAMD, "ramd") /* memory of a host device */
enum qc_region_kind { QC_REGION_KINDS(QC_ENUMERATOR) };

/* Returns "i/o", "ram", "rom", "romd" or "ramd", as the monitor does; NULL: not known. */
const char *qc_region_kind_name(enum qc_region_kind kind);

/* Reads the kind of a region; an alias has the kind of the region that it shows. */
enum qc_region_kind qc_region_kind_read(struct qc_fields *fields, uint64_t region);

/* Reads a member that is an Int128, as sizes of regions are, since they go up to 2^64. */
bool qc_region_number(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *low, uint64_t *high);

struct qc_flat_range {
    uint64_t start; /* guest-physical, or I/O ports */
    uint64_t last;  /* last byte, since the end of a range may be 2^64 */
    enum qc_region_kind kind;
    bool nonvolatile;
    uint64_t region; /* address of its MemoryRegion */
    const char *name; /* name of the region; NULL: can't be read */
    struct qc_fact offset;   /* offset of start in the region */
    struct qc_fact priority; /* signed */
    struct qc_fact host;     /* address of start in QEMU's memory; not known if it has none */
};

struct qc_flat_view {
    uint64_t address;
    QC_VEC(struct qc_flat_range) ranges;
    struct qc_fact count; /* number of ranges that the FlatView has */
};

struct qc_address_space {
    uint64_t address;
    const char *name; /* NULL: can't be read */
    const char *root; /* name of its root region; NULL: can't be read */
    struct qc_fact root_region; /* address of the root region; 0: none */
    uint64_t view; /* address of the FlatView; 0: none, or not known */
};

struct qc_address_spaces {
    QC_VEC(struct qc_address_space) list;
    QC_VEC(struct qc_flat_view) views; /* each once, in the order of the spaces */
    const char *why_cut; /* why a list is not complete; NULL: all are */
    const char *why_absent; /* why the first missing fact is not known; NULL: none is missing */
};

/* Finds the address spaces; *ret must be zeroed. */
void qc_address_spaces_find(struct qc_fields *fields, struct qc_address_spaces *ret);
void qc_address_spaces_free(struct qc_address_spaces *spaces);
