/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/registers.h"

static bool is_kept(const struct qc_kept_registers *kept, uint64_t number)
{
    return number < QC_ARCH_REGISTERS && (kept->known[number / 64] >> (number % 64) & 1) != 0;
}

/* Returns how many kept registers have a lower number. */
static size_t count_below(const struct qc_kept_registers *kept, uint64_t number)
{
    size_t count = 0;
    for (uint64_t i = 0; i < number / 64; i++) {
        count += (size_t)__builtin_popcountll(kept->known[i]);
    }
    uint64_t below = ((uint64_t)1 << (number % 64)) - 1;
    return count + (size_t)__builtin_popcountll(kept->known[number / 64] & below);
}

size_t qc_registers_keep(const struct qc_registers *registers, uint64_t *values,
                         struct qc_kept_registers *ret)
{
    size_t count = 0;
    *ret = (struct qc_kept_registers){.pc = registers->pc, .values = values};
    for (uint64_t i = 0; i < QC_ARCH_REGISTERS; i++) {
        if (registers->known[i]) {
            ret->known[i / 64] |= (uint64_t)1 << (i % 64);
            values[count++] = registers->value[i];
        }
    }
    return count;
}

size_t qc_kept_registers_count(const struct qc_kept_registers *kept)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof(kept->known) / sizeof(kept->known[0]); i++) {
        count += (size_t)__builtin_popcountll(kept->known[i]);
    }
    return count;
}

bool qc_kept_registers_get(const struct qc_kept_registers *kept, uint64_t number, uint64_t *value)
{
    if (!is_kept(kept, number)) {
        return false;
    }
    *value = kept->values[count_below(kept, number)];
    return true;
}

struct qc_registers qc_kept_registers_all(const struct qc_kept_registers *kept)
{
    struct qc_registers registers = {.pc = kept->pc};
    size_t next = 0;
    for (uint64_t i = 0; i < QC_ARCH_REGISTERS; i++) {
        if (is_kept(kept, i)) {
            qc_registers_set(&registers, i, kept->values[next++]);
        }
    }
    return registers;
}
