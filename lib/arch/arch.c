/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arch/arch.h"

static const struct qc_arch *const architectures[] = {
    &qc_arch_x86_64, &qc_arch_aarch64, &qc_arch_loongarch64,
    &qc_arch_riscv64, &qc_arch_s390x, &qc_arch_ppc64le,
};

const struct qc_arch *qc_arch_find(uint16_t elf_machine, bool big_endian)
{
    for (size_t i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++) {
        if (architectures[i]->elf_machine == elf_machine &&
            architectures[i]->big_endian == big_endian) {
            return architectures[i];
        }
    }
    return NULL;
}

const struct qc_arch_register *qc_arch_register(const struct qc_arch *arch, unsigned dwarf)
{
    for (size_t i = 0; i < arch->register_count; i++) {
        if (arch->registers[i].dwarf == dwarf) {
            return &arch->registers[i];
        }
    }
    return NULL;
}
