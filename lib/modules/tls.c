/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/tls.h"

#include "files/files.h"

/* The PT_TLS program header of a module. */
struct segment {
    uint64_t address;   /* p_vaddr */
    uint64_t size;      /* p_memsz */
    uint64_t alignment; /* p_align, a power of two, at least 1 */
};

/* Reads the header from the module's file. False: the file is missing, or has no valid one. */
static bool segment_find(struct qemucore_module *module, struct segment *ret)
{
    size_t index = 0;
    GElf_Phdr phdr;
    if (!qc_module_open(module) || !qc_file_phdr_next(module->elf, PT_TLS, &index, &phdr)) {
        return false;
    }
    uint64_t alignment = phdr.p_align == 0 ? 1 : phdr.p_align;
    *ret = (struct segment){phdr.p_vaddr, phdr.p_memsz, alignment};
    return (alignment & (alignment - 1)) == 0;
}

enum qemucore_status qc_tls_address(struct qemucore_module *module,
                                    const struct qc_thread *thread, uint64_t offset,
                                    uint64_t *ret, struct qemucore_error *error)
{
    const struct qc_core *core = module->modules->core;
    const struct qc_arch *arch = core->arch;
    struct segment segment;
    QC_FAIL_IF(arch == NULL || !thread->has_thread_pointer, error, QEMUCORE_ABSENT,
               "thread-local, and the thread pointer is not in the dump");
    QC_FAIL_IF(!module->is_executable_of_process, error, QEMUCORE_UNSUPPORTED, "thread-local in %s",
               qc_path_name(module->path));
    QC_FAIL_IF(!segment_find(module, &segment), error, QEMUCORE_NOT_FOUND,
               "%s has no thread-locals", qc_path_name(module->path));
    /* The segment's address modulo its alignment is in the process as it is in the file. */
    uint64_t first_byte = -segment.address & (segment.alignment - 1);
    if (arch->tls_is_below) {
        uint64_t block = qc_round_up(segment.size - first_byte, segment.alignment) + first_byte;
        *ret = qc_core_thread_block(core, thread) - block + offset;
        return QEMUCORE_OK;
    }
    uint64_t start = qc_round_up(arch->tls_header, segment.alignment);
    if (start - arch->tls_header < first_byte) {
        start += segment.alignment;
    }
    *ret = qc_core_thread_block(core, thread) + start - first_byte + offset;
    return QEMUCORE_OK;
}

bool qc_tls_block(struct qemucore_module *module, const struct qc_thread *thread, uint64_t *start,
                  uint64_t *size)
{
    struct segment segment;
    *size = segment_find(module, &segment) ? segment.size : 0;
    return qc_tls_address(module, thread, 0, start, NULL) == QEMUCORE_OK;
}
