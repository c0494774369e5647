/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/names.h"

#include <dwarf.h>
#include <string.h>

#include "base/guard.h"

enum kind {
    VARIABLE,
    TYPE,
};

struct entry {
    const char *name; /* NULL: empty */
    enum kind kind;
    bool external;
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

/* The entry of a name, or the empty one where it would stand. */
static struct entry *names_slot(const struct qc_names *names, const char *name, enum kind kind)
{
    size_t mask = names->capacity - 1;
    size_t at = hash_name(name, kind) & mask;
    while (names->entries[at].name != NULL &&
           (names->entries[at].kind != kind || strcmp(names->entries[at].name, name) != 0)) {
        at = (at + 1) & mask;
    }
    return &names->entries[at];
}

static bool names_grow(struct qc_names *names)
{
    struct qc_names grown = {.capacity = names->capacity == 0 ? 4096 : 2 * names->capacity};
    grown.entries = calloc(grown.capacity, sizeof(*grown.entries));
    if (grown.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < names->capacity; i++) {
        const struct entry *entry = &names->entries[i];
        if (entry->name != NULL) {
            *names_slot(&grown, entry->name, entry->kind) = *entry;
        }
    }
    grown.count = names->count;
    free(names->entries);
    *names = grown;
    return true;
}

static bool names_add(struct qc_names *names, Dwarf_Die *die, enum kind kind, const char *name,
                      bool external)
{
    if (2 * names->count >= names->capacity && !names_grow(names)) {
        return false;
    }
    struct entry *entry = names_slot(names, name, kind);
    if (entry->name == NULL) {
        names->count++;
        *entry = (struct entry){name, kind, external, *die};
    } else if (external && !entry->external) {
        *entry = (struct entry){name, kind, external, *die};
    }
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
    case DW_TAG_typedef:
        if (dwarf_hasattr(die, DW_AT_declaration)) {
            return true;
        }
        kind = TYPE;
        break;
    default:
        return true;
    }
    const char *name = dwarf_diename(die);
    return name == NULL || names_add(names, die, kind, name, external);
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
    Dwarf_CU *cu = NULL;
    Dwarf_Die unit;
    while (dwarf_get_units(dwarf, cu, &cu, NULL, NULL, &unit, NULL) == 0) {
        Dwarf_Die child;
        if (dwarf_child(&unit, &child) != 0) {
            continue;
        }
        do {
            if (!names_add_die(module->names, &child)) {
                return module->names;
            }
        } while (dwarf_siblingof(&child, &child) == 0);
    }
    return module->names;
}

static bool names_find(struct qemucore_module *module, const char *name, enum kind kind,
                       Dwarf_Die *ret)
{
    const struct qc_names *names = names_load(module);
    if (names == NULL || names->capacity == 0) {
        return false;
    }
    const struct entry *entry = names_slot(names, name, kind);
    if (entry->name == NULL) {
        return false;
    }
    *ret = entry->die;
    return true;
}

bool qc_names_variable(struct qemucore_module *module, const char *name, Dwarf_Die *ret)
{
    return names_find(module, name, VARIABLE, ret);
}

bool qc_names_type(struct qemucore_module *module, const char *name, Dwarf_Die *ret)
{
    return names_find(module, name, TYPE, ret);
}

void qc_names_free(struct qc_names *names)
{
    if (names != NULL) {
        free(names->entries);
        free(names);
    }
}
