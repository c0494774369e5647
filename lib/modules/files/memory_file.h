/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory_file - a module's file as its own pages in the dump have it
 *
 * A core with all mapped pages (coredump_filter 0x7f, gdb's gcore) has what unwinding and names take:
 * code, .eh_frame, .dynsym; sections, and with them .symtab and debug info, are not mapped.
 */
#ifndef QC_MODULES_MEMORY_FILE_H
#define QC_MODULES_MEMORY_FILE_H

#include "modules/module.h"

/* An ELF image in the layout of the file. False: pages that nobody could write to are not all in the
   dump, so that the image would have holes. */
bool qc_memory_file(const struct qemucore_module *module, uint8_t **ret, size_t *ret_size);

#endif
