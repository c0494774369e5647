/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cache - what this floor has made of a module's debug info, and keeps with the module
 */
#ifndef QC_DWARF_CACHE_H
#define QC_DWARF_CACHE_H

#include <elfutils/libdw.h>

#include "modules/modules.h"

/* Each part is made at its first use, by its own file, which says how it is freed. */
struct qc_dwarf_cache {
    struct qc_units *units;
    struct qc_index *index;
    void (*units_free)(struct qc_units *units);
    void (*index_free)(struct qc_index *index);
    uint64_t frame_dies;    /* that have been gone through for frames */
    uint64_t line_programs; /* bytes of those that have been run: see index/line_program.h */
};

/* NULL: out of memory. */
struct qc_dwarf_cache *qc_dwarf_cache(struct qemucore_module *module);

/* What is gone through for frames is counted; false: it is too much, which is told. A module may have half
   of what the others leave. */
bool qc_frame_dies_add(struct qemucore_module *module, uint64_t count);

/* As qc_die_sibling, where that is done for a frame; negative, too, where it is too much. */
int qc_frame_sibling(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Die *ret);

/* As dwarf_haspc(3): a million DIEs may share a list of a million ranges. */
bool qc_frame_has_pc(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Addr address);

/* How deep scopes of a unit, whose DIE this is, are gone into: behind each of them libdw goes through all that is
   in it once more. */
unsigned qc_unit_scope_depth(Dwarf_Die *unit);

#endif
