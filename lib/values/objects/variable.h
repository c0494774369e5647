/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * variable - arguments and locals of a frame
 */
#pragma once

#include "values/objects/object.h"

/* Adds the parameters of a function or an inlined call, in the order of their declaration. False:
   out of memory, some may be missing. */
bool qc_variables_arguments(const struct qc_frame *frame, Dwarf_Die *scope, struct qc_objects *ret);
/* Adds the locals in scope at the frame's address, those of outer blocks first. */
bool qc_variables_locals(const struct qc_frame *frame, Dwarf_Die *scope, struct qc_objects *ret);

/* Finds the declaration of the variable or member that the object is. The path is spelled as in the
   debug info. False: not in the debug info. */
bool qc_object_declaration(const struct qemucore_object *object, const char **file, unsigned *line);
