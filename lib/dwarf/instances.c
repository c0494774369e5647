/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/instances.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/vec.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/index.h"

/* Whether a type has one of the wanted ones inside. */
enum verdict {
    NOT_KNOWN,
    ASKING, /* a type that is inside itself only through pointers has no end of it */
    NO,
    YES,
};

struct remembered {
    uintptr_t key; /* 0: empty */
    enum verdict verdict;
};

/* By where a DIE is in memory, or by what a type is known by. Open addressing, never more than half
   full. */
struct memory {
    struct remembered *entries;
    size_t size; /* a power of two */
    size_t used;
};

struct taker {
    const char *const *types;
    size_t type_count;
    struct qemucore_module *module;
    struct qc_inventory *inventory;
    struct memory inside; /* structures and arrays: whether they have a wanted one inside */
    struct memory known;  /* the same of structures that have a tag, for all units */
    struct memory types_of_variables; /* by their keys: NO is not looked at */
    size_t left; /* items that may still be listed */
};

/* ---- types ---- */

static size_t memory_slot(const struct memory *memory, uintptr_t key)
{
    size_t mask = memory->size - 1;
    size_t at = (key * 0x9e3779b97f4a7c15u >> 20) & mask;
    while (memory->entries[at].key != 0 && memory->entries[at].key != key) {
        at = (at + 1) & mask;
    }
    return at;
}

static bool memory_grow(struct memory *memory)
{
    struct memory grown = {.size = memory->size == 0 ? 4096 : 2 * memory->size,
                           .used = memory->used};
    grown.entries = calloc(grown.size, sizeof(*grown.entries));
    if (grown.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < memory->size; i++) {
        if (memory->entries[i].key != 0) {
            grown.entries[memory_slot(&grown, memory->entries[i].key)] = memory->entries[i];
        }
    }
    free(memory->entries);
    *memory = grown;
    return true;
}

static enum verdict recall(const struct memory *memory, uintptr_t key)
{
    return memory->size == 0 ? NOT_KNOWN : memory->entries[memory_slot(memory, key)].verdict;
}

static void remember(struct memory *memory, uintptr_t key, enum verdict verdict)
{
    if (2 * memory->used >= memory->size && !memory_grow(memory)) {
        return;
    }
    struct remembered *slot = &memory->entries[memory_slot(memory, key)];
    memory->used += slot->key == 0;
    *slot = (struct remembered){key, verdict};
}

/*
 * What a structure is known by in all units, each of which has its own DIE of it: its tag, its size
 * and the line where it is defined. 0: it has no tag. (FNV-1a; of 64 bits, so that no two of the
 * thousands that a program has are the same.)
 */
static uintptr_t type_key(Dwarf_Die *structure)
{
    int line = 0;
    uint64_t hash = 0xcbf29ce484222325u;
    const char *tag = dwarf_diename(structure);
    if (tag == NULL || dwarf_decl_line(structure, &line) != 0) {
        return 0;
    }
    for (; *tag != '\0'; tag++) {
        hash = (hash ^ (uint8_t)*tag) * 0x100000001b3u;
    }
    uint64_t numbers[] = {(uint64_t)dwarf_bytesize(structure), (uint64_t)line};
    for (size_t i = 0; i < 2; i++) {
        hash = (hash ^ numbers[i]) * 0x100000001b3u;
    }
    return (uintptr_t)hash;
}

/* Whether the type of a variable or member is a wanted one: by the name of a typedef on the way to
   it, or by its tag. */
