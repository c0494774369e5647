/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * units - the compilation units of a module: which function, which inlined calls, which line
 *
 * Units are found through .debug_aranges, and those that it does not name by their own ranges.
 */
#ifndef QC_DWARF_UNITS_H
#define QC_DWARF_UNITS_H

#include "modules/modules.h"

/* A function at an address, or a call that was inlined there. */
struct qc_scope {
    Dwarf_Die die;        /* DW_TAG_subprogram or DW_TAG_inlined_subroutine */
    bool inlined;
    const char *name;     /* NULL: the debug info has none; of a compiler's copy "name.isra.0" */
    uint64_t start;       /* of the function that is not inlined, in the process */
    const char *file;     /* the source line within it; NULL: unknown */
    unsigned line;        /* 0: unknown */
};

/*
 * The scopes at an address, innermost first: inlined calls, then the function that they are part
 * of. At most count; answers how many, 0 without debug info for the address. For the return
 * address of a call pass the address less one: the call is what the frame is at.
 */
size_t qc_units_scopes(struct qemucore_module *module, uint64_t address, struct qc_scope *scopes,
                       size_t count);

/* The function whose entry is at an address. */
bool qc_units_function(struct qemucore_module *module, uint64_t address, Dwarf_Die *ret);

/* Where the function begins that an abstract one of the same unit stands for, in the process. False:
   nowhere, or the compiler has made several of it. */
bool qc_units_concrete(struct qemucore_module *module, Dwarf_Die *abstract, uint64_t *ret);

/* The unit that has code at an address: where its DIE is in the debug info. */
bool qc_units_at(struct qemucore_module *module, uint64_t address, Dwarf_Off *ret);

#endif
