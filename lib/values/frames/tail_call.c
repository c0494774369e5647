/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/frames/tail_call.h"

#include <dwarf.h>

#include "dwarf/dwarf.h"
#include "values/frames/call_site.h"

struct place {
    struct qemucore_module *module;
    uint64_t address;
};

struct path {
    size_t count;
    struct qc_tail_call jumps[QC_LIMIT_TAIL_CALLS];
};

struct search {
    const struct qc_frame *callee;
    struct path path;   /* from the called function to where the search is */
    bool found;
    struct path first; /* the first path found */
    size_t common_begin; /* jumps that all paths begin with */
    size_t common_end; /* jumps that all paths end with */
    unsigned steps;
    bool unknown;     /* some path may lead to an unknown function */
};

static bool symbol_place(struct qemucore_module *module, const char *name, struct place *ret)
{
    ret->module = module;
    return module != NULL && name != NULL && qc_symbols_function(module, name, &ret->address);
}

/* Finds the start of the function that a call site names, in its module or else the callee's. */
static bool called_place(const struct search *search, struct qemucore_module *module,
                         Dwarf_Die *called, struct place *ret)
{
    Dwarf_Addr entry;
    ret->module = module;
    if (dwarf_entrypc(called, &entry) == 0) {
        ret->address = entry + module->dwarf_bias;
        return true;
    }
    if (qc_call_site_is_static(called)) {
        return qc_units_concrete(module, called, &ret->address);
    }
    const char *name = qc_call_site_name(called);
    return symbol_place(module, name, ret) || symbol_place(search->callee->module, name, ret);
}

static size_t equal_jumps(const struct qc_tail_call *left, const struct qc_tail_call *right,
                          size_t count, int direction)
{
    size_t equal = 0;
    while (equal < count && left->pc == right->pc) {
        equal++;
        left += direction;
        right += direction;
    }
    return equal;
}

static void path_found(struct search *search)
{
    const struct path *first = &search->first;
    const struct path *path = &search->path;
    if (!search->found) {
        search->found = true;
        search->first = *path;
        search->common_begin = search->common_end = path->count;
        return;
    }
    size_t begin = qc_min(search->common_begin, path->count);
    size_t end = qc_min(search->common_end, path->count);
    search->common_begin = equal_jumps(first->jumps, path->jumps, begin, 1);
    search->common_end = end == 0 ? 0
                           : equal_jumps(&first->jumps[first->count - 1],
                                         &path->jumps[path->count - 1], end, -1);
    search->unknown |= search->common_begin == 0 && search->common_end == 0;
}

/* Tells whether a call leads to a function whose file is missing, as the callee's file is. */
static bool leads_to_missing_file(struct qemucore_module *module, Dwarf_Die *called)
{
    Dwarf_Addr entry;
    const char *name = qc_call_site_name(called);
    return name != NULL && dwarf_entrypc(called, &entry) != 0 && !qc_call_site_is_static(called) &&
           qc_symbols_is_imported(module, name);
}

static bool reaches_callee(const struct search *search, struct qemucore_module *module,
                           Dwarf_Die *called)
{
    return search->callee->function_start == 0
               ? leads_to_missing_file(module, called)
               : qc_call_site_is_of(called, module, search->callee);
}

static void search_jumps(struct search *search, struct qemucore_module *module, Dwarf_Die *parent,
                         unsigned depth);

/* Only if all jumps of a function are described can we tell where it does not lead. */
static bool tells_all_jumps(Dwarf_Die *function)
{
    return dwarf_hasattr(function, DW_AT_call_all_calls) ||
           dwarf_hasattr(function, DW_AT_call_all_tail_calls) ||
           dwarf_hasattr(function, DW_AT_GNU_all_call_sites) ||
           dwarf_hasattr(function, DW_AT_GNU_all_tail_call_sites);
}

static void search_from(struct search *search, struct qemucore_module *module, Dwarf_Die *site)
{
    Dwarf_Die called;
    Dwarf_Die function;
    struct place place;
    if (!qc_call_site_called(site, &called)) {
        search->unknown = true;
    } else if (reaches_callee(search, module, &called)) {
        path_found(search);
    } else if (!called_place(search, module, &called, &place) ||
               !qc_units_function(place.module, place.address, &function) ||
               !tells_all_jumps(&function)) {
        search->unknown = true;
    } else {
        search_jumps(search, place.module, &function, 0);
    }
}

static bool is_on_path(const struct path *path, uint64_t pc)
{
    return qc_find(path->jumps, path->count, jump, jump->pc == pc) != NULL;
}

static void search_jump(struct search *search, struct qemucore_module *module, Dwarf_Die *site)
{
    Dwarf_Addr address;
    struct path *path = &search->path;
    if ((!dwarf_hasattr(site, DW_AT_call_tail_call) && !dwarf_hasattr(site, DW_AT_GNU_tail_call)) ||
        !qc_call_site_return_address(site, &address) ||
        is_on_path(path, address + module->dwarf_bias)) {
        return;
    }
    if (path->count == QC_LIMIT_TAIL_CALLS || ++search->steps > QC_LIMIT_TAIL_CALL_STEPS) {
        search->unknown = true;
        return;
    }
    path->jumps[path->count++] = (struct qc_tail_call){module, address + module->dwarf_bias};
    search_from(search, module, site);
    path->count--;
}

/* Jumps are in the function, its blocks and inlined calls. */
static void search_jumps(struct search *search, struct qemucore_module *module, Dwarf_Die *parent,
                         unsigned depth)
{
    Dwarf_Die child;
    int more;
    if (depth > QC_LIMIT_DIE_DEPTH || dwarf_child(parent, &child) != 0) {
        search->unknown |= depth > QC_LIMIT_DIE_DEPTH;
        return;
    }
    do {
        if (qc_call_site_is(&child)) {
            search_jump(search, module, &child);
        } else if (dwarf_haschildren(&child) == 1 && dwarf_tag(&child) != DW_TAG_subprogram) {
            search_jumps(search, module, &child, depth + 1);
        }
        more = search->unknown ? -1 : qc_frame_sibling(module, &child, &child);
    } while (more == 0);
    search->unknown |= more < 0;
}

size_t qc_tail_calls_find(const struct qc_frame *caller, const struct qc_frame *callee,
                          struct qc_tail_call *ret)
{
    struct search search = {.callee = callee};
    Dwarf_Die site;
    if (!qc_call_site_at(caller, &site)) {
        return 0;
    }
    search_from(&search, caller->module, &site);
    if (search.unknown || !search.found) {
        return 0;
    }
    /* The jumps in between differ among the paths. */
    size_t count = 0;
    for (size_t i = search.first.count; i > 0; i--) {
        if (i <= search.common_begin || i > search.first.count - search.common_end) {
            ret[count++] = search.first.jumps[i - 1];
        }
    }
    return count;
}
