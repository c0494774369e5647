/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * region - members of a MemoryRegion that the flattened view and the tree of regions both need
 */
#pragma once

#include "qemu/fields/fact.h"

enum qc_region_kind {
    QC_REGION_UNKNOWN,
    QC_REGION_IO,
    QC_REGION_RAM,
    QC_REGION_ROM,
    QC_REGION_ROMD, /* reads are from memory, writes go to the device */
    QC_REGION_RAMD, /* memory of a host device */
};

/* Returns "i/o", "ram", "rom", "romd" or "ramd", as the monitor does; NULL: not known */
const char *qc_region_kind_name(enum qc_region_kind kind);

/* Reads the kind of a region; an alias has the kind of the region that it shows. */
enum qc_region_kind qc_region_kind_read(struct qc_fields *fields, uint64_t region);

/* Reads a member that is an Int128, as sizes of regions are, since they go up to 2^64. */
bool qc_region_number(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *low, uint64_t *high);
