/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/units.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/cache.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/index/line_program.h"
#include "dwarf/index/split_unit.h"
#include "dwarf/names/full_name.h"
#include "dwarf/sibling.h"
#include "modules/modules.h"

/* Cost of a kept range (48 bytes), counted as so many DIEs. */
#define RANGE_COST 64

struct function {
    Dwarf_Addr start;
    Dwarf_Addr end;
    Dwarf_Die die;
};

struct unit {
    Dwarf_Die die;
    Dwarf_Off offset;
    bool in_aranges;
    bool functions_loaded;
    Dwarf_Die content; /* the unit in the .dwo file if die is a skeleton, else die */
    QC_VEC(struct function) functions; /* one entry for each range of addresses */
    bool lines_loaded;
    Dwarf_Lines *lines; /* owned by libdw */
    size_t line_count;
    const char *directory; /* DW_AT_comp_dir; NULL: not read yet */
};

struct unit_range {
    Dwarf_Addr start;
    Dwarf_Addr end;
    Dwarf_Addr reach; /* the highest end of the ranges up to this one, in the sorted list */
    size_t unit;
};

struct qc_units {
    QC_VEC(struct unit) list;         /* by offset */
    QC_VEC(struct unit_range) ranges; /* by start */
};

QC_DEFINE_ORDER(compare_ranges, struct unit_range, qc_compare(a->start, b->start))

static bool units_add_range(struct qc_units *units, Dwarf_Addr start, Dwarf_Addr end, size_t unit)
{
    const struct unit_range range = {.start = start, .end = end, .unit = unit};
    return start >= end || qc_vec_push(&units->ranges, range);
}

static void units_collect(struct qc_units *units, Dwarf *dwarf)
{
    Dwarf_CU *cu = NULL;
    Dwarf_Die die;
    uint8_t type;
    while (dwarf_get_units(dwarf, cu, &cu, NULL, &type, &die, NULL) == 0) {
        if (type != DW_UT_compile && type != DW_UT_skeleton) {
            continue;
        }
        struct unit *unit = qc_vec_add(&units->list);
        if (unit == NULL) {
            return;
        }
        unit->die = die;
        unit->offset = dwarf_dieoffset(&die);
    }
}

/* Returns the index of the unit whose DIE is at offset. SIZE_MAX: none. */
static size_t units_at(const struct qc_units *units, Dwarf_Off offset)
{
    size_t low = qc_lower_bound(units->list.count, i, units->list.items[i].offset < offset);
    return low < units->list.count && units->list.items[low].offset == offset ? low : SIZE_MAX;
}

/* .debug_aranges saves reading the DIEs of the units, for which libdw decodes abbreviations. It is
   optional, and may cover some units only: clang does not write it. */
static void units_add_aranges(struct qc_units *units, Dwarf *dwarf)
{
    Dwarf_Aranges *aranges;
    size_t count;
    if (dwarf_getaranges(dwarf, &aranges, &count) != 0) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        Dwarf_Addr start;
        Dwarf_Word length;
        Dwarf_Off offset;
        size_t index;
        if (dwarf_getarangeinfo(dwarf_onearange(aranges, i), &start, &length, &offset) == 0 &&
            length <= UINT64_MAX - start && (index = units_at(units, offset)) != SIZE_MAX) {
            units->list.items[index].in_aranges =
                units_add_range(units, start, start + length, index);
        }
    }
}

static void units_add_ranges(struct qemucore_module *module, struct qc_units *units, size_t index)
{
    Dwarf_Die *die = &units->list.items[index].die;
    Dwarf_Addr base;
    Dwarf_Addr start;
    Dwarf_Addr end;
    ptrdiff_t next = 0;
    while ((next = dwarf_ranges(die, next, &base, &start, &end)) > 0 &&
           qc_frame_dies_add(module, RANGE_COST)) {
        if (!units_add_range(units, start, end, index)) {
            return;
        }
    }
}

