/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * module_fit - whether a file can be the one that was mapped, where the dump has no build-id of it
 *
 * Nothing proves then that it is: two builds may have the same layout. But much can prove that it is
 * not: where its segments would have been mapped, the entry point, the bytes of it that are in the
 * dump.
 */
#ifndef QC_MODULES_MODULE_FIT_H
#define QC_MODULES_MODULE_FIT_H

#include "modules/module.h"

/* The bias that the file has where its first page is mapped at module->start. */
uint64_t qc_module_file_bias(const struct qemucore_module *module, Elf *elf);

/* NULL: it fits. Else what speaks against it, in words that go behind its name (malloc). */
char *qc_module_misfit(const struct qemucore_module *module, Elf *elf);

#endif
