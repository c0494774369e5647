/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * units - the compilation units of a module: which function, which inlined calls, which line
 *
 * Units are found through .debug_aranges, and those missing there by their own ranges.
 */
#pragma once

#include "modules/modules.h"

/* A function at an address, or a call that was inlined there. */
struct qc_scope {
    Dwarf_Die die;        /* DW_TAG_subprogram or DW_TAG_inlined_subroutine */
    bool inlined;
    const char *name;     /* NULL: not in the debug info; "name.isra.0" for a compiler's copy */
    uint64_t start;       /* start of the enclosing function, not inlined, in the process */
    const char *file;     /* source file of the current line; NULL: not known */
    unsigned line;        /* 0: not known */
};

/*
 * Stores the scopes at an address, innermost first: inlined calls, then the function that contains
 * them. Returns how many, at most count; 0 without debug info for the address. For the return
 * address of a call pass the address less one, which is within the call.
 */
size_t qc_units_scopes(struct qemucore_module *module, uint64_t address, struct qc_scope *scopes,
                       size_t count);

/* Finds the function whose entry is at an address. */
bool qc_units_function(struct qemucore_module *module, uint64_t address, Dwarf_Die *ret);

/* Stores where the code of an abstract function begins, in the process, if that code is in the same
   unit. False: there is none, or the compiler has made several copies. */
bool qc_units_concrete(struct qemucore_module *module, Dwarf_Die *abstract, uint64_t *ret);

/* Stores the offset of the DIE of the unit that has code at an address. */
bool qc_units_at(struct qemucore_module *module, uint64_t address, Dwarf_Off *ret);
