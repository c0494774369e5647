/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/index.h"

#include <errno.h>
#include <dwarf.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/cache.h"
#include "dwarf/index/die_reader.h"
#include "dwarf/index/index_job.h"
#include "dwarf/index/name_table.h"
#include "dwarf/index/split_unit.h"
#include "dwarf/index/units.h"
#include "dwarf/sibling.h"
#include "modules/modules.h"

/* Bytes of .debug_info below which reading takes less time than starting a thread. */
#define MIN_BYTES_FOR_JOB (2 * QC_MIB)

struct unit {
    Dwarf_Die die;
    const char *source; /* source file's name without the path; NULL: not looked up yet */
    bool is_read;
};

/* A file with debug info: the module's, or the one that dwz has moved shared parts to. */
struct debug_file {
    Dwarf *dwarf; /* NULL: no such file */
    struct qc_die_reader_sections sections;
    struct qc_die_reader *reader;
    QC_VEC(struct unit) units; /* by offset */
    size_t next; /* all units before this one are read */
};

struct qc_index {
    struct qemucore_module *module;
    struct qc_name_table table;
    bool is_full; /* out of memory: nothing more is added */
    struct debug_file files[2]; /* in the order in which they are read */
    QC_VEC(Dwarf_Die) unnamed;  /* variables whose name is in another DIE, as with LTO */
    struct qc_index_job *job;   /* reads units of the first file; NULL: none */
    bool has_met;               /* a unit was reached that the job has */
};

/* Adds a DIE from the top level of a unit, if it is of an indexed kind. False: out of memory. */
static bool index_add_die(struct qc_index *index, Dwarf_Die *die)
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
        /* A definition may leave its name and linkage to an earlier declaration. */
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
    return entry.name == NULL || !qc_indexed_name_hash(entry.name, &entry.hash) ||
           qc_name_table_add(&index->table, &entry);
}

/* ---- sections that libdw has loaded ---- */

static struct qc_die_reader_section section_of(Dwarf *dwarf, const char *name)
{
    Elf *elf = dwarf_getelf(dwarf);
    Elf_Scn *section = elf == NULL ? NULL : qc_file_section(elf, name);
    GElf_Shdr header;
    struct qc_die_reader_section ret = {0};
    if (section == NULL || gelf_getshdr(section, &header) == NULL ||
        (header.sh_flags & SHF_COMPRESSED) != 0) {
        return ret;
    }
    Elf_Data *data = elf_getdata(section, NULL);
    if (data != NULL && data->d_buf != NULL) {
        ret = (struct qc_die_reader_section){data->d_buf, data->d_size};
    }
    return ret;
}

/* Returns .debug_str, if libdw takes its strings from the same bytes. */
static struct qc_die_reader_section strings_of(Dwarf *dwarf)
{
    struct qc_die_reader_section ret = {0};
    if (dwarf != NULL) {
        ret = section_of(dwarf, ".debug_str");
        if (ret.bytes == NULL || (const char *)ret.bytes != dwarf_getstring(dwarf, 0, NULL)) {
            ret = (struct qc_die_reader_section){0};
        }
    }
    return ret;
}

static void sections_of(Dwarf *dwarf, Dwarf *shared, struct qc_die_reader_sections *ret)
{
    const char *ident = elf_getident(dwarf_getelf(dwarf), NULL);
    *ret = (struct qc_die_reader_sections){
        .info = section_of(dwarf, ".debug_info"),
        .abbreviations = section_of(dwarf, ".debug_abbrev"),
        .strings = strings_of(dwarf),
        .shared_strings = strings_of(shared),
        .big_endian = ident != NULL && ident[EI_DATA] == ELFDATA2MSB,
    };
}

