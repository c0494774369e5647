/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/cache.h"

#include <inttypes.h>
#include <search.h>

#include "dwarf/dwarf_limits.h"
#include "dwarf/sibling.h"

static void keep(void *unit)
{
    (void)unit;
}

static void cache_free(struct qc_dwarf_cache *cache)
{
    tdestroy(cache->line_units, keep);
    if (cache->index != NULL) {
        cache->index_free(cache->index);
    }
    if (cache->units != NULL) {
        cache->units_free(cache->units);
    }
    free(cache);
}

struct qc_dwarf_cache *qc_dwarf_cache(struct qemucore_module *module)
{
    if (module->dwarf_cache == NULL) {
        module->dwarf_cache = calloc(1, sizeof(*module->dwarf_cache));
        module->dwarf_cache_free = cache_free;
    }
    return module->dwarf_cache;
}

bool qc_frame_dies_add(struct qemucore_module *module, uint64_t count)
{
    struct qc_modules *modules = module->modules;
    struct qc_dwarf_cache *cache = qc_dwarf_cache(module);
    uint64_t most = cache == NULL ? 0 : (QC_LIMIT_FRAME_DIES - (modules->frame_dies - cache->frame_dies)) / 2;
    if (cache != NULL && cache->frame_dies + count <= most) {
        cache->frame_dies += count;
        modules->frame_dies += count;
        return true;
    }
    qc_module_problem(module,
                      "%s: frames are not looked up fully where debug info has more than %" PRIu64
                      " million entries",
                      qc_module_debug_path(module), most / 1000000);
    return false;
}

int qc_frame_sibling(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Die *ret)
{
    return qc_frame_dies_add(module, 1) ? qc_die_sibling(die, ret) : -1;
}

bool qc_frame_has_pc(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Addr address)
{
    Dwarf_Addr base;
    Dwarf_Addr start;
    Dwarf_Addr end;
    ptrdiff_t next = 0;
    while ((next = dwarf_ranges(die, next, &base, &start, &end)) > 0 && qc_frame_dies_add(module, 1)) {
        if (address >= start && address < end) {
            return true;
        }
    }
    return false;
}

unsigned qc_unit_scope_depth(Dwarf_Die *unit)
{
    Dwarf_Off start = dwarf_dieoffset(unit) - dwarf_cuoffset(unit);
    Dwarf_Off end;
    size_t header;
    uint64_t most = dwarf_nextcu(dwarf_cu_getdwarf(unit->cu), start, &end, &header, NULL, NULL,
                                 NULL) == 0 && end > start
                        ? QC_LIMIT_SCOPES / (end - start)
                        : 0;
    return most < QC_LIMIT_DIE_DEPTH ? (unsigned)most : QC_LIMIT_DIE_DEPTH;
}
