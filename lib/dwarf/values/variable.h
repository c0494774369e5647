/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * variable - arguments and locals of a frame
 */
#ifndef QC_DWARF_VARIABLE_H
#define QC_DWARF_VARIABLE_H

#include "dwarf/values/object.h"

/* Parameters of a function or an inlined call, in the order of its declaration. False: memory ran
   out, and some may be missing. */
bool qc_variables_arguments(const struct qc_frame *frame, Dwarf_Die *scope,
                            struct qc_objects *ret);
/* Locals that are in scope at the frame's address, those of outer blocks first. */
bool qc_variables_locals(const struct qc_frame *frame, Dwarf_Die *scope, struct qc_objects *ret);

#endif
