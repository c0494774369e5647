/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/region.h"

#include "core/core.h"

const char *qc_region_kind_name(enum qc_region_kind kind)
{
    static const char *const names[] = {
        [QC_REGION_IO] = "i/o",   [QC_REGION_RAM] = "ram",   [QC_REGION_ROM] = "rom",
        [QC_REGION_ROMD] = "romd", [QC_REGION_RAMD] = "ramd",
    };
    return kind == QC_REGION_UNKNOWN ? NULL : names[kind];
}

/* An Int128 is a __int128 of the host on all 64-bit ones (include/qemu/int128.h). */
bool qc_region_number(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *low, uint64_t *high)
{
    bool is_big = qc_fields_core(fields)->big_endian;
    uint64_t address;
    return qc_field_address(fields, field, structure, &address) &&
           qc_fields_number(fields, address + (is_big ? 8 : 0), 8, low) &&
           qc_fields_number(fields, address + (is_big ? 0 : 8), 8, high);
}
