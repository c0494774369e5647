/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arch/arch.h"

#include "base/base.h"

static const struct qc_arch *const architectures[] = {
    &qc_arch_x86_64, &qc_arch_aarch64, &qc_arch_loongarch64,
    &qc_arch_riscv64, &qc_arch_s390x, &qc_arch_ppc64le,
};

const struct qc_arch *qc_arch_find(uint16_t elf_machine, bool big_endian)
{
    const struct qc_arch *const *found = qc_array_find(
        architectures, at, (*at)->elf_machine == elf_machine && (*at)->big_endian == big_endian);
    return found == NULL ? NULL : *found;
}

const struct qc_arch_register *qc_arch_register(const struct qc_arch *arch, unsigned dwarf)
{
    return qc_find(arch->registers, arch->register_count, row, row->dwarf == dwarf);
}
