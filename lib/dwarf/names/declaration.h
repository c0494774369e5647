/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * declaration - where the source declares something
 */
#ifndef QC_DWARF_DECLARATION_H
#define QC_DWARF_DECLARATION_H

#include "dwarf/values/object.h"

/* Of the variable or member that the object is. The path is as the debug info spells it; false:
   it does not say. */
bool qc_object_declaration(const struct qemucore_object *object, const char **file, unsigned *line);

#endif
