/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debug_info - where a module's debug info is, and libdw's view of it
 *
 * Debug info is in the module's own file, or in a separate one; dwz may have moved parts of either
 * to a third. libdw gets the files with compressed sections inflated (section_inflate.h), and only
 * when debug info is asked for. Symbols are read from the files as they are.
 */
#pragma once

#include "modules/module.h"

/* Returns the separate file, which it looks for at the first call; NULL: there is none. */
Elf *qc_module_separate(struct qemucore_module *module);

/* Returns a descriptor of the separate file, for the caller to close, and in *name its path
   (malloc); -1: there is none. */
int qc_module_separate_open(struct qemucore_module *module, char **name);

/* Closes the debug info. To be called before the module's own ELF handle is closed. */
void qc_module_dwarf_close(struct qemucore_module *module);
