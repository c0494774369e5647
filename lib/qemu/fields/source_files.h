/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source_files - which source files of QEMU know a type or a thread-local variable
 *
 * Few files know these types, and the symbol table does not tell which file defines a thread-local
 * variable. To index such a file first saves reading all units of the debug info (doc/speed.md).
 */
#pragma once

#include "modules/modules.h"

/* Indexes the source files that know a type or variable; to be called before it is looked up. */
void qc_source_files_index(struct qc_modules *modules, const char *name);