static bool is_wanted(const struct taker *taker, Dwarf_Die *holder, size_t *type)
{
    Dwarf_Attribute attribute;
    Dwarf_Die die = *holder;
    for (unsigned i = 0; i < QC_LIMIT_TYPE_DEPTH; i++) {
        if (dwarf_formref_die(dwarf_attr_integrate(&die, DW_AT_type, &attribute), &die) == NULL) {
            return false;
        }
        int tag = dwarf_tag(&die);
        const char *name = dwarf_diename(&die);
        for (size_t j = 0; name != NULL && j < taker->type_count; j++) {
            if (strcmp(name, taker->types[j]) == 0) {
                *type = j;
                return true;
            }
        }
        if (tag != DW_TAG_typedef && tag != DW_TAG_const_type && tag != DW_TAG_volatile_type) {
            return false;
        }
    }
    return false;
}

static bool type_has(struct taker *taker, struct qc_type *type, unsigned depth);

static bool holder_has(struct taker *taker, Dwarf_Die *holder, unsigned depth)
{
    size_t wanted;
    struct qc_type type;
    return is_wanted(taker, holder, &wanted) ||
           (qc_type_of(holder, &type) && type.has_die && type_has(taker, &type, depth));
}

static bool type_has(struct taker *taker, struct qc_type *type, unsigned depth)
{
    if (depth == 0 || (type->kind != QC_TYPE_STRUCTURE && type->kind != QC_TYPE_ARRAY)) {
        return false;
    }
    uintptr_t key = (uintptr_t)type->die.addr;
    enum verdict verdict = recall(&taker->inside, key);
    if (verdict != NOT_KNOWN) {
        return verdict == YES;
    }
    remember(&taker->inside, key, ASKING);
    bool has = false;
    uintptr_t shared = type->kind == QC_TYPE_STRUCTURE ? type_key(&type->die) : 0;
    verdict = shared == 0 ? NOT_KNOWN : recall(&taker->known, shared);
    if (verdict == YES || verdict == NO) {
        has = verdict == YES;
    } else if (type->kind == QC_TYPE_ARRAY) {
        Dwarf_Die array = type->die;
        has = holder_has(taker, &array, depth - 1);
    } else {
        Dwarf_Die structure = type->die;
        Dwarf_Die member;
        bool more = dwarf_child(&structure, &member) == 0;
        for (; more && !has; more = dwarf_siblingof(&member, &member) == 0) {
            has = dwarf_tag(&member) == DW_TAG_member && holder_has(taker, &member, depth - 1);
        }
    }
    remember(&taker->inside, key, has ? YES : NO);
    if (shared != 0) {
        remember(&taker->known, shared, has ? YES : NO);
    }
    return has;
}

/* ---- objects ---- */

static void item_add(struct taker *taker, size_t type, uint64_t address, const char *name)
{
    struct qc_inventory_item *item = taker->left == 0 ? NULL
                                                      : qc_vec_add(&taker->inventory->items);
    taker->inventory->is_cut |= taker->left == 0;
    if (item != NULL) {
        taker->left--;
        item->type = type;
        item->address = address;
        item->name = strdup(name);
        item->length = (unsigned)strlen(name);
    }
}

static void object_list(struct taker *taker, const struct qemucore_object *object, const char *name,
                        unsigned depth);

static void members_list(struct taker *taker, const struct qemucore_object *object,
                         const char *name, unsigned depth)
{
    struct qemucore_object member;
    for (size_t i = 0;
         !taker->inventory->is_cut &&
         qc_object_member_at(object, i, &member, NULL) == QEMUCORE_OK;
         i++) {
        QC_FREE char *path = NULL;
        int length = member.name == NULL || member.name[0] == '\0'
                         ? asprintf(&path, "%s", name)
                         : asprintf(&path, "%s.%s", name, member.name);
        if (length >= 0) {
            object_list(taker, &member, path, depth);
        } else {
            path = NULL;
        }
    }
}

