/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/name_table.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf_limits.h"

#define MIN_CHAINS 256

static bool is_entry(const struct qc_name *entry, uint32_t hash, const char *name,
                     enum qc_name_kind kind)
{
    return entry->hash == hash && entry->kind == kind && strcmp(entry->name, name) == 0;
}

/* Returns the head of a hash chain: the entry added last. NULL: none. */
static struct qc_name *chain_head(const struct qc_name_table *table, uint32_t hash)
{
    uint32_t number = table->chains == NULL ? 0 : table->chains[hash & (table->chain_count - 1)];
    return number == 0 ? NULL : &table->list.items[number - 1];
}

static struct qc_name *chain_next(const struct qc_name_table *table, const struct qc_name *entry)
{
    return entry->next == 0 ? NULL : &table->list.items[entry->next - 1];
}

static void table_link(struct qc_name_table *table, size_t index)
{
    struct qc_name *entry = &table->list.items[index];
    uint32_t *chain = &table->chains[entry->hash & (table->chain_count - 1)];
    entry->next = *chain;
    *chain = (uint32_t)index + 1;
}

/* Makes at least as many chains as there will be names; their count is a power of two. */
static bool table_grow(struct qc_name_table *table, size_t names)
{
    if (names <= table->chain_count) {
        return true;
    }
    size_t count = table->chain_count == 0 ? MIN_CHAINS : table->chain_count;
    while (count < names && count <= UINT32_MAX) {
        count *= 2;
    }
    uint32_t *chains =
        count > UINT32_MAX ? NULL : calloc(count, sizeof(*table->chains));
    if (chains == NULL) {
        return false;
    }
    free(table->chains);
    table->chains = chains;
    table->chain_count = count;
    for (size_t i = 0; i < table->list.count; i++) {
        table_link(table, i);
    }
    return true;
}

void qc_name_table_free(struct qc_name_table *table)
{
    qc_vec_free(&table->list);
    free(table->chains);
}

/* Searches the newest entries of a hash chain only: a hostile file may give all names one hash. */
static bool table_has(const struct qc_name_table *table, uint32_t hash, const char *name,
                      enum qc_name_kind kind)
{
    const struct qc_name *entry = chain_head(table, hash);
    for (unsigned i = 0; entry != NULL && i < QC_LIMIT_NAME_CHAIN; i++) {
        if (is_entry(entry, hash, name, kind)) {
            return true;
        }
        entry = chain_next(table, entry);
    }
    return false;
}

bool qc_name_table_expect(struct qc_name_table *table, size_t count)
{
    size_t names = table->list.count + count;
    if (names > table->list.capacity) {
        void *items = reallocarray(table->list.items, names, sizeof(*table->list.items));
        if (items == NULL) {
            return false;
        }
        table->list.items = items;
        table->list.capacity = names;
    }
    return table_grow(table, names);
}

bool qc_name_table_add(struct qc_name_table *table, const struct qc_name *added)
{
    uint32_t hash = added->hash + added->kind;
    if (added->kind != QC_NAME_VARIABLE && table_has(table, hash, added->name, added->kind)) {
        return true;
    }
    if (!table_grow(table, table->list.count + 1) || !qc_vec_push(&table->list, *added)) {
        return false;
    }
    qc_vec_last(&table->list)->hash = hash;
    table_link(table, table->list.count - 1);
    return true;
}

/* Tells whether the source file of a variable's unit has this path, or one that ends with it. LTO
   moves a variable into a unit of its own making, which refers to the origin. */
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
        size_t unit_length = strlen(unit);
        if (length >= unit_length && strcmp(path + length - unit_length, unit) == 0 &&
            (length == unit_length || path[length - unit_length - 1] == '/')) {
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
    uint32_t hash;
    qc_indexed_name_hash(name, &hash); /* a name that is too long matches no entry */
    hash += kind;
    for (const struct qc_name *entry = chain_head(table, hash); entry != NULL;
         entry = chain_next(table, entry)) {
        bool better = found == NULL || (entry->external && !found->external) ||
                      (entry->external == found->external && entry->die < found->die);
        Dwarf_Die die = qc_name_die(entry);
        if (is_entry(entry, hash, name, kind) && better &&
            (unit == NULL || is_in_unit(&die, unit))) {
            found = entry;
        }
    }
    return found;
}
