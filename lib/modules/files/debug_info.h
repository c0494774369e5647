/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debug_info - where a module's debug info is, and libdw's view of it
 *
 * It is in the module's own file, or in a separate one; dwz may have moved parts of either to one
 * more. libdw gets them with compressed sections made plain (section_inflate.h), and only when
 * somebody asks for debug info: symbols are read from the files as they are.
 */
#ifndef QC_MODULES_DEBUG_INFO_H
#define QC_MODULES_DEBUG_INFO_H

#include "modules/module.h"

/* The separate file, looked up at the first call; NULL: there is none. */
Elf *qc_module_separate(struct qemucore_module *module);

/* A descriptor of the separate file, for the caller to close, and its path (malloc); -1: there is
   none. */
int qc_module_separate_open(struct qemucore_module *module, char **name);

/* Before the module's own ELF handle goes. */
void qc_module_dwarf_close(struct qemucore_module *module);

#endif
