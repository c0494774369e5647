/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/tls_segment.h"

#include <gelf.h>

#include "modules/modules_limits.h"

bool qc_tls_segment(struct qemucore_module *module, struct qc_tls_segment *ret)
{
    size_t count = 0;
    if (!qc_module_open(module) || elf_getphdrnum(module->elf, &count) != 0) {
        return false;
    }
    for (size_t i = 0; i < count && i < QC_LIMIT_MODULE_PHDRS; i++) {
        GElf_Phdr phdr;
        if (gelf_getphdr(module->elf, (int)i, &phdr) != NULL && phdr.p_type == PT_TLS) {
            uint64_t alignment = phdr.p_align == 0 ? 1 : phdr.p_align;
            *ret = (struct qc_tls_segment){phdr.p_vaddr, phdr.p_memsz, alignment};
            return (alignment & (alignment - 1)) == 0;
        }
    }
    return false;
}
