/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index.h"

#include <dwarf.h>
#include <string.h>

#include "base/size.h"
#include "base/vec.h"
#include "dwarf/cache.h"
#include "dwarf/index_job.h"
#include "dwarf/name_table.h"
#include "dwarf/die_reader.h"
#include "dwarf/units.h"
#include "modules/elf_file.h"
#include "modules/symbols.h"

/* Less is walked before a thread has begun. */
#define WORTH_A_THREAD (2 * QC_MIB)

struct unit {
    Dwarf_Die die;
    const char *file; /* its source file's name without the path; NULL: not asked for yet */
    bool is_walked;
};

/* A file whose units are walked: the module's, or the one that dwz has moved shared parts to. */
struct walk {
    Dwarf *dwarf; /* NULL: there is none */
    struct qc_top_dies_file file;
    struct qc_top_dies *dies;
    QC_VEC(struct unit) units;
    size_t next; /* all before are walked */
};

struct qc_names {
    struct qc_name_table table;
    bool is_full; /* out of memory: no more is added */
    struct walk walks[2]; /* in this order */
    QC_VEC(Dwarf_Die) unnamed;  /* variables whose name is elsewhere: LTO's */
    struct qc_harvest *harvest; /* of the first walk's units; NULL: none */
    QC_VEC(char *) preferred;   /* files that were asked for */
};

/* What a DIE at the top of a unit is good for. False: out of memory. */
static bool names_add_die(struct qc_names *names, Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    bool external = false;
    enum qc_name_kind kind;
    switch (dwarf_tag(die)) {
    case DW_TAG_variable:
        if (!dwarf_hasattr(die, DW_AT_location)) {
            return true;
        }
        kind = QC_NAME_VARIABLE;
        /* A definition may leave its name and linkage to a declaration before it. */
        dwarf_formflag(dwarf_attr_integrate(die, DW_AT_external, &attribute), &external);
        break;
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
        if (dwarf_hasattr(die, DW_AT_declaration)) {
            return true;
        }
        kind = QC_NAME_TAG;
        break;
    case DW_TAG_typedef:
        kind = QC_NAME_TYPEDEF;
        break;
    default:
        return true;
    }
    struct qc_name entry = {.name = dwarf_diename(die),
                            .kind = kind,
                            .external = external,
                            .die = die->addr,
                            .cu = die->cu};
    return entry.name == NULL || qc_name_table_add(&names->table, &entry);
}

/* ---- what a file has ---- */

static struct qc_top_dies_section section_of(Dwarf *dwarf, const char *name)
{
    Elf *elf = dwarf_getelf(dwarf);
    Elf_Scn *section = elf == NULL ? NULL : qc_file_section(elf, name);
    GElf_Shdr header;
    struct qc_top_dies_section ret = {0};
    if (section == NULL || gelf_getshdr(section, &header) == NULL ||
        (header.sh_flags & SHF_COMPRESSED) != 0) {
        return ret;
    }
    Elf_Data *data = elf_getdata(section, NULL);
    if (data != NULL && data->d_buf != NULL) {
        ret = (struct qc_top_dies_section){data->d_buf, data->d_size};
    }
    return ret;
}

/* .debug_str, if it is the one that libdw has its names from. */
static struct qc_top_dies_section strings_of(Dwarf *dwarf)
{
    struct qc_top_dies_section ret = {0};
    if (dwarf != NULL) {
        ret = section_of(dwarf, ".debug_str");
        if (ret.bytes == NULL || (const char *)ret.bytes != dwarf_getstring(dwarf, 0, NULL)) {
            ret = (struct qc_top_dies_section){0};
        }
    }
    return ret;
}

static void names_open(Dwarf *dwarf, Dwarf *shared, struct qc_top_dies_file *ret)
{
    const char *ident = elf_getident(dwarf_getelf(dwarf), NULL);
    *ret = (struct qc_top_dies_file){
        .info = section_of(dwarf, ".debug_info"),
        .abbreviations = section_of(dwarf, ".debug_abbrev"),
        .strings = strings_of(dwarf),
        .shared_strings = strings_of(shared),
        .big_endian = ident != NULL && ident[EI_DATA] == ELFDATA2MSB,
    };
}

