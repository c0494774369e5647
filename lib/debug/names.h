/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * names - variables and types of a module's debug info, by name
 *
 * dwz and the compiler put a type in any unit, and most units only declare it, so a name is looked
 * up over all of them: they are walked once, at the first question.
 */
#ifndef QC_DEBUG_NAMES_H
#define QC_DEBUG_NAMES_H

#include "debug/module.h"

struct qc_names;

/* A variable with static storage: global before static; of several static ones the first. */
bool qc_names_variable(struct qemucore_module *module, const char *name, Dwarf_Die *ret);

/* A structure, union or enumeration with its members, by its tag, or a typedef. */
bool qc_names_type(struct qemucore_module *module, const char *name, Dwarf_Die *ret);

void qc_names_free(struct qc_names *names);

#endif