/* Units of .debug_types, and those whose content is in a .dwo file, are not plain. */
static struct qc_die_reader_unit unit_describe(Dwarf_Die *die,
                                               const struct qc_die_reader_sections *sections)
{
    struct qc_die_reader_unit unit = {.offset = dwarf_dieoffset(die)};
    Dwarf_Die unused;
    Dwarf_Off abbreviations = 0;
    uint8_t type = 0;
    unit.is_plain =
        unit.offset < sections->info.size && sections->info.bytes + unit.offset == die->addr &&
        dwarf_cu_info(die->cu, NULL, &type, NULL, NULL, NULL, NULL, NULL) == 0 &&
        dwarf_cu_die(die->cu, &unused, &unit.version, &abbreviations, &unit.address_size,
                     &unit.offset_size, NULL, NULL) != NULL &&
        (type == DW_UT_compile || type == DW_UT_partial);
    unit.abbreviations = abbreviations;
    return unit;
}

/* ---- reading units ---- */

/* Keeps a variable for later: only libdw can find its name, and most lookups are for types. */
static bool index_add_unnamed(struct qc_index *index, const Dwarf_Die *die)
{
    return qc_vec_push(&index->unnamed, *die);
}

/* Adds the variables kept by index_add_unnamed. Call it before looking up a variable. */
static void index_name_variables(struct qc_index *index)
{
    for (size_t i = 0; i < index->unnamed.count && !index->is_full; i++) {
        index->is_full = !index_add_die(index, &index->unnamed.items[i]);
    }
    qc_vec_free(&index->unnamed);
}

static bool index_add(struct qc_index *index, const struct debug_file *file,
                      const struct unit *unit, const struct qc_indexed_die *read)
{
    const uint8_t *info = file->sections.info.bytes;
    struct qc_name entry = {
        .name = read->name,
        .kind = read->tag == DW_TAG_variable  ? QC_NAME_VARIABLE
                : read->tag == DW_TAG_typedef ? QC_NAME_TYPEDEF
                                             : QC_NAME_TAG,
        .external = read->external,
        .die = (void *)(uintptr_t)(info + read->offset),
        .cu = unit->die.cu,
        .type_key = read->type_key,
        .hash = read->hash,
    };
    Dwarf_Die die = qc_name_die(&entry);
    return read->name != NULL               ? qc_name_table_add(&index->table, &entry)
           : entry.kind == QC_NAME_VARIABLE ? index_add_unnamed(index, &die)
                                            : index_add_die(index, &die);
}

/* Adds the DIEs after the one at `last`, reading them with libdw. */
static bool index_add_after(struct qc_index *index, Dwarf *dwarf, struct unit *unit, Dwarf_Off last)
{
    Dwarf_Die die;
    Dwarf_Die content;
    bool more = last == dwarf_dieoffset(&unit->die)
                    ? qc_split_unit_content(index->module, &unit->die, &content) &&
                          dwarf_child(&content, &die) == 0
                    : dwarf_offdie(dwarf, last, &die) != NULL && qc_die_sibling(&die, &die) == 0;
    for (; more; more = qc_die_sibling(&die, &die) == 0) {
        if (!index_add_die(index, &die)) {
            return false;
        }
    }
    return true;
}

static void file_open(struct debug_file *file, Dwarf *dwarf, Dwarf *shared)
{
    Dwarf_CU *cu = NULL;
    Dwarf_Die die;
    if (dwarf == NULL) {
        return;
    }
    sections_of(dwarf, shared, &file->sections);
    file->reader = qc_die_reader_new(&file->sections);
    file->dwarf = file->reader == NULL ? NULL : dwarf;
    errno = 0;
    while (file->dwarf != NULL && dwarf_get_units(dwarf, cu, &cu, NULL, NULL, &die, NULL) == 0) {
        if (!qc_vec_push(&file->units, (struct unit){.die = die})) {
            return;
        }
        errno = 0;
    }
    qc_shortage_add_errno(errno); /* libdw lacked memory: the other units are not absent */
}

