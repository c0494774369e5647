/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sibling - the DIE that follows another one
 */
#pragma once

#include <elfutils/libdw.h>

/* Like dwarf_siblingof(3), but a DW_AT_sibling that leads backwards is an error: a loop over
   siblings would never end. */
static inline int qc_die_sibling(Dwarf_Die *die, Dwarf_Die *ret)
{
    Dwarf_Off before = dwarf_dieoffset(die);
    int status = dwarf_siblingof(die, ret);
    return status == 0 && dwarf_dieoffset(ret) <= before ? -1 : status;
}
