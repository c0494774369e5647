/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * index - variables and types of a module's debug info, by name
 *
 * dwz and the compiler put a type in any unit, and most units only declare it, so a name is looked
 * up over all of them, in the order of the file. Each unit is read once, and no earlier than a
 * question needs it.
 */
#ifndef QC_DWARF_INDEX_H
#define QC_DWARF_INDEX_H

#include "dwarf/index/die_reader.h"
#include "modules/modules.h"

/*
 * A variable with static storage: global before static; of several static ones the first. unit is
 * the end of the path of the source file that defines it ("util/rcu.c"), for names that many files
 * use for their own; NULL: any.
 */
bool qc_index_variable(struct qemucore_module *module, const char *name, const char *unit,
                       Dwarf_Die *ret);

/* Reads the units of a source file ("object.c", without its path), so that what it defines is found
   without reading those before them. */
void qc_index_source_file(struct qemucore_module *module, const char *name);

/* Begins to read all units in the background: all variables will be asked for. */
void qc_index_begin(struct qemucore_module *module);

/* All variables, in no order, until the visitor answers false. */
typedef bool qc_index_visitor(void *opaque, const char *name, Dwarf_Die *die,
                              const struct qc_type_key *type_key);
void qc_index_each_variable(struct qemucore_module *module, qc_index_visitor *visitor,
                            void *opaque);

/* A structure, union or enumeration with its members, by its tag; else a typedef. */
bool qc_index_type(struct qemucore_module *module, const char *name, Dwarf_Die *ret);

/* The structure that a source file ("file-posix.c") has of its own under a tag that other files use,
   too. */
bool qc_index_type_of_file(struct qemucore_module *module, const char *name, const char *source,
                           Dwarf_Die *ret);

#endif
