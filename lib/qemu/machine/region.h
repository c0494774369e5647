/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * region - members of a MemoryRegion that the flattened view and the tree of regions both need
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

/* Returns "i/o", "ram", "rom", "romd" or "ramd", as the monitor does; NULL: not known */
const char *qc_region_kind_name(enum qc_region_kind kind);

/* Reads the kind of a region; an alias has the kind of the region that it shows. */
enum qc_region_kind qc_region_kind_read(struct qc_fields *fields, uint64_t region);

/* Reads a member that is an Int128, as sizes of regions are, since they go up to 2^64. */
bool qc_region_number(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *low, uint64_t *high);
