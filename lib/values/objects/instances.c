/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/objects/instances.h"

#include <dwarf.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "values/values_limits.h"

/* Whether a type contains a wanted one. */
enum answer {
    NOT_KNOWN,
    IN_PROGRESS, /* stops the recursion on a type that contains itself */
    NO,
    YES,
};

struct cached_answer {
    struct qc_type_key key;
    enum answer answer;
};

struct search {
    const char *const *types;
    size_t type_count;
    struct qemucore_module *module;
    struct qc_instances *found;
    /* Each is a tree of tsearch(3) with cached answers. */
    void *types_inside;       /* for structures and arrays, by address of the DIE */
    void *types_of_members;   /* for types of members, by address of the DIE */
    void *types_of_variables; /* for types that lead to no wanted one, by qc_type_key */
    size_t left;   /* instances that may still be added */
    size_t visits; /* objects that may still be visited */
};

/* ---- types ---- */

QC_DEFINE_ORDER(compare_cached, struct cached_answer,
                qc_compare((uintptr_t)a->key.name, (uintptr_t)b->key.name) ?:
                qc_compare(a->key.line, b->key.line) ?: qc_compare(a->key.tags, b->key.tags))

static enum answer cache_get(void *const *cache, const struct qc_type_key *key)
{
    struct cached_answer wanted = {.key = *key};
    struct cached_answer *const *found = tfind(&wanted, cache, compare_cached);
    return found == NULL ? NOT_KNOWN : (*found)->answer;
}

/* If memory runs out, the answer is computed again. */
static void cache_put(void **cache, const struct qc_type_key *key, enum answer answer)
{
    struct cached_answer *added = malloc(sizeof(*added));
    if (added == NULL) {
        return;
    }
    *added = (struct cached_answer){*key, answer};
    struct cached_answer **found = tsearch(added, cache, compare_cached);
    if (found == NULL || *found != added) {
        free(added);
    }
    if (found != NULL) {
        (*found)->answer = answer;
    }
}

/* Tells whether the type of a variable or member is a wanted one: by its tag, or by a typedef on
   the way to it. */