static void index_read_unit(struct qc_index *index, struct debug_file *file, struct unit *unit)
{
    struct qc_die_reader_unit description = unit_describe(&unit->die, &file->sections);
    struct qc_indexed_die read;
    enum qc_die_reader_step step;
    bool has_room = true;
    unit->is_read = true;
    qc_die_reader_begin(file->reader, &description);
    while (has_room && (step = qc_die_reader_next(file->reader, &read)) == QC_DIE_READER_DIE) {
        has_room = index_add(index, file, unit, &read);
    }
    if (has_room && step == QC_DIE_READER_LOST) {
        has_room = index_add_after(index, file->dwarf, unit, qc_die_reader_last(file->reader));
    }
    index->is_full |= !has_room;
}

static void index_begin_job(struct qc_index *index)
{
    struct debug_file *file = &index->files[0];
    size_t count = file->units.count;
    if (index->job != NULL || file->next == count ||
        file->sections.info.size - dwarf_dieoffset(&file->units.items[file->next].die) <
            MIN_BYTES_FOR_JOB) {
        return;
    }
    struct qc_die_reader_unit *units = calloc(count, sizeof(*units));
    for (size_t i = file->next; units != NULL && i < count; i++) {
        units[i] = unit_describe(&file->units.items[i].die, &file->sections);
    }
    index->job = units == NULL ? NULL : qc_index_job_begin(&file->sections, units, count);
}

/* Adds what the thread has read from a unit. The first call waits for the thread. */
static void index_add_unit(struct qc_index *index, size_t number)
{
    struct debug_file *file = &index->files[0];
    struct unit *unit = &file->units.items[number];
    bool has_room = index->has_met ||
                    qc_name_table_expect(&index->table, qc_index_job_count(index->job));
    struct qc_index_unit found = qc_index_job_unit(index->job, number);
    index->has_met = unit->is_read = true;
    for (size_t i = 0; i < found.count && has_room; i++) {
        has_room = index_add(index, file, unit, &found.dies[i]);
    }
    index->is_full |= !has_room || (!found.is_whole &&
                                    !index_add_after(index, file->dwarf, unit, found.last));
}

/* Adds the first unread unit, from the file or from what the thread has read: in either case the same
   names in the same order. False: all units are read. */
static bool index_read_next(struct qc_index *index)
{
    for (size_t i = 0; i < 2 && !index->is_full; i++) {
        struct debug_file *file = &index->files[i];
        while (file->next < file->units.count) {
            size_t number = file->next++;
            struct unit *unit = &file->units.items[number];
            bool is_of_job =
                i == 0 && index->job != NULL && !qc_index_job_claim(index->job, number);
            if (!unit->is_read && is_of_job) {
                index_add_unit(index, number);
                return true;
            } else if (!unit->is_read) {
                index_read_unit(index, file, unit);
                return true;
            }
        }
        qc_index_job_free(index->job);
        index->job = NULL;
    }
    return false;
}

/* Large debug info is read by a thread, too. */
static void index_read_all(struct qc_index *index)
{
    index_begin_job(index);
    while (index_read_next(index)) {
    }
}

static void index_free(struct qc_index *index)
{
    qc_index_job_free(index->job);
    qc_vec_free(&index->unnamed);
    for (size_t i = 0; i < 2; i++) {
        qc_die_reader_free(index->files[i].reader);
        qc_vec_free(&index->files[i].units);
    }
    qc_name_table_free(&index->table);
    free(index);
}

static struct qc_index *index_of(struct qemucore_module *module)
{
    struct qc_dwarf_cache *cache = qc_dwarf_cache(module);
    if (cache == NULL || cache->index != NULL) {
        return cache == NULL ? NULL : cache->index;
    }
    cache->index = calloc(1, sizeof(*cache->index));
    cache->index_free = index_free;
    if (cache->index != NULL) {
        cache->index->module = module;
    }
    Dwarf_Addr bias;
    Dwarf *dwarf = qc_module_dwarf(module, &bias);
    if (cache->index != NULL && dwarf != NULL) {
        /* dwz has moved types that several files use to one that they share. */
        Dwarf *shared = dwarf_getalt(dwarf);
        file_open(&cache->index->files[0], dwarf, shared);
        file_open(&cache->index->files[1], shared, NULL);
    }
    return cache->index;
}

