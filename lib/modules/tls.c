/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/tls.h"

#include "modules/tls_segment.h"

enum qemucore_status qc_tls_address(struct qemucore_module *module,
                                    const struct qc_thread *thread, uint64_t offset,
                                    uint64_t *ret, struct qemucore_error *error)
{
    const struct qc_arch *arch = module->modules->core->arch;
    struct qc_tls_segment segment;
    if (arch == NULL || !thread->has_thread_pointer) {
        return qc_error_set(error, QEMUCORE_ABSENT,
                            "thread-local, and the thread pointer is not in the dump");
    }
    if (!module->is_executable_of_process) {
        return qc_error_set(error, QEMUCORE_UNSUPPORTED, "thread-local in %s",
                            qc_path_name(module->path));
    }
    if (!qc_tls_segment(module, &segment)) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "%s has no thread-locals",
                            qc_path_name(module->path));
    }
    /* The segment's address modulo its alignment is in the process as it is in the file. */
    uint64_t first_byte = -segment.address & (segment.alignment - 1);
    if (arch->tls_is_below) {
        uint64_t block = qc_round_up(segment.size - first_byte, segment.alignment) + first_byte;
        *ret = thread->thread_pointer - block + offset;
        return QEMUCORE_OK;
    }
    uint64_t start = qc_round_up(arch->tls_header, segment.alignment);
    if (start - arch->tls_header < first_byte) {
        start += segment.alignment;
    }
    *ret = thread->thread_pointer + (uint64_t)(int64_t)arch->tls_bias + start - first_byte + offset;
    return QEMUCORE_OK;
}

bool qc_tls_block(struct qemucore_module *module, const struct qc_thread *thread, uint64_t *start,
                  uint64_t *size)
{
    struct qc_tls_segment segment;
    *size = qc_tls_segment(module, &segment) ? segment.size : 0;
    return qc_tls_address(module, thread, 0, start, NULL) == QEMUCORE_OK;
}