static void units_sort_ranges(struct qc_units *units)
{
    Dwarf_Addr reach = 0;
    qc_vec_sort(&units->ranges, compare_ranges);
    qc_vec_each(&units->ranges, range) {
        reach = qc_max(range->end, reach);
        range->reach = reach;
    }
}

static void units_free(struct qc_units *units)
{
    qc_vec_free_each(&units->list, item, qc_vec_free(&item->functions));
    qc_vec_free(&units->ranges);
    free(units);
}

static struct qc_units *units_load(struct qemucore_module *module)
{
    struct qc_dwarf_cache *cache = qc_dwarf_cache(module);
    if (cache == NULL || cache->units != NULL) {
        return cache == NULL ? NULL : cache->units;
    }
    cache->units = calloc(1, sizeof(*cache->units));
    cache->units_free = units_free;
    Dwarf_Addr bias;
    Dwarf *dwarf = qc_module_dwarf(module, &bias);
    struct qc_units *units = cache->units;
    if (units == NULL || dwarf == NULL) {
        return units;
    }
    units_collect(units, dwarf);
    units_add_aranges(units, dwarf);
    for (size_t i = 0; i < units->list.count; i++) {
        if (!units->list.items[i].in_aranges) {
            units_add_ranges(module, units, i);
        }
    }
    units_sort_ranges(units);
    return units;
}

static void unit_add_function(struct qemucore_module *module, struct unit *unit, Dwarf_Die *die)
{
    Dwarf_Addr base;
    Dwarf_Addr start;
    Dwarf_Addr end;
    ptrdiff_t next = 0;
    while ((next = dwarf_ranges(die, next, &base, &start, &end)) > 0 &&
           qc_frame_dies_add(module, RANGE_COST)) {
        if (!qc_vec_push(&unit->functions, (struct function){start, end, *die})) {
            return;
        }
    }
}

/* Collects the functions of a unit. In C all are children of the unit's DIE; in C++ they are also
   in namespaces and classes. */
static void unit_collect_functions(struct qemucore_module *module, struct unit *unit, Dwarf_Die *parent,
                                   unsigned depth)
{
    Dwarf_Die child;
    if (dwarf_child(parent, &child) != 0) {
        return;
    }
    do {
        switch (dwarf_tag(&child)) {
        case DW_TAG_subprogram:
            unit_add_function(module, unit, &child);
            break;
        case DW_TAG_namespace:
        case DW_TAG_module:
        case DW_TAG_class_type:
        case DW_TAG_structure_type:
            if (depth > 0) {
                unit_collect_functions(module, unit, &child, depth - 1);
            } else if (dwarf_haschildren(&child) == 1) {
                qc_module_problem(module,
                                  "%s: functions so deep in namespaces of so large a unit are not looked up",
                                  qc_module_debug_path(module));
            }
            break;
        }
    } while (qc_die_sibling(&child, &child) == 0);
}

static struct function *unit_function(struct qemucore_module *module, struct unit *unit,
                                      Dwarf_Addr address)
{
    if (!unit->functions_loaded) {
        unit->functions_loaded = true;
        if (qc_split_unit_content(module, &unit->die, &unit->content)) {
            unit_collect_functions(module, unit, &unit->content, qc_unit_scope_depth(&unit->content));
        }
    }
    for (size_t i = 0; i < unit->functions.count && qc_frame_dies_add(module, i % 8 == 0); i++) {
        struct function *function = &unit->functions.items[i];
        if (address >= function->start && address < function->end) {
            return function;
        }
    }
    return NULL;
}

/* Returns how many ranges start at or before an address. */
static size_t ranges_up_to(const struct qc_units *units, Dwarf_Addr address)
{
    return qc_lower_bound(units->ranges.count, i, units->ranges.items[i].start <= address);
}

/* Finds the unit that has a function at an address. Ranges of units may overlap (comdat functions
   of C++), so the ranges that start before the address are tried from the nearest on, until none of
   those before reaches it. */