/* ---- the units of a source file ---- */

static struct unit *unit_at(struct debug_file *file, Dwarf_Off offset)
{
    return qc_vec_find_sorted(&file->units, unit, qc_compare(dwarf_dieoffset(&unit->die), offset));
}

struct source_search {
    struct qemucore_module *module;
    bool is_found;
};

struct unit_search {
    struct qemucore_module *module;
    struct unit *unit;
};

static bool visit_symbol(void *opaque, const struct qc_symbol *symbol)
{
    struct source_search *search = opaque;
    struct qc_index *index = index_of(search->module);
    Dwarf_Off offset;
    if (symbol->type == STT_FUNC && qc_units_at(search->module, symbol->address, &offset)) {
        struct unit *unit = unit_at(&index->files[0], offset);
        search->is_found = true;
        if (unit != NULL && !unit->is_read) {
            index_read_unit(index, &index->files[0], unit);
        }
    }
    return !index->is_full;
}

/* Finds the units by the names in their DIEs; libdw decodes abbreviations for each of them. */
static void index_read_by_unit_name(struct qc_index *index, const char *source)
{
    struct debug_file *file = &index->files[0];
    for (size_t i = file->next; i < file->units.count && !index->is_full; i++) {
        struct unit *unit = &file->units.items[i];
        if (unit->source == NULL) {
            const char *path = dwarf_diename(&unit->die);
            unit->source = path == NULL ? "" : qc_path_name(path);
        }
        if (!unit->is_read && strcmp(unit->source, source) == 0) {
            index_read_unit(index, file, unit);
        }
    }
}

/* The symbol table lists the static functions of a source file after its name, and their addresses
   lead to the unit. With LTO, it names files of LTO's own instead. */
void qc_index_source_file(struct qemucore_module *module, const char *name)
{
    struct source_search search = {.module = module};
    struct qc_index *index = index_of(module);
    if (index == NULL || index->files[0].next == index->files[0].units.count) {
        return;
    }
    qc_symbols_each_of_file(module, name, visit_symbol, &search);
    if (!search.is_found) {
        index_read_by_unit_name(index, name);
    }
}

static bool visit_symbol_unit(void *opaque, const struct qc_symbol *symbol)
{
    struct unit_search *search = opaque;
    Dwarf_Off offset;
    if (symbol->type == STT_FUNC && qc_units_at(search->module, symbol->address, &offset)) {
        search->unit = unit_at(&index_of(search->module)->files[0], offset);
    }
    return search->unit == NULL;
}

/* Finds the first unit of a source file, by symbols or else by name, as above. */
static struct unit *unit_of_source(struct qemucore_module *module, const char *source)
{
    struct unit_search search = {.module = module};
    struct debug_file *file = &index_of(module)->files[0];
    qc_symbols_each_of_file(module, source, visit_symbol_unit, &search);
    for (size_t i = 0; search.unit == NULL && i < file->units.count; i++) {
        const char *path = dwarf_diename(&file->units.items[i].die);
        if (path != NULL && strcmp(qc_path_name(path), source) == 0) {
            search.unit = &file->units.items[i];
        }
    }
    return search.unit;
}

/* ---- lookups ---- */

/* Tells whether units before that of a variable are unread; these may define its name, too. */
static bool is_after_unread(const struct qc_index *index, const struct qc_name *found)
{
    const struct debug_file *file = &index->files[0];
    return file->next < file->units.count && found->die > file->units.items[file->next].die.addr;
}

