/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/region.h"

#include "qemu/qemu_limits.h"

QC_DEFINE_WORDS(qc_region_kind_name, enum qc_region_kind, QC_REGION_KINDS)

/* On 64-bit hosts an Int128 is the compiler's __int128 (include/qemu/int128.h). */
bool qc_region_number(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *low, uint64_t *high)
{
    bool is_big = qc_fields_core(fields)->big_endian;
    uint64_t address;
    return qc_field_address(fields, field, structure, &address) &&
           qc_fields_number(fields, address + (is_big ? 8 : 0), 8, low) &&
           qc_fields_number(fields, address + (is_big ? 0 : 8), 8, high);
}

/* Follows memory.c, memory_region_type. */
enum qc_region_kind qc_region_kind_read(struct qc_fields *fields, uint64_t region)
{
    uint64_t alias;
    for (unsigned i = 0; qc_field_read(fields, QC_FIELD_REGION_ALIAS, region, &alias) &&
                         alias != 0 && i < QC_LIMIT_QOM_DEPTH;
         i++) {
        region = alias;
    }
    struct qc_fact readonly = qc_fact_field(fields, QC_FIELD_REGION_READONLY, region, NULL);
    struct qc_fact ram = qc_fact_field(fields, QC_FIELD_REGION_RAM, region, NULL);
    struct qc_fact device = qc_fact_field(fields, QC_FIELD_REGION_RAM_DEVICE, region, NULL);
    struct qc_fact rom = qc_fact_field(fields, QC_FIELD_REGION_ROM_DEVICE, region, NULL);
    struct qc_fact romd = qc_fact_field(fields, QC_FIELD_REGION_ROMD_MODE, region, NULL);
    if (!readonly.is_known || !ram.is_known || !device.is_known || !rom.is_known ||
        !romd.is_known) {
        return QC_REGION_UNKNOWN;
    }
    return device.value != 0                           ? QC_REGION_RAMD
           : rom.value != 0 && romd.value != 0         ? QC_REGION_ROMD
           : ram.value != 0 && readonly.value != 0     ? QC_REGION_ROM
           : ram.value != 0                            ? QC_REGION_RAM
                                                       : QC_REGION_IO;
}