static struct unit *units_find(struct qemucore_module *module, Dwarf_Addr address,
                               struct function **function)
{
    struct qc_units *units = module->dwarf_cache->units;
    size_t low = ranges_up_to(units, address);
    for (size_t i = low; i > 0 && qc_frame_dies_add(module, 1); i--) {
        const struct unit_range *range = &units->ranges.items[i - 1];
        struct unit *unit = &units->list.items[range->unit];
        if (address >= range->reach) {
            return NULL;
        }
        if (address < range->end && (*function = unit_function(module, unit, address)) != NULL) {
            return unit;
        }
    }
    return NULL;
}

/* Returns a source path as it was given to the compiler: libdw puts the compilation directory
   before a relative path, which tells about the build machine and not about the source. */
static const char *unit_plain_path(struct unit *unit, const char *path)
{
    if (unit->directory == NULL) {
        Dwarf_Attribute attribute;
        const char *directory = dwarf_formstring(dwarf_attr(&unit->die, DW_AT_comp_dir, &attribute));
        unit->directory = qc_str_or(directory, "");
    }
    size_t length = strlen(unit->directory);
    if (path != NULL && length != 0 && strncmp(path, unit->directory, length) == 0 &&
        path[length] == '/') {
        return path + length + 1;
    }
    return path;
}

static Dwarf_Addr line_address(Dwarf_Lines *lines, size_t index)
{
    Dwarf_Addr address = 0;
    dwarf_lineaddr(dwarf_onesrcline(lines, index), &address);
    return address;
}

static bool line_flag(int (*function)(Dwarf_Line *, bool *), Dwarf_Line *line)
{
    bool flag = false;
    function(line, &flag);
    return flag;
}

/* The line table for files is that of the .dwo file; the one for lines is the skeleton unit's. */
static bool unit_lines_fit(struct qemucore_module *module, struct unit *unit)
{
    return qc_line_program_fits(module, &unit->die) &&
           (unit->content.cu == unit->die.cu || qc_line_program_fits(module, &unit->content));
}

static bool unit_files(struct qemucore_module *module, struct unit *unit, Dwarf_Files **files,
                       size_t *count)
{
    errno = 0;
    bool are_read = unit_lines_fit(module, unit) &&
                    dwarf_getsrcfiles(&unit->content, files, count) == 0;
    qc_shortage_add_errno(are_read ? 0 : errno);
    return are_read;
}

/* Sets the line of the enclosing scope: where the inlined call was written. */
static void unit_line_of_call(struct qemucore_module *module, struct unit *unit, Dwarf_Die *inlined,
                              struct qc_scope *around)
{
    Dwarf_Attribute attribute;
    Dwarf_Word line = 0;
    Dwarf_Word file = 0;
    Dwarf_Files *files = NULL;
    size_t file_count = 0;
    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) == 0) {
        around->line = (unsigned)line;
    }
    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) == 0 &&
        unit_files(module, unit, &files, &file_count) && file < file_count) {
        around->file = unit_plain_path(unit, dwarf_filesrc(files, (size_t)file, NULL, NULL));
    }
}

static bool is_scope_tag(int tag)
{
    return tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block ||
           tag == DW_TAG_try_block || tag == DW_TAG_catch_block;
}

/* Finds the child scope that holds address, also inside a block that has no addresses. */
static bool scope_inner(struct qemucore_module *module, Dwarf_Die *parent, Dwarf_Addr address,
                        unsigned depth, Dwarf_Die *ret)
{
    Dwarf_Die child;
    if (depth > QC_LIMIT_DIE_DEPTH || dwarf_child(parent, &child) != 0) {
        return false;
    }
    do {
        if (!is_scope_tag(dwarf_tag(&child))) {
            continue;
        }
        if (qc_frame_has_pc(module, &child, address)) {
            *ret = child;
            return true;
        }
        if (dwarf_tag(&child) == DW_TAG_lexical_block && !dwarf_hasattr(&child, DW_AT_low_pc) &&
            !dwarf_hasattr(&child, DW_AT_ranges) &&
            scope_inner(module, &child, address, depth + 1, ret)) {
            return true;
        }
    } while (qc_frame_sibling(module, &child, &child) == 0);
    return false;
}