static void elements_list(struct taker *taker, const struct qemucore_object *array,
                          const char *name, unsigned depth)
{
    struct qemucore_object element;
    if (qc_object_element(array, 0, &element, NULL) != QEMUCORE_OK || element.type.size == 0) {
        return;
    }
    size_t count = array->type.size / element.type.size;
    for (size_t i = 0; i < count && i < QC_LIMIT_ELEMENTS && !taker->inventory->is_cut; i++) {
        QC_FREE char *path = NULL;
        if (asprintf(&path, "%s[%zu]", name, i) < 0) {
            path = NULL;
            return;
        }
        struct qemucore_object each = element;
        each.address += i * element.type.size;
        object_list(taker, &each, path, depth);
    }
}

static void object_list(struct taker *taker, const struct qemucore_object *object, const char *name,
                        unsigned depth)
{
    size_t wanted;
    Dwarf_Die holder = object->holder;
    struct qc_type type = object->type;
    if (is_wanted(taker, &holder, &wanted)) {
        item_add(taker, wanted, object->address, name);
    } else if (depth != 0 && type_has(taker, &type, QC_LIMIT_TYPE_DEPTH)) {
        if (type.kind == QC_TYPE_ARRAY) {
            elements_list(taker, object, name, depth - 1);
        } else {
            members_list(taker, object, name, depth - 1);
        }
    }
}

/* glib keeps what its structures are to itself (struct _GHashTable), so looking for one in all of
   QEMU's debug info finds nothing. */
static bool is_of_glib(struct qc_type *type)
{
    const char *tag = type->has_die ? dwarf_diename(&type->die) : NULL;
    return tag != NULL && tag[0] == '_' && tag[1] == 'G' && tag[2] >= 'A' && tag[2] <= 'Z';
}

/* What a pointer points to: "queue->mutex". */
static void pointer_list(struct taker *taker, const struct qemucore_object *pointer,
                         const char *name)
{
    struct qemucore_object target;
    struct qc_type pointee;
    struct qc_type type = pointer->type;
    size_t wanted;
    Dwarf_Die die = type.die;
    bool is_lock = is_wanted(taker, &die, &wanted);
    if (!is_lock && (!qc_type_target(&type, &pointee) || pointee.kind != QC_TYPE_STRUCTURE ||
                     is_of_glib(&pointee))) {
        return;
    }
    if (qc_object_target(pointer, &target, NULL) != QEMUCORE_OK) {
        return;
    }
    if (is_lock) {
        QC_FREE char *path = NULL;
        if (asprintf(&path, "*%s", name) < 0) {
            path = NULL;
        } else {
            item_add(taker, wanted, target.address, path);
        }
        return;
    }
    struct qc_type complete = target.type;
    struct qemucore_object member;
    for (size_t i = 0; !taker->inventory->is_cut &&
                       type_has(taker, &complete, QC_LIMIT_TYPE_DEPTH) &&
                       qc_object_member_at(&target, i, &member, NULL) == QEMUCORE_OK;
         i++) {
        QC_FREE char *path = NULL;
        if (asprintf(&path, "%s->%s", name, member.name == NULL ? "" : member.name) < 0) {
            path = NULL;
        } else {
            object_list(taker, &member, path, QC_LIMIT_INVENTORY_DEPTH);
        }
    }
}

/* Whether variables of a type may lead to a wanted object: by the type alone. */
static bool may_lead(struct taker *taker, Dwarf_Die *die, struct qc_type *type)
{
    struct qc_type pointee;
    size_t wanted;
    if (!qc_type_of(die, type) || !type->has_die) {
        return false;
    }
    if (type->kind != QC_TYPE_POINTER) {
        return is_wanted(taker, die, &wanted) || type_has(taker, type, QC_LIMIT_TYPE_DEPTH);
    }
    Dwarf_Die pointer = type->die;
    return is_wanted(taker, &pointer, &wanted) ||
           (qc_type_target(type, &pointee) && pointee.kind == QC_TYPE_STRUCTURE &&
            !is_of_glib(&pointee));
}