static bool is_wanted(const struct search *search, Dwarf_Die *holder, size_t *type)
{
    Dwarf_Attribute attribute;
    Dwarf_Die die = *holder;
    for (unsigned i = 0; i < QC_LIMIT_TYPE_DEPTH; i++) {
        if (dwarf_formref_die(dwarf_attr_integrate(&die, DW_AT_type, &attribute), &die) == NULL) {
            return false;
        }
        int tag = dwarf_tag(&die);
        bool may_be_it = tag == DW_TAG_typedef || tag == DW_TAG_structure_type ||
                         tag == DW_TAG_union_type || tag == DW_TAG_class_type;
        const char *name = may_be_it ? dwarf_diename(&die) : NULL;
        for (size_t j = 0; name != NULL && j < search->type_count; j++) {
            if (strcmp(name, search->types[j]) == 0) {
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

static bool type_contains(struct search *search, struct qc_type *type, unsigned depth);

/* Caches the answer: members share few types. */
static bool holder_contains(struct search *search, Dwarf_Die *holder, unsigned depth)
{
    size_t wanted;
    struct qc_type type;
    Dwarf_Attribute attribute;
    Dwarf_Die die;
    if (dwarf_formref_die(dwarf_attr_integrate(holder, DW_AT_type, &attribute), &die) == NULL) {
        return false;
    }
    struct qc_type_key key = {.name = die.addr};
    enum answer answer = cache_get(&search->types_of_members, &key);
    if (answer == NOT_KNOWN) {
        bool has = is_wanted(search, holder, &wanted) ||
                   (qc_type_of(holder, &type) && type.has_die &&
                    type_contains(search, &type, depth));
        answer = has ? YES : NO;
        cache_put(&search->types_of_members, &key, answer);
    }
    return answer == YES;
}

static bool type_contains(struct search *search, struct qc_type *type, unsigned depth)
{
    if (depth == 0 || (type->kind != QC_TYPE_STRUCTURE && type->kind != QC_TYPE_ARRAY)) {
        return false;
    }
    struct qc_type_key key = {.name = type->die.addr};
    enum answer answer = cache_get(&search->types_inside, &key);
    if (answer != NOT_KNOWN) {
        return answer == YES;
    }
    cache_put(&search->types_inside, &key, IN_PROGRESS);
    bool has = false;
    Dwarf_Die die = type->die;
    if (type->kind == QC_TYPE_ARRAY) {
        has = holder_contains(search, &die, depth - 1);
    } else {
        Dwarf_Die member;
        bool more = dwarf_child(&die, &member) == 0;
        for (; more && !has; more = qc_die_sibling(&member, &member) == 0) {
            has = dwarf_tag(&member) == DW_TAG_member &&
                  holder_contains(search, &member, depth - 1);
        }
    }
    cache_put(&search->types_inside, &key, has ? YES : NO);
    return has;
}

/* ---- objects ---- */

/* To be called only if there is another object. Notes that it is left out if no more may be visited. */
static bool is_over(struct search *search)
{
    search->found->is_cut |= search->visits == 0;
    return search->visits == 0;
}

static void instance_add(struct search *search, size_t type, uint64_t address, const char *name)
{
    if (search->left == 0) {
        search->found->is_cut = true;
        search->visits = 0;
        return;
    }
    struct qc_instance *item = qc_vec_add(&search->found->items);
    if (item != NULL) {
        search->left--;
        item->type = type;
        item->address = address;
        item->name = strdup(name);
        item->length = (unsigned)strlen(name);
    }
}

static void add_object(struct search *search, const struct qemucore_object *object,
                       const char *name, unsigned depth);

static void add_members(struct search *search, const struct qemucore_object *object,
                        const char *name, unsigned depth)
{
    struct qemucore_object member;
    struct qc_member_walk walk = qc_member_walk(object);
    while (qc_member_walk_next(&walk, &member) && !is_over(search)) {
        const char *its_name = qc_str_or(member.name, "");
        QC_FREE char *path = qc_format("%s%s%s", name, its_name[0] == '\0' ? "" : ".", its_name);
        if (path != NULL) {
            add_object(search, &member, path, depth);
        }
    }
}

static void add_elements(struct search *search, const struct qemucore_object *array,
                         const char *name, unsigned depth)
{
    struct qemucore_object element;
    if (qc_object_element(array, 0, &element, NULL) != QEMUCORE_OK || element.type.size == 0) {
        return;
    }
    size_t count = array->type.size / element.type.size;
    search->found->is_cut |= count > QC_LIMIT_ELEMENTS;
    for (size_t i = 0; i < count && i < QC_LIMIT_ELEMENTS && !is_over(search); i++) {
        QC_FREE char *path = qc_format("%s[%zu]", name, i);
        if (path == NULL) {
            return;
        }
        struct qemucore_object each = element;
        each.address += i * element.type.size;
        add_object(search, &each, path, depth);
    }
}

static void add_object(struct search *search, const struct qemucore_object *object,
                       const char *name, unsigned depth)
{
    size_t wanted;
    Dwarf_Die holder = object->holder;
    struct qc_type type = object->type;
    if (is_over(search)) {
        return;
    }
    search->visits--;
    if (is_wanted(search, &holder, &wanted)) {
        instance_add(search, wanted, object->address, name);
    } else if (depth != 0 && type_contains(search, &type, QC_LIMIT_TYPE_DEPTH)) {
        if (type.kind == QC_TYPE_ARRAY) {
            add_elements(search, object, name, depth - 1);
        } else {
            add_members(search, object, name, depth - 1);
        }
    }
}

/* glib does not publish its structures (struct _GHashTable), so a search of all of QEMU's debug
   info would find nothing. */
static bool is_of_glib(struct qc_type *type)
{
    const char *tag = type->has_die ? dwarf_diename(&type->die) : NULL;
    return tag != NULL && tag[0] == '_' && tag[1] == 'G' && tag[2] >= 'A' && tag[2] <= 'Z';
}

/* Adds objects that a pointer points to: "queue->mutex". */
static void add_pointee(struct search *search, const struct qemucore_object *pointer,
                        const char *name)
{
    struct qemucore_object target;
    struct qc_type pointee;
    struct qc_type type = pointer->type;
    size_t wanted;
    Dwarf_Die die = type.die;
    bool is_target = is_wanted(search, &die, &wanted);
    if (!is_target && (!qc_type_target(&type, &pointee) || pointee.kind != QC_TYPE_STRUCTURE ||
                       is_of_glib(&pointee))) {
        return;
    }
    if (qc_object_target(pointer, &target, NULL) != QEMUCORE_OK) {
        return;
    }
    if (is_target) {
        QC_FREE char *path = qc_format("*%s", name);
        if (path != NULL) {
            instance_add(search, wanted, target.address, path);
        }
        return;
    }
    struct qc_type complete = target.type;
    struct qemucore_object member;
    struct qc_member_walk walk = qc_member_walk(&target);
    while (type_contains(search, &complete, QC_LIMIT_TYPE_DEPTH) &&
           qc_member_walk_next(&walk, &member) && !is_over(search)) {
        QC_FREE char *path = qc_format("%s->%s", name, qc_str_or(member.name, ""));
        if (path != NULL) {
            add_object(search, &member, path, QC_LIMIT_INSTANCE_DEPTH);
        }
    }
}

/* Tells from the type alone whether a variable may lead to a wanted object. */
static bool may_lead(struct search *search, Dwarf_Die *die, struct qc_type *type)
{
    struct qc_type pointee;
    size_t wanted;
    if (!qc_type_of(die, type) || !type->has_die) {
        return false;
    }
    if (type->kind != QC_TYPE_POINTER) {
        return is_wanted(search, die, &wanted) || type_contains(search, type, QC_LIMIT_TYPE_DEPTH);
    }
    Dwarf_Die pointer = type->die;
    return is_wanted(search, &pointer, &wanted) ||
           (qc_type_target(type, &pointee) && pointee.kind == QC_TYPE_STRUCTURE &&
            !is_of_glib(&pointee));
}

/* Decides from the tags of a variable's types, down to the first one with a name. A constant is
   never a wanted object, since those are written to. A number leads nowhere. */
static bool key_may_lead(const struct qc_type_key *key)
{
    bool is_pointer = false;
    uint16_t tag = 0;
    for (unsigned bits = 64; bits != 0;) {
        bits -= 16;
        tag = (uint16_t)(key->tags >> bits);
        is_pointer |= tag == DW_TAG_pointer_type;
        if (tag == DW_TAG_const_type && !is_pointer) {
            return false;
        }
    }
    return key->name == NULL || (tag != DW_TAG_base_type && tag != DW_TAG_enumeration_type);
}

static bool visit_variable(void *opaque, const char *name, Dwarf_Die *die,
                           const struct qc_type_key *type_key)
{
    struct search *search = opaque;
    struct qemucore_object object;
    struct qc_type type;
    if (!key_may_lead(type_key)) {
        return true;
    }
    if (type_key->name != NULL && cache_get(&search->types_of_variables, type_key) == NO) {
        return true;
    }
    if (!may_lead(search, die, &type)) {
        if (type_key->name != NULL) {
            cache_put(&search->types_of_variables, type_key, NO);
        }
        return true;
    }
    if (is_over(search)) {
        return false;
    }
    if (qc_object_from_die(search->module, die, &object, NULL) != QEMUCORE_OK) {
        return true;
    }
    if (type.kind == QC_TYPE_POINTER) {
        add_pointee(search, &object, name);
    } else {
        add_object(search, &object, name, QC_LIMIT_INSTANCE_DEPTH);
    }
    return true;
}

QC_DEFINE_ORDER(compare_items, struct qc_instance,
                qc_compare(a->address, b->address) ?: qc_compare(a->length, b->length) ?:
                (a->name == NULL || b->name == NULL ? 0 : strcmp(a->name, b->name)))

static struct search search_new(struct qemucore_module *module, const char *const *types,
                                size_t count, size_t most, struct qc_instances *found)
{
    return (struct search){
        .types = types,
        .type_count = count,
        .module = module,
        .found = found,
        .left = most,
        .visits = QC_LIMIT_INSTANCE_VISITS,
    };
}

static void search_end(struct search *search)
{
    tdestroy(search->types_inside, free);
    tdestroy(search->types_of_members, free);
    tdestroy(search->types_of_variables, free);
    qc_instances_sort(search->found);
}

void qc_instances_find(struct qemucore_module *module, const char *const *types, size_t count,
                       struct qc_instances *ret)
{
    struct search search = search_new(module, types, count, QC_LIMIT_INSTANCES, ret);
    qc_index_each_variable(module, visit_variable, &search);
    search_end(&search);
}

void qc_instances_find_in_variable(struct qemucore_module *module, const char *name, Dwarf_Die *die,
                                   const char *const *types, size_t count,
                                   struct qc_instances *ret)
{
    struct search search = search_new(module, types, count, QC_LIMIT_ELEMENTS, ret);
    visit_variable(&search, name, die, &(struct qc_type_key){0});
    search_end(&search);
}

void qc_instances_free(struct qc_instances *instances)
{
    qc_vec_free_each(&instances->items, item, free(item->name));
}

const struct qc_instance *qc_instances_at(const struct qc_instances *instances,
                                          uint64_t address, size_t type)
{
    size_t low =
        qc_lower_bound(instances->items.count, i, instances->items.items[i].address < address);
    for (; low < instances->items.count && instances->items.items[low].address == address; low++) {
        if (instances->items.items[low].type == type) {
            return &instances->items.items[low];
        }
    }
    return NULL;
}

void qc_instances_find_in_object(const struct qemucore_object *object, const char *const *types,
                                 size_t count, struct qc_instances *ret)
{
    struct search search = search_new(object->module, types, count, QC_LIMIT_ELEMENTS, ret);
    add_object(&search, object, "", QC_LIMIT_INSTANCE_DEPTH);
    search_end(&search);
}

void qc_instances_sort(struct qc_instances *instances)
{
    qc_vec_sort(&instances->items, compare_items);
}

char *qc_instances_member(const struct qemucore_object *object, const char *type, uint64_t address)
{
    const char *types[] = {type};
    struct qc_instances inside = {0};
    qc_instances_find_in_object(object, types, 1, &inside);
    const struct qc_instance *item = qc_instances_at(&inside, address, 0);
    char *name = item == NULL || item->name == NULL ? NULL : strdup(item->name);
    qc_instances_free(&inside);
    return name;
}