static void unit_load_lines(struct qemucore_module *module, struct unit *unit)
{
    if (unit->lines_loaded || !unit_lines_fit(module, unit)) {
        return;
    }
    unit->lines_loaded = true;
    errno = 0;
    if (dwarf_getsrclines(&unit->die, &unit->lines, &unit->line_count) != 0) {
        unit->line_count = 0;
        qc_shortage_add_errno(errno); /* libdw lacked memory: the lines are not absent */
    }
}

/* Finds the row of the line table that covers address. Of several rows at one address it takes the
   last that begins a statement, as gdb does; if none does, the last. */
static bool unit_row(const struct unit *unit, Dwarf_Addr address, size_t *ret)
{
    size_t low = qc_lower_bound(unit->line_count, i, line_address(unit->lines, i) <= address);
    if (low == 0) {
        return false;
    }
    Dwarf_Line *line = dwarf_onesrcline(unit->lines, low - 1);
    if (line_flag(dwarf_lineendsequence, line)) {
        return false;
    }
    *ret = low - 1;
    Dwarf_Addr start = line_address(unit->lines, low - 1);
    for (size_t i = low - 1; !line_flag(dwarf_linebeginstatement, line) && i > 0; i--) {
        Dwarf_Line *earlier = dwarf_onesrcline(unit->lines, i - 1);
        if (line_address(unit->lines, i - 1) != start ||
            line_flag(dwarf_lineendsequence, earlier)) {
            break;
        }
        if (line_flag(dwarf_linebeginstatement, earlier)) {
            line = earlier;
            *ret = i - 1;
        }
    }
    return true;
}

/* Tells whether the code at an address is the function's own, rather than inlined into it. */
static bool is_own_code(struct qemucore_module *module, Dwarf_Die die, Dwarf_Addr address)
{
    bool own = qc_frame_has_pc(module, &die, address);
    Dwarf_Die inner;
    for (unsigned depth = 0; own && depth < QC_LIMIT_DIE_DEPTH; depth++) {
        if (!scope_inner(module, &die, address, 0, &inner)) {
            break;
        }
        own = dwarf_tag(&inner) != DW_TAG_inlined_subroutine;
        die = inner;
    }
    return own;
}

/* Line 0 is code that clang has merged from several lines, or has added itself. gdb takes the row
   before instead, but that row may belong to another function. */
static void unit_line(struct qemucore_module *module, struct unit *unit, Dwarf_Addr address,
                      struct qc_scope *scope)
{
    size_t row;
    int number = 0;
    unit_load_lines(module, unit);
    if (!unit_row(unit, address, &row)) {
        return;
    }
    Dwarf_Line *line = dwarf_onesrcline(unit->lines, row);
    dwarf_lineno(line, &number);
    for (size_t i = row; number == 0 && i > 0 && row - i < QC_LIMIT_LINE_ROWS; i--) {
        line = dwarf_onesrcline(unit->lines, i - 1);
        if (line_flag(dwarf_lineendsequence, line) ||
            !is_own_code(module, scope->die, line_address(unit->lines, i - 1))) {
            return;
        }
        dwarf_lineno(line, &number);
    }
    if (number > 0) {
        scope->line = (unsigned)number;
        scope->file = unit_plain_path(unit, dwarf_linesrc(line, NULL, NULL));
    }
}

/* scopes_find stores the outermost first. */
static void scopes_reverse(struct qc_scope *scopes, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct qc_scope swapped = scopes[i];
        scopes[i] = scopes[count - 1 - i];
        scopes[count - 1 - i] = swapped;
    }
}

