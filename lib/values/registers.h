/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * registers - the registers of one frame that are known, by DWARF number
 *
 * Above the innermost frame, only registers that a function saves are known, ten at the most.
 * Stacks keep only those.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"

struct qc_registers {
    uint64_t pc;
    uint64_t value[QC_ARCH_REGISTERS];
    bool known[QC_ARCH_REGISTERS];
};

static inline void qc_registers_set(struct qc_registers *registers, uint64_t number, uint64_t value)
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

/* Only the known registers, in the order of their numbers. */
struct qc_kept_registers {
    uint64_t pc;
    uint64_t known[(QC_ARCH_REGISTERS + 63) / 64]; /* one bit for each register */
    const uint64_t *values;
};

/* Stores the known registers in values, which has room for QC_ARCH_REGISTERS. Returns how many. */
size_t qc_registers_keep(const struct qc_registers *registers, uint64_t *values,
                         struct qc_kept_registers *ret);

size_t qc_kept_registers_count(const struct qc_kept_registers *kept);

bool qc_kept_registers_get(const struct qc_kept_registers *kept, uint64_t number, uint64_t *value);

struct qc_registers qc_kept_registers_all(const struct qc_kept_registers *kept);
