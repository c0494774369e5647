/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * index - variables and types of a module's debug info, by name
 *
 * dwz and the compiler put a type in any unit, and most units only declare it, so a name is looked
 * up in all units, in the order of the file. Each unit is read once, when a lookup needs it.
 */
#pragma once

#include "dwarf/index/die_reader.h"
#include "modules/modules.h"

/*
 * Finds a variable with static storage: a global one before static ones, the first of several
 * static ones. unit is the end of the source file's path ("util/rcu.c"), for names that many files
 * use for variables of their own; NULL: any source file.
 */
bool qc_index_variable(struct qemucore_module *module, const char *name, const char *unit,
                       Dwarf_Die *ret);

/* Reads the units of a source file ("object.c", without its path), to find what that file defines
   without reading the units before. */
void qc_index_source_file(struct qemucore_module *module, const char *name);

/* Starts to read all units in the background, for a caller that will need all variables. */
void qc_index_begin(struct qemucore_module *module);

/* Visits all variables, in no particular order, until the visitor returns false. */
typedef bool qc_index_visitor(void *opaque, const char *name, Dwarf_Die *die,
                              const struct qc_type_key *type_key);
void qc_index_each_variable(struct qemucore_module *module, qc_index_visitor *visitor,
                            void *opaque);

/* Finds a structure, union or enumeration with its members, by its tag; else a typedef. */
bool qc_index_type(struct qemucore_module *module, const char *name, Dwarf_Die *ret);

/* Finds the structure that a source file ("file-posix.c") defines under a tag that other files use,
   too. */
bool qc_index_type_of_file(struct qemucore_module *module, const char *name, const char *source,
                           Dwarf_Die *ret);
