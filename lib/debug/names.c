/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/names.h"

#include <dwarf.h>
#include <string.h>

#include "base/guard.h"

enum kind {
    VARIABLE,
    TAG, /* of a structure, union or enumeration with its members */
    TYPEDEF,
};

struct entry {
    const char *name; /* NULL: empty */
    enum kind kind;
    bool external;
    size_t order; /* in which it was added */
    Dwarf_Die die;
};

/* Open addressing; never more than half full. */
struct qc_names {
    struct entry *entries;
    size_t capacity; /* a power of two */
    size_t count;
};

/* FNV-1a. */
static size_t hash_name(const char *name, enum kind kind)
{
    uint64_t hash = 0xcbf29ce484222325u + kind;
    for (; *name != '\0'; name++) {
        hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    }
    return (size_t)hash;
}

static bool is_entry(const struct entry *entry, const char *name, enum kind kind)
{
    return entry->kind == kind && strcmp(entry->name, name) == 0;
}

/* Behind entries of the same name, if any: static variables share theirs. */
static void names_put(struct qc_names *names, const struct entry *entry)
{
    size_t mask = names->capacity - 1;
    size_t at = hash_name(entry->name, entry->kind) & mask;
    while (names->entries[at].name != NULL) {
        at = (at + 1) & mask;
    }
    names->entries[at] = *entry;
}

static bool names_grow(struct qc_names *names)
{
    struct qc_names grown = {.capacity = names->capacity == 0 ? 4096 : 2 * names->capacity};
    grown.entries = calloc(grown.capacity, sizeof(*grown.entries));
    if (grown.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < names->capacity; i++) {
        if (names->entries[i].name != NULL) {
            names_put(&grown, &names->entries[i]);
        }
    }
    grown.count = names->count;
    free(names->entries);
    *names = grown;
    return true;
}

/* Of types that many units define the first is enough. */
static bool names_has(const struct qc_names *names, const char *name, enum kind kind)
{
    size_t mask = names->capacity - 1;
    for (size_t at = hash_name(name, kind) & mask; names->entries[at].name != NULL;
         at = (at + 1) & mask) {
        if (is_entry(&names->entries[at], name, kind)) {
            return true;
        }
    }
    return false;
}

static bool names_add(struct qc_names *names, Dwarf_Die *die, enum kind kind, const char *name,
                      bool external)
{
    if (kind != VARIABLE && names_has(names, name, kind)) {
        return true;
    }
    if (2 * names->count >= names->capacity && !names_grow(names)) {
        return false;
    }
    struct entry entry = {name, kind, external, names->count++, *die};
    names_put(names, &entry);
    return true;
}

/* What a DIE at the top of a unit is good for. False: out of memory. */
static bool names_add_die(struct qc_names *names, Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    bool external = false;
    enum kind kind;
    switch (dwarf_tag(die)) {
    case DW_TAG_variable:
        if (!dwarf_hasattr(die, DW_AT_location)) {
            return true;
        }
        kind = VARIABLE;
        /* A definition may leave its name and linkage to a declaration before it. */
        dwarf_formflag(dwarf_attr_integrate(die, DW_AT_external, &attribute), &external);
        break;
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
        if (dwarf_hasattr(die, DW_AT_declaration)) {
            return true;
        }
        kind = TAG;
        break;
    case DW_TAG_typedef:
        kind = TYPEDEF;
        break;
    default:
        return true;
    }
    const char *name = dwarf_diename(die);
    return name == NULL || names_add(names, die, kind, name, external);
}

/* All that the units of a file have at their top. False: out of memory. */
static bool names_add_units(struct qc_names *names, Dwarf *dwarf)
{
    Dwarf_CU *cu = NULL;
    Dwarf_Die unit;
    while (dwarf_get_units(dwarf, cu, &cu, NULL, NULL, &unit, NULL) == 0) {
        Dwarf_Die child;
        if (dwarf_child(&unit, &child) != 0) {
            continue;
        }
        do {
            if (!names_add_die(names, &child)) {
                return false;
            }
        } while (dwarf_siblingof(&child, &child) == 0);
    }
    return true;
}

static struct qc_names *names_load(struct qemucore_module *module)
{
    if (module->names != NULL) {
        return module->names;
    }
    module->names = calloc(1, sizeof(*module->names));
    Dwarf_Addr bias;
    Dwarf *dwarf = qc_module_dwarf(module, &bias);
    if (module->names == NULL || !names_grow(module->names) || dwarf == NULL) {
        return module->names;
    }
    /* Types that several files have, dwz has moved to one that they share. */
    Dwarf *shared = dwarf_getalt(dwarf);
    if (names_add_units(module->names, dwarf) && shared != NULL) {
        names_add_units(module->names, shared);
    }
    return module->names;
}

/* Whether a variable's unit was made from this source file. LTO puts the variable itself into a
   unit of its own making, which refers to where it came from. */
static bool is_in_unit(Dwarf_Die *die, const char *unit)
{
    Dwarf_Attribute attribute;
    Dwarf_Die origin = *die;
    Dwarf_Die unit_die;
    for (int attempt = 0; attempt < 2; attempt++) {
        const char *path = dwarf_diecu(&origin, &unit_die, NULL, NULL) == NULL
                               ? NULL
                               : dwarf_diename(&unit_die);
        size_t length = path == NULL ? 0 : strlen(path);
        size_t wanted = strlen(unit);
        if (length >= wanted && strcmp(path + length - wanted, unit) == 0 &&
            (length == wanted || path[length - wanted - 1] == '/')) {
            return true;
        }
        if (dwarf_formref_die(dwarf_attr(die, DW_AT_abstract_origin, &attribute), &origin) ==
            NULL) {
            return false;
        }
    }
    return false;
}

static bool names_find(struct qemucore_module *module, const char *name, const char *unit,
                       enum kind kind, Dwarf_Die *ret)
{
    const struct qc_names *names = names_load(module);
    const struct entry *found = NULL;
    if (names == NULL || names->capacity == 0) {
        return false;
    }
    size_t mask = names->capacity - 1;
    for (size_t at = hash_name(name, kind) & mask; names->entries[at].name != NULL;
         at = (at + 1) & mask) {
        struct entry *entry = &names->entries[at];
        bool better = found == NULL || (entry->external && !found->external) ||
                      (entry->external == found->external && entry->order < found->order);
        if (is_entry(entry, name, kind) && better &&
            (unit == NULL || is_in_unit(&entry->die, unit))) {
            found = entry;
        }
    }
    if (found != NULL) {
        *ret = found->die;
    }
    return found != NULL;
}

bool qc_names_variable(struct qemucore_module *module, const char *name, const char *unit,
                       Dwarf_Die *ret)
{
    return names_find(module, name, unit, VARIABLE, ret);
}

bool qc_names_type(struct qemucore_module *module, const char *name, Dwarf_Die *ret)
{
    return names_find(module, name, NULL, TAG, ret) ||
           names_find(module, name, NULL, TYPEDEF, ret);
}

void qc_names_each_variable(struct qemucore_module *module, qc_names_visitor *visitor,
                            void *opaque)
{
    const struct qc_names *names = names_load(module);
    for (size_t i = 0; names != NULL && i < names->capacity; i++) {
        struct entry *entry = &names->entries[i];
        if (entry->name != NULL && entry->kind == VARIABLE &&
            !visitor(opaque, entry->name, &entry->die)) {
            return;
        }
    }
}

void qc_names_free(struct qc_names *names)
{
    if (names != NULL) {
        free(names->entries);
        free(names);
    }
}
