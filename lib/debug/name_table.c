/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/name_table.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/pages.h"

/* FNV-1a. */
static size_t hash_name(const char *name, enum qc_name_kind kind)
{
    uint64_t hash = 0xcbf29ce484222325u + kind;
    for (; *name != '\0'; name++) {
        hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    }
    return (size_t)hash;
}

static bool is_entry(const struct qc_name *entry, size_t hash, const char *name,
                     enum qc_name_kind kind)
{
    return entry->hash == hash && entry->kind == kind && strcmp(entry->name, name) == 0;
}

/* Behind entries of the same name, if any: static variables share theirs. */
static void table_put(struct qc_name_table *table, const struct qc_name *entry)
{
    size_t mask = table->capacity - 1;
    size_t at = entry->hash & mask;
    while (table->entries[at].name != NULL) {
        at = (at + 1) & mask;
    }
    table->entries[at] = *entry;
}

static bool table_grow(struct qc_name_table *table)
{
    struct qc_name_table grown = {.capacity = table->capacity == 0 ? 4096 : 2 * table->capacity,
                                  .count = table->count};
    grown.entries = qc_pages_new_zeroed(grown.capacity, sizeof(*grown.entries));
    if (grown.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->entries[i].name != NULL) {
            table_put(&grown, &table->entries[i]);
        }
    }
    free(table->entries);
    *table = grown;
    return true;
}

bool qc_name_table_begin(struct qc_name_table *table)
{
    return table_grow(table);
}

void qc_name_table_free(struct qc_name_table *table)
{
    free(table->entries);
}

static bool table_has(const struct qc_name_table *table, size_t hash, const char *name,
                      enum qc_name_kind kind)
{
    size_t mask = table->capacity - 1;
    for (size_t at = hash & mask; table->entries[at].name != NULL; at = (at + 1) & mask) {
        if (is_entry(&table->entries[at], hash, name, kind)) {
            return true;
        }
    }
    return false;
}

bool qc_name_table_add(struct qc_name_table *table, const struct qc_name *wanted)
{
    size_t hash = hash_name(wanted->name, wanted->kind);
    if (wanted->kind != QC_NAME_VARIABLE && table_has(table, hash, wanted->name, wanted->kind)) {
        return true;
    }
    if (2 * table->count >= table->capacity && !table_grow(table)) {
        return false;
    }
    struct qc_name entry = *wanted;
    entry.hash = hash;
    table->count++;
    table_put(table, &entry);
    return true;
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

const struct qc_name *qc_name_table_find(const struct qc_name_table *table, const char *name,
                                         const char *unit, enum qc_name_kind kind)
{
    const struct qc_name *found = NULL;
    size_t mask = table->capacity - 1;
    size_t hash = hash_name(name, kind);
    for (size_t at = hash & mask; table->entries[at].name != NULL; at = (at + 1) & mask) {
        struct qc_name *entry = &table->entries[at];
        bool better = found == NULL || (entry->external && !found->external) ||
                      (entry->external == found->external && entry->die.addr < found->die.addr);
        if (is_entry(entry, hash, name, kind) && better &&
            (unit == NULL || is_in_unit(&entry->die, unit))) {
            found = entry;
        }
    }
    return found;
}
