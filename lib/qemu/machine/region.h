/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * region - what the flattened view and the tree of memory regions have in common
 */
#ifndef QC_QEMU_MACHINE_REGION_H
#define QC_QEMU_MACHINE_REGION_H

#include "qemu/fields/fact.h"

enum qc_region_kind {
    QC_REGION_UNKNOWN,
    QC_REGION_IO,
    QC_REGION_RAM,
    QC_REGION_ROM,
    QC_REGION_ROMD, /* reads are memory, writes are not */
    QC_REGION_RAMD, /* memory of a device of the host */
};

/* "i/o", "ram", "rom", "romd", "ramd", as the monitor has them; NULL: not known */
const char *qc_region_kind_name(enum qc_region_kind kind);

/* Of a region; an alias is of the kind of what it shows. */
enum qc_region_kind qc_region_kind_read(struct qc_fields *fields, uint64_t region);

/* A member that is an Int128, which sizes of regions are: they go up to 2^64. */
bool qc_region_number(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *low, uint64_t *high);

#endif
