/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cache - what the dwarf floor derives from a module's debug info, and keeps with the module
 */
#pragma once

#include <elfutils/libdw.h>

#include "modules/modules.h"

/* Each part is made at its first use by its own file, which also sets how it is freed. */
struct qc_dwarf_cache {
    struct qc_units *units;
    struct qc_index *index;
    void (*units_free)(struct qc_units *units);
    void (*index_free)(struct qc_index *index);
    uint64_t frame_dies;    /* DIEs gone through for frames of this module */
    uint64_t line_programs; /* bytes of line programs run: see index/line_program.h */
    void *line_units;       /* tree of tsearch(3): the Dwarf_CUs that these are of */
    uint64_t members;       /* members of structures listed: see QC_LIMIT_ALL_MEMBERS */
};

/* Returns the module's cache. NULL: out of memory. */
struct qc_dwarf_cache *qc_dwarf_cache(struct qemucore_module *module);

/* Counts DIEs that are gone through for frames. Returns false beyond the limit, and records a
   problem of the module. A module may use half of what the other modules leave. */
bool qc_frame_dies_add(struct qemucore_module *module, uint64_t count);

/* Like qc_die_sibling, counted by qc_frame_dies_add. Negative also when the limit is reached. */
int qc_frame_sibling(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Die *ret);

/* Like dwarf_haspc(3), but counted: a million DIEs may share a list of a million ranges. */
bool qc_frame_has_pc(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Addr address);

/* Returns how deep to descend into the scopes of a unit, given its DIE. After each scope, libdw
   goes through everything in that scope once more. */
unsigned qc_unit_scope_depth(Dwarf_Die *unit);
