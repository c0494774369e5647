/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tls - where a thread has its copy of a thread-local variable
 */
#pragma once

#include "modules/module.h"

/*
 * Computes the address of the thread-local at an offset of a module's TLS segment (the operand of
 * DW_OP_form_tls_address). Works for the executable, whose segment glibc places first
 * (csu/libc-tls.c, elf/dl-tls.c: _dl_determine_tlsoffset; the same since 2.17).
 * QEMUCORE_UNSUPPORTED for libraries.
 */
enum qemucore_status qc_tls_address(struct qemucore_module *module,
                                    const struct qc_thread *thread, uint64_t offset,
                                    uint64_t *ret, struct qemucore_error *error);

/* Computes where a thread has all thread-locals of a module, under the same conditions. */
bool qc_tls_block(struct qemucore_module *module, const struct qc_thread *thread, uint64_t *start,
                  uint64_t *size);
