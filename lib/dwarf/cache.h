/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cache - what this floor has made of a module's debug info, and keeps with the module
 */
#ifndef QC_DWARF_CACHE_H
#define QC_DWARF_CACHE_H

#include "modules/modules.h"

/* Each part is made at its first use, by its own file, which says how it is freed. */
struct qc_dwarf_cache {
    struct qc_units *units;
    struct qc_index *index;
    void (*units_free)(struct qc_units *units);
    void (*index_free)(struct qc_index *index);
    uint64_t line_programs; /* bytes of those that have been run: see index/line_program.h */
};

/* NULL: out of memory. */
struct qc_dwarf_cache *qc_dwarf_cache(struct qemucore_module *module);

#endif
