/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/cache.h"

static void cache_free(struct qc_dwarf_cache *cache)
{
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
