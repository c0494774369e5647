/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/tls_segment.h"

#include "modules/files/elf_file.h"

bool qc_tls_segment(struct qemucore_module *module, struct qc_tls_segment *ret)
{
    size_t index = 0;
    GElf_Phdr phdr;
    if (!qc_module_open(module) || !qc_file_phdr_next(module->elf, PT_TLS, &index, &phdr)) {
        return false;
    }
    uint64_t alignment = phdr.p_align == 0 ? 1 : phdr.p_align;
    *ret = (struct qc_tls_segment){phdr.p_vaddr, phdr.p_memsz, alignment};
    return (alignment & (alignment - 1)) == 0;
}
