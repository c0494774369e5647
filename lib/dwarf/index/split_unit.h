/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * split_unit - the unit in a .dwo file that a skeleton unit of the module's debug info stands for
 * (DWARF 5, 7.3.2; before DWARF 5, GNU's DebugFission)
 */
#pragma once

#include "modules/modules.h"

/* Stores the DIE that has a unit's functions, types and variables as children: the unit's own, or,
   for a skeleton unit, that of the unit in the .dwo file. False: that file can't be read, which is
   recorded as a problem of the module. */
bool qc_split_unit_content(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Die *ret);
