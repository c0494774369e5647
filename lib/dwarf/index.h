/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * names - variables and types of a module's debug info, by name
 *
 * dwz and the compiler put a type in any unit, and most units only declare it, so a name is looked
 * up over all of them, in the order of the file: they are walked once, each no earlier than a
 * question needs it.
 */
#ifndef QC_DWARF_INDEX_H
#define QC_DWARF_INDEX_H

#include "modules/module.h"

struct qc_names;

/*
 * A variable with static storage: global before static; of several static ones the first. unit is
 * the end of the path of the source file that defines it ("util/rcu.c"), for names that many files
 * use for their own; NULL: any.
 */
bool qc_names_variable(struct qemucore_module *module, const char *name, const char *unit,
                       Dwarf_Die *ret);

/* Has what is defined in a source file ("object.c", without its path) found first, which spares
   the walk to it. */
void qc_names_prefer(struct qemucore_module *module, const char *file);

/* All variables will be asked for: begins to gather them in the background. */
void qc_names_look_ahead(struct qemucore_module *module);

/* All of them, in no order, until the visitor answers false. Variables with the same type_key are of
   the same type; 0: not known. */
typedef bool qc_names_visitor(void *opaque, const char *name, Dwarf_Die *die, uint64_t type_key);
void qc_names_each_variable(struct qemucore_module *module, qc_names_visitor *visitor,
                            void *opaque);

/* A structure, union or enumeration with its members, by its tag; else a typedef. One of a structure
   that has no tag is taken as soon as it is met. */
bool qc_names_type(struct qemucore_module *module, const char *name, Dwarf_Die *ret);

void qc_names_free(struct qc_names *names);

#endif