/* Stores the function and the calls inlined at an address, outermost first. */
static size_t scopes_find(struct qemucore_module *module, struct unit *unit, Dwarf_Die die,
                          Dwarf_Addr at, struct qc_scope *scopes, size_t count)
{
    size_t found = 0;
    for (unsigned depth = 0; depth < QC_LIMIT_DIE_DEPTH && found < count; depth++) {
        bool inlined = dwarf_tag(&die) == DW_TAG_inlined_subroutine;
        if (inlined || depth == 0) {
            if (inlined) {
                unit_line_of_call(module, unit, &die, &scopes[found - 1]);
            }
            scopes[found++] = (struct qc_scope){
                .die = die,
                .inlined = inlined,
                .name = qc_full_name_linked(&unit->die, &die),
            };
        }
        Dwarf_Die parent = die;
        if (!scope_inner(module, &parent, at, 0, &die)) {
            break;
        }
    }
    return found;
}

size_t qc_units_scopes(struct qemucore_module *module, uint64_t address, struct qc_scope *scopes,
                       size_t count)
{
    struct qc_units *units = units_load(module);
    struct function *function = NULL;
    Dwarf_Addr at = address - module->dwarf_bias;
    struct unit *unit =
        units == NULL || count == 0 ? NULL : units_find(module, at, &function);
    if (unit == NULL) {
        return 0;
    }
    size_t found = scopes_find(module, unit, function->die, at, scopes, count);
    unit_line(module, unit, at, &scopes[found - 1]);
    Dwarf_Addr entry = function->start;
    dwarf_entrypc(&function->die, &entry);
    for (size_t i = 0; i < found; i++) {
        scopes[i].start = entry + module->dwarf_bias;
    }
    scopes_reverse(scopes, found);
    return found;
}

bool qc_units_function(struct qemucore_module *module, uint64_t address, Dwarf_Die *ret)
{
    struct function *function;
    Dwarf_Addr at = address - module->dwarf_bias;
    Dwarf_Addr entry;
    if (units_load(module) == NULL || units_find(module, at, &function) == NULL ||
        dwarf_entrypc(&function->die, &entry) != 0 || entry != at) {
        return false;
    }
    *ret = function->die;
    return true;
}

bool qc_units_concrete(struct qemucore_module *module, Dwarf_Die *abstract, uint64_t *ret)
{
    Dwarf_Die unit_die;
    struct qc_units *units = units_load(module);
    size_t index = units == NULL || dwarf_diecu(abstract, &unit_die, NULL, NULL) == NULL
                       ? SIZE_MAX
                       : units_at(units, dwarf_dieoffset(&unit_die));
    const void *seen = NULL;
    for (size_t i = 0; index != SIZE_MAX && i < units->list.items[index].functions.count; i++) {
        struct function *function = &units->list.items[index].functions.items[i];
        Dwarf_Attribute attribute;
        Dwarf_Die origin;
        Dwarf_Addr entry;
        if (function->die.addr == seen ||
            dwarf_formref_die(dwarf_attr(&function->die, DW_AT_abstract_origin, &attribute),
                              &origin) == NULL ||
            origin.addr != abstract->addr || dwarf_entrypc(&function->die, &entry) != 0) {
            continue;
        }
        if (seen != NULL) {
            return false;
        }
        seen = function->die.addr;
        *ret = entry + module->dwarf_bias;
    }
    return seen != NULL;
}

bool qc_units_at(struct qemucore_module *module, uint64_t address, Dwarf_Off *ret)
{
    struct qc_units *units = units_load(module);
    Dwarf_Addr at = address - module->dwarf_bias;
    size_t count = units == NULL ? 0 : ranges_up_to(units, at);
    const struct unit_range *range = count == 0 ? NULL : &units->ranges.items[count - 1];
    if (range == NULL || at >= range->end) {
        return false;
    }
    *ret = units->list.items[range->unit].offset;
    return true;
}
