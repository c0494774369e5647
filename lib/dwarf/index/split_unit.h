/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * split_unit - the unit in a .dwo file for which one in the module's debug info stands (DWARF 5, 7.3.2;
 * before, GNU's DebugFission)
 */
#ifndef QC_DWARF_SPLIT_UNIT_H
#define QC_DWARF_SPLIT_UNIT_H

#include "modules/modules.h"

/* The DIE below which a unit's functions, types and variables are: its own, or that of the unit in a .dwo file for
   which it stands. False: that file can't be read, which is a problem of the module's. */
bool qc_split_unit_content(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Die *ret);

#endif
