/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * module_file - the file of a module, for the image and for libdwfl
 *
 * libdwfl asks for it, and for the separate one, by callback and gets what we have found; it never
 * searches by itself, so that nothing is opened, and nothing downloaded, that the rules of
 * elf_file.h don't allow.
 */
#ifndef QC_MODULES_MODULE_FILE_H
#define QC_MODULES_MODULE_FILE_H

#include "modules/module.h"

extern const Dwfl_Callbacks qc_module_dwfl_callbacks;

/* Adds the executable whose file is known but not its place: entry is AT_ENTRY. */
void qc_module_place_executable(struct qc_modules *modules, const char *path, uint64_t entry);

/* What is wrong with the module's files, in one sentence; the first one stays. */
void qc_module_problem(struct qemucore_module *module, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Releases what qc_module_open has taken; after dwfl_end. */
void qc_module_close(struct qemucore_module *module);

#endif