/* Types of .debug_types, and units whose content is in a .dwo file, are not plain. */
static struct qc_top_dies_unit unit_describe(Dwarf_Die *die, const struct qc_top_dies_file *file)
{
    struct qc_top_dies_unit unit = {.offset = dwarf_dieoffset(die)};
    Dwarf_Die unused;
    Dwarf_Off abbreviations = 0;
    uint8_t type = 0;
    unit.is_plain =
        unit.offset < file->info.size && file->info.bytes + unit.offset == die->addr &&
        dwarf_cu_info(die->cu, NULL, &type, NULL, NULL, NULL, NULL, NULL) == 0 &&
        dwarf_cu_die(die->cu, &unused, &unit.version, &abbreviations, &unit.address_size,
                     &unit.offset_size, NULL, NULL) != NULL &&
        (type == DW_UT_compile || type == DW_UT_partial);
    unit.abbreviations = abbreviations;
    return unit;
}

/* To find its name takes libdw. Most questions are for types. */
static bool names_add_unnamed(struct qc_names *names, const Dwarf_Die *die)
{
    Dwarf_Die *added = qc_vec_add(&names->unnamed);
    if (added != NULL) {
        *added = *die;
    }
    return added != NULL;
}

/* Before a question for variables. */
static void names_name(struct qc_names *names)
{
    for (size_t i = 0; i < names->unnamed.count && !names->is_full; i++) {
        names->is_full = !names_add_die(names, &names->unnamed.items[i]);
    }
    qc_vec_free(&names->unnamed);
}

static bool walk_add(const struct walk *walk, const struct unit *unit,
                     const struct qc_top_die *top, struct qc_names *names)
{
    const uint8_t *info = walk->file.info.bytes;
    struct qc_name entry = {
        .name = top->name,
        .kind = top->tag == DW_TAG_variable  ? QC_NAME_VARIABLE
                : top->tag == DW_TAG_typedef ? QC_NAME_TYPEDEF
                                             : QC_NAME_TAG,
        .external = top->external,
        .die = (void *)(uintptr_t)(info + top->offset),
        .cu = unit->die.cu,
        .type_key = top->type_key,
    };
    Dwarf_Die die = qc_name_die(&entry);
    return top->name != NULL                ? qc_name_table_add(&names->table, &entry)
           : entry.kind == QC_NAME_VARIABLE ? names_add_unnamed(names, &die)
                                            : names_add_die(names, &die);
}

/* What is behind the last DIE, with libdw. */
static bool walk_add_rest(struct unit *unit, Dwarf *dwarf, Dwarf_Off last, struct qc_names *names)
{
    Dwarf_Die die;
    bool more = last == dwarf_dieoffset(&unit->die)
                    ? dwarf_child(&unit->die, &die) == 0
                    : dwarf_offdie(dwarf, last, &die) != NULL && dwarf_siblingof(&die, &die) == 0;
    for (; more; more = dwarf_siblingof(&die, &die) == 0) {
        if (!names_add_die(names, &die)) {
            return false;
        }
    }
    return true;
}

static void walk_begin(struct walk *walk, Dwarf *dwarf, Dwarf *shared)
{
    Dwarf_CU *cu = NULL;
    Dwarf_Die die;
    if (dwarf == NULL) {
        return;
    }
    names_open(dwarf, shared, &walk->file);
    walk->dies = qc_top_dies_new(&walk->file);
    walk->dwarf = walk->dies == NULL ? NULL : dwarf;
    while (walk->dwarf != NULL && dwarf_get_units(dwarf, cu, &cu, NULL, NULL, &die, NULL) == 0) {
        struct unit *unit = qc_vec_add(&walk->units);
        if (unit == NULL) {
            return;
        }
        *unit = (struct unit){.die = die};
    }
}

/* What a unit has at its top. */
static void walk_unit(struct walk *walk, struct unit *unit, struct qc_names *names)
{
    struct qc_top_dies_unit description = unit_describe(&unit->die, &walk->file);
    struct qc_top_die top;
    enum qc_top_dies_step step;
    bool has_room = true;
    unit->is_walked = true;
    qc_top_dies_begin(walk->dies, &description);
    while (has_room && (step = qc_top_dies_next(walk->dies, &top)) == QC_TOP_DIES_DIE) {
        has_room = walk_add(walk, unit, &top, names);
    }
    if (has_room && step == QC_TOP_DIES_LOST) {
        has_room = walk_add_rest(unit, walk->dwarf, qc_top_dies_last(walk->dies), names);
    }
    names->is_full |= !has_room;
}

/* The next unit that was not. False: there is none. */
static bool names_walk_on(struct qc_names *names)
{
    for (size_t i = 0; i < 2 && !names->is_full; i++) {
        struct walk *walk = &names->walks[i];
        while (walk->next < walk->units.count) {
            struct unit *unit = &walk->units.items[walk->next++];
            if (!unit->is_walked) {
                walk_unit(walk, unit, names);
                return true;
            }
        }
    }
    return false;
}