static bool visit_variable(void *opaque, const char *name, Dwarf_Die *die, uint64_t type_key)
{
    struct taker *taker = opaque;
    struct qemucore_object object;
    struct qc_type type;
    if (type_key != 0 && recall(&taker->types_of_variables, (uintptr_t)type_key) == NO) {
        return true;
    }
    if (!may_lead(taker, die, &type)) {
        if (type_key != 0) {
            remember(&taker->types_of_variables, (uintptr_t)type_key, NO);
        }
        return true;
    }
    if (qc_object_from_die(taker->module, die, &object, NULL) != QEMUCORE_OK) {
        return true;
    }
    if (type.kind == QC_TYPE_POINTER) {
        pointer_list(taker, &object, name);
    } else {
        object_list(taker, &object, name, QC_LIMIT_INVENTORY_DEPTH);
    }
    return !taker->inventory->is_cut;
}

static int compare_items(const void *left, const void *right)
{
    const struct qc_inventory_item *a = left;
    const struct qc_inventory_item *b = right;
    if (a->address != b->address) {
        return a->address < b->address ? -1 : 1;
    }
    if (a->length != b->length) {
        return a->length < b->length ? -1 : 1;
    }
    return a->name == NULL || b->name == NULL ? 0 : strcmp(a->name, b->name);
}

static struct taker taker_new(struct qemucore_module *module, const char *const *types,
                              size_t count, size_t most, struct qc_inventory *inventory)
{
    return (struct taker){
        .types = types,
        .type_count = count,
        .module = module,
        .inventory = inventory,
        .left = most,
    };
}

static void taker_end(struct taker *taker)
{
    free(taker->inside.entries);
    free(taker->known.entries);
    free(taker->types_of_variables.entries);
    qc_inventory_sort(taker->inventory);
}

void qc_inventory_take(struct qemucore_module *module, const char *const *types, size_t count,
                       struct qc_inventory *ret)
{
    struct taker taker = taker_new(module, types, count, QC_LIMIT_INVENTORY, ret);
    qc_names_each_variable(module, visit_variable, &taker);
    taker_end(&taker);
}

void qc_inventory_take_variable(struct qemucore_module *module, const char *name, Dwarf_Die *die,
                                const char *const *types, size_t count,
                                struct qc_inventory *ret)
{
    struct taker taker = taker_new(module, types, count, QC_LIMIT_ELEMENTS, ret);
    visit_variable(&taker, name, die, 0);
    taker_end(&taker);
}

void qc_inventory_free(struct qc_inventory *inventory)
{
    for (size_t i = 0; i < inventory->items.count; i++) {
        free(inventory->items.items[i].name);
    }
    qc_vec_free(&inventory->items);
}

const struct qc_inventory_item *qc_inventory_find(const struct qc_inventory *inventory,
                                                  uint64_t address, size_t type)
{
    size_t low =
        qc_lower_bound(inventory->items.count, i, inventory->items.items[i].address < address);
    for (; low < inventory->items.count && inventory->items.items[low].address == address; low++) {
        if (inventory->items.items[low].type == type) {
            return &inventory->items.items[low];
        }
    }
    return NULL;
}

void qc_inventory_take_object(const struct qemucore_object *object, const char *const *types,
                              size_t count, struct qc_inventory *ret)
{
    struct taker taker = taker_new(object->module, types, count, QC_LIMIT_ELEMENTS, ret);
    object_list(&taker, object, "", QC_LIMIT_INVENTORY_DEPTH);
    taker_end(&taker);
}

void qc_inventory_sort(struct qc_inventory *inventory)
{
    qc_vec_sort(&inventory->items, compare_items);
}

char *qc_inventory_member(const struct qemucore_object *object, const char *type, uint64_t address)
{
    const char *types[] = {type};
    struct qc_inventory inside = {0};
    qc_inventory_take_object(object, types, 1, &inside);
    const struct qc_inventory_item *item = qc_inventory_find(&inside, address, 0);
    char *name = item == NULL || item->name == NULL ? NULL : strdup(item->name);
    qc_inventory_free(&inside);
    return name;
}
