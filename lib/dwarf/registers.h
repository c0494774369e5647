/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * registers - the registers of one frame, as far as they are known, by DWARF number
 */
#ifndef QC_DWARF_REGISTERS_H
#define QC_DWARF_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/arch.h"

struct qc_registers {
    uint64_t pc;
    uint64_t value[QC_ARCH_REGISTERS];
    bool known[QC_ARCH_REGISTERS];
};

static inline void qc_registers_set(struct qc_registers *registers, uint64_t number,
                                    uint64_t value)
{
    if (number < QC_ARCH_REGISTERS) {
        registers->value[number] = value;
        registers->known[number] = true;
    }
}

static inline bool qc_registers_get(const struct qc_registers *registers, uint64_t number,
                                    uint64_t *value)
{
    if (number >= QC_ARCH_REGISTERS || !registers->known[number]) {
        return false;
    }
    *value = registers->value[number];
    return true;
}

#endif