static void names_begin_harvest(struct qc_names *names)
{
    struct walk *walk = &names->walks[0];
    size_t count = walk->units.count;
    if (names->harvest != NULL || walk->next == count ||
        walk->file.info.size - dwarf_dieoffset(&walk->units.items[walk->next].die) <
            WORTH_A_THREAD) {
        return;
    }
    struct qc_top_dies_unit *units = calloc(count, sizeof(*units));
    for (size_t i = walk->next; units != NULL && i < count; i++) {
        units[i] = unit_describe(&walk->units.items[i].die, &walk->file);
    }
    names->harvest = units == NULL ? NULL : qc_harvest_begin(&walk->file, units, count);
}

/* From the unit on that the thread has met. */
static void names_add_harvest(struct qc_names *names)
{
    struct walk *walk = &names->walks[0];
    for (; walk->next < walk->units.count && !names->is_full; walk->next++) {
        struct unit *unit = &walk->units.items[walk->next];
        struct qc_harvest_unit found = qc_harvest_of(names->harvest, walk->next);
        if (unit->is_walked) {
            continue;
        }
        unit->is_walked = true;
        bool has_room = true;
        for (size_t i = 0; i < found.count && has_room; i++) {
            has_room = walk_add(walk, unit, &found.dies[i], names);
        }
        names->is_full = !has_room || (!found.is_whole &&
                                       !walk_add_rest(unit, walk->dwarf, found.last, names));
    }
}

/* All that was not: of much, a thread begins at the end. */
static void names_walk_all(struct qc_names *names)
{
    struct walk *walk = &names->walks[0];
    names_begin_harvest(names);
    if (names->harvest != NULL) {
        while (walk->next < walk->units.count && qc_harvest_claim(names->harvest, walk->next) &&
               names_walk_on(names)) {
        }
        names_add_harvest(names);
        qc_harvest_free(names->harvest);
        names->harvest = NULL;
    }
    while (names_walk_on(names)) {
    }
}

static struct qc_names *names_of(struct qemucore_module *module)
{
    struct qc_dwarf_cache *cache = qc_dwarf_cache(module);
    if (cache == NULL || cache->names != NULL) {
        return cache == NULL ? NULL : cache->names;
    }
    cache->names = calloc(1, sizeof(*cache->names));
    Dwarf_Addr bias;
    Dwarf *dwarf = qc_module_dwarf(module, &bias);
    if (cache->names != NULL && dwarf != NULL) {
        /* Types that several files have, dwz has moved to one that they share. */
        Dwarf *shared = dwarf_getalt(dwarf);
        walk_begin(&cache->names->walks[0], dwarf, shared);
        walk_begin(&cache->names->walks[1], shared, NULL);
    }
    return cache->names;
}

static struct unit *unit_at(struct walk *walk, Dwarf_Off offset)
{
    size_t low =
        qc_lower_bound(walk->units.count, i, dwarf_dieoffset(&walk->units.items[i].die) < offset);
    return low < walk->units.count && dwarf_dieoffset(&walk->units.items[low].die) == offset
               ? &walk->units.items[low]
               : NULL;
}

struct preference {
    struct qemucore_module *module;
    bool is_found;
};

static bool visit_symbol(void *opaque, const struct qc_symbol *symbol)
{
    struct preference *preference = opaque;
    struct qc_names *names = names_of(preference->module);
    Dwarf_Off offset;
    if (symbol->type == STT_FUNC &&
        qc_units_at(preference->module, symbol->address, &offset)) {
        struct unit *unit = unit_at(&names->walks[0], offset);
        preference->is_found = true;
        if (unit != NULL && !unit->is_walked) {
            walk_unit(&names->walks[0], unit, names);
        }
    }
    return !names->is_full;
}

/* A look at all units' DIEs, for each of which libdw has to decode abbreviations. */
static void prefer_by_name(struct qc_names *names, const char *file)
{
    struct walk *walk = &names->walks[0];
    for (size_t i = walk->next; i < walk->units.count && !names->is_full; i++) {
        struct unit *unit = &walk->units.items[i];
        if (unit->file == NULL) {
            const char *path = dwarf_diename(&unit->die);
            unit->file = path == NULL ? "" : qc_path_name(path);
        }
        if (!unit->is_walked && strcmp(unit->file, file) == 0) {
            walk_unit(walk, unit, names);
        }
    }
}

/* Whether the file was asked for before; from now on it was. */
static bool was_preferred(struct qc_names *names, const char *file)
{
    for (size_t i = 0; i < names->preferred.count; i++) {
        if (names->preferred.items[i] != NULL && strcmp(names->preferred.items[i], file) == 0) {
            return true;
        }
    }
    char **added = qc_vec_add(&names->preferred);
    if (added != NULL) {
        *added = strdup(file);
    }
    return false;
}