bool qc_index_variable(struct qemucore_module *module, const char *name, const char *unit,
                       Dwarf_Die *ret)
{
    struct qc_symbol symbol;
    struct qc_variable_count symbols = qc_symbols_count_variables(module, name);
    bool may_be_global = unit == NULL && (symbols.count == 0 || symbols.has_global);
    struct qc_index *index = index_of(module);
    const struct qc_name *found = NULL;
    if (index == NULL) {
        return false;
    }
    if (qc_symbols_variable(module, name, unit, &symbol) == QC_SYMBOLS_ONE && symbol.file != NULL) {
        qc_index_source_file(module, symbol.file);
    }
    do {
        index_name_variables(index);
        found = qc_name_table_find(&index->table, name, unit, QC_NAME_VARIABLE);
    } while ((found == NULL || (may_be_global && !found->external) ||
              (symbols.count != 1 && !found->external && is_after_unread(index, found))) &&
             index_read_next(index));
    if (found != NULL) {
        *ret = qc_name_die(found);
    }
    return found != NULL;
}

/* A structure without a tag is known by this typedef alone, so no other unit can define it. */
static bool is_typedef_of_untagged(const struct qc_name *entry)
{
    Dwarf_Attribute attribute;
    Dwarf_Die die = qc_name_die(entry);
    return dwarf_formref_die(dwarf_attr(&die, DW_AT_type, &attribute), &die) != NULL &&
           (dwarf_tag(&die) == DW_TAG_structure_type || dwarf_tag(&die) == DW_TAG_union_type) &&
           dwarf_diename(&die) == NULL;
}

bool qc_index_type(struct qemucore_module *module, const char *name, Dwarf_Die *ret)
{
    struct qc_index *index = index_of(module);
    const struct qc_name *found = NULL;
    if (index == NULL) {
        return false;
    }
    do {
        found = qc_name_table_find(&index->table, name, NULL, QC_NAME_TAG);
        if (found == NULL) {
            found = qc_name_table_find(&index->table, name, NULL, QC_NAME_TYPEDEF);
            found = found != NULL && is_typedef_of_untagged(found) ? found : NULL;
        }
    } while (found == NULL && index_read_next(index));
    if (found == NULL) {
        found = qc_name_table_find(&index->table, name, NULL, QC_NAME_TYPEDEF);
    }
    if (found != NULL) {
        *ret = qc_name_die(found);
    }
    return found != NULL;
}

bool qc_index_type_of_file(struct qemucore_module *module, const char *name, const char *source,
                           Dwarf_Die *ret)
{
    struct unit *unit = index_of(module) == NULL ? NULL : unit_of_source(module, source);
    Dwarf_Die content;
    bool more = unit != NULL && qc_split_unit_content(module, &unit->die, &content) &&
                dwarf_child(&content, ret) == 0;
    for (; more; more = qc_die_sibling(ret, ret) == 0) {
        const char *tag =
            dwarf_tag(ret) == DW_TAG_structure_type && !dwarf_hasattr(ret, DW_AT_declaration)
                ? dwarf_diename(ret)
                : NULL;
        if (tag != NULL && strcmp(tag, name) == 0) {
            return true;
        }
    }
    return false;
}

void qc_index_begin(struct qemucore_module *module)
{
    struct qc_index *index = index_of(module);
    if (index != NULL) {
        index_begin_job(index);
    }
}

void qc_index_each_variable(struct qemucore_module *module, qc_index_visitor *visitor, void *opaque)
{
    struct qc_index *index = index_of(module);
    if (index != NULL) {
        index_read_all(index);
        index_name_variables(index);
    }
    for (size_t i = 0; index != NULL && i < index->table.list.count; i++) {
        const struct qc_name *entry = &index->table.list.items[i];
        Dwarf_Die die = qc_name_die(entry);
        if (entry->kind == QC_NAME_VARIABLE &&
            !visitor(opaque, entry->name, &die, &entry->type_key)) {
            return;
        }
    }
}