/* A file's static functions have its name in the symbol table, and their addresses lead to its unit.
   Not so with LTO, which makes files of its own. */
void qc_names_prefer(struct qemucore_module *module, const char *file)
{
    struct preference preference = {.module = module};
    struct qc_names *names = names_of(module);
    if (names == NULL || names->walks[0].next == names->walks[0].units.count ||
        was_preferred(names, file)) {
        return;
    }
    qc_symbols_each_of_file(module, file, visit_symbol, &preference);
    if (!preference.is_found) {
        prefer_by_name(names, file);
    }
}

/* Whether units before that of a variable have not been walked, which may have another one. */
static bool is_ahead(const struct qc_names *names, const struct qc_name *found)
{
    const struct walk *walk = &names->walks[0];
    return walk->next < walk->units.count && found->die > walk->units.items[walk->next].die.addr;
}

bool qc_names_variable(struct qemucore_module *module, const char *name, const char *unit,
                       Dwarf_Die *ret)
{
    struct qc_symbol symbol;
    struct qc_symbols_namesakes namesakes = qc_symbols_namesakes(module, name);
    bool may_be_global = unit == NULL && (namesakes.count == 0 || namesakes.has_global);
    struct qc_names *names = names_of(module);
    const struct qc_name *found = NULL;
    if (names == NULL) {
        return false;
    }
    if (qc_symbols_variable(module, name, unit, &symbol) == QC_SYMBOLS_ONE &&
        symbol.file != NULL) {
        qc_names_prefer(module, symbol.file);
    }
    do {
        names_name(names);
        found = qc_name_table_find(&names->table, name, unit, QC_NAME_VARIABLE);
    } while ((found == NULL || (may_be_global && !found->external) ||
              (namesakes.count != 1 && !found->external && is_ahead(names, found))) &&
             names_walk_on(names));
    if (found != NULL) {
        *ret = qc_name_die(found);
    }
    return found != NULL;
}

/* A typedef of a structure that has no tag: none of another unit can be meant. */
static bool is_whole(const struct qc_name *entry)
{
    Dwarf_Attribute attribute;
    Dwarf_Die die = qc_name_die(entry);
    return dwarf_formref_die(dwarf_attr(&die, DW_AT_type, &attribute), &die) != NULL &&
           (dwarf_tag(&die) == DW_TAG_structure_type || dwarf_tag(&die) == DW_TAG_union_type) &&
           dwarf_diename(&die) == NULL;
}

bool qc_names_type(struct qemucore_module *module, const char *name, Dwarf_Die *ret)
{
    struct qc_names *names = names_of(module);
    const struct qc_name *found = NULL;
    if (names == NULL) {
        return false;
    }
    do {
        found = qc_name_table_find(&names->table, name, NULL, QC_NAME_TAG);
        if (found == NULL) {
            found = qc_name_table_find(&names->table, name, NULL, QC_NAME_TYPEDEF);
            found = found != NULL && is_whole(found) ? found : NULL;
        }
    } while (found == NULL && names_walk_on(names));
    if (found == NULL) {
        found = qc_name_table_find(&names->table, name, NULL, QC_NAME_TYPEDEF);
    }
    if (found != NULL) {
        *ret = qc_name_die(found);
    }
    return found != NULL;
}

void qc_names_look_ahead(struct qemucore_module *module)
{
    struct qc_names *names = names_of(module);
    if (names != NULL) {
        names_begin_harvest(names);
    }
}

void qc_names_each_variable(struct qemucore_module *module, qc_names_visitor *visitor,
                            void *opaque)
{
    struct qc_names *names = names_of(module);
    if (names != NULL) {
        names_walk_all(names);
        names_name(names);
    }
    for (size_t i = 0; names != NULL && i < names->table.list.count; i++) {
        const struct qc_name *entry = &names->table.list.items[i];
        Dwarf_Die die = qc_name_die(entry);
        if (entry->kind == QC_NAME_VARIABLE &&
            !visitor(opaque, entry->name, &die, entry->type_key)) {
            return;
        }
    }
}

void qc_names_free(struct qc_names *names)
{
    if (names != NULL) {
        qc_harvest_free(names->harvest);
        for (size_t i = 0; i < names->preferred.count; i++) {
            free(names->preferred.items[i]);
        }
        qc_vec_free(&names->preferred);
        qc_vec_free(&names->unnamed);
        for (size_t i = 0; i < 2; i++) {
            qc_top_dies_free(names->walks[i].dies);
            qc_vec_free(&names->walks[i].units);
        }
        qc_name_table_free(&names->table);
        free(names);
    }
}
