/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/qom.h"

#include <string.h>

#include "base/base.h"
#include "qemu/qemu_limits.h"

/* The members of struct _GHashTable (glib/ghash.c) that a walk needs. */
struct table {
    uint64_t size;
    uint64_t hashes;
    uint64_t values;
};

/*
 * Reads { size, gint mod, guint mask, gint nnodes, gint noccupied, [guint have_big_keys : 1,
 * have_big_values : 1,] gpointer keys, guint *hashes, gpointer values }; size has size_width bytes.
 * The two bits exist since 2.60, where older versions have padding.
 */
static bool table_read(struct qc_fields *fields, uint64_t address, unsigned size_width,
                       struct table *ret)
{
    uint64_t mask;
    uint64_t nodes;
    uint64_t at = address + size_width;
    uint64_t pointers = address + (size_width == 8 ? 32 : 24);
    return qc_fields_number(fields, address, size_width, &ret->size) && qc_fields_number(fields, at + 4, 4, &mask) &&
           qc_fields_number(fields, at + 8, 4, &nodes) && ret->size == mask + 1 &&
           (ret->size & mask) == 0 && nodes <= ret->size && ret->size <= QC_LIMIT_HASH_TABLE &&
           qc_fields_pointer(fields, pointers + 8, &ret->hashes) &&
           qc_fields_pointer(fields, pointers + 16, &ret->values);
}

/* Content of a slot of the table. */
enum slot {
    SLOT_UNREADABLE,
    SLOT_OTHER, /* nothing, or a property that is no child */
    SLOT_CHILD,
};

static enum slot slot_read(struct qc_fields *fields, const struct table *table, uint64_t index,
                           uint64_t *property)
{
    uint64_t hash;
    if (!qc_fields_number(fields, table->hashes + 4 * index, 4, &hash)) {
        return SLOT_UNREADABLE;
    }
    if (hash < 2) {
        return SLOT_OTHER; /* 0: never used; 1: its entry was removed */
    }
    if (!qc_fields_pointer(fields, table->values + 8 * index, property)) {
        return SLOT_UNREADABLE;
    }
    QC_FREE char *type = qc_field_text(fields, QC_FIELD_PROPERTY_TYPE, *property);
    return type == NULL                     ? SLOT_UNREADABLE
           : qc_text_begins(type, "child<") ? SLOT_CHILD
                                            : SLOT_OTHER;
}

bool qc_qom_each_child(struct qc_fields *fields, uint64_t object, qc_qom_visitor *visitor,
                       void *opaque)
{
    uint64_t properties;
    struct table table;
    bool is_whole = true;
    if (!qc_field_read(fields, QC_FIELD_OBJECT_PROPERTIES, object, &properties)) {
        return false;
    }
    if (properties == 0) {
        return true;
    }
    if (!table_read(fields, properties, 8, &table) && !table_read(fields, properties, 4, &table)) {
        return false;
    }
    for (uint64_t i = 0; i < table.size; i++) {
        uint64_t property;
        uint64_t child;
        if (!qc_fields_take_slot(fields)) {
            return false;
        }
        enum slot slot = slot_read(fields, &table, i, &property);
        QC_FREE char *name = slot == SLOT_CHILD
                                 ? qc_field_text(fields, QC_FIELD_PROPERTY_NAME, property)
                                 : NULL;
        bool is_read = name != NULL && qc_field_read(fields, QC_FIELD_PROPERTY_OPAQUE, property, &child);
        is_whole &= slot == SLOT_OTHER || is_read;
        if (is_read && !visitor(opaque, name, child)) {
            return is_whole;
        }
    }
    return is_whole;
}

struct search {
    const char *name;
    uint64_t child;
    char *found_name;
    bool found;
};

static bool match_child(void *opaque, const char *name, uint64_t child)
{
    struct search *search = opaque;
    search->found = child == search->child;
    search->found_name = search->found ? strdup(name) : NULL;
    return !search->found;
}

static bool match_name(void *opaque, const char *name, uint64_t child)
{
    struct search *search = opaque;
    search->found = strcmp(name, search->name) == 0;
    search->child = child;
    return !search->found;
}

char *qc_qom_id(struct qc_fields *fields, uint64_t object)
{
    struct search search = {.child = object};
    uint64_t parent;
    if (!qc_field_read(fields, QC_FIELD_OBJECT_PARENT, object, &parent) || parent == 0) {
        return NULL;
    }
    qc_qom_each_child(fields, parent, match_child, &search);
    return search.found_name;
}

/* hw/core/qdev.c makes a device with a name the child /machine/peripheral/NAME. */
static char *id_of_path(const char *path)
{
    static const char named[] = "/machine/peripheral/";
    const char *id = qc_text_begins(path, named) ? path + strlen(named) : NULL;
    return id == NULL ? NULL : strndup(id, strcspn(id, "/"));
}

char *qc_qom_device_id(struct qc_fields *fields, uint64_t device)
{
    char *id = qc_field_text(fields, QC_FIELD_DEVICE_ID, device);
    uint64_t parent;
    if (id != NULL || !qc_field_read(fields, QC_FIELD_OBJECT_PARENT, device, &parent) ||
        parent == 0) {
        return id;
    }
    QC_FREE char *type = qc_qom_type(fields, parent);
    QC_FREE char *path = qc_field_text(fields, QC_FIELD_DEVICE_PATH, device);
    return type == NULL || strstr(type, "virtio") == NULL
               ? id_of_path(path)
               : qc_field_text(fields, QC_FIELD_DEVICE_ID, parent);
}

bool qc_qom_child(struct qc_fields *fields, uint64_t object, const char *name, uint64_t *ret)
{
    struct search search = {.name = name};
    qc_qom_each_child(fields, object, match_name, &search);
    if (search.found) {
        *ret = search.child;
    }
    return search.found;
}

char *qc_qom_type(struct qc_fields *fields, uint64_t object)
{
    uint64_t class;
    uint64_t type;
    if (!qc_field_read(fields, QC_FIELD_OBJECT_CLASS, object, &class) || class == 0 ||
        !qc_field_read(fields, QC_FIELD_CLASS_TYPE, class, &type) || type == 0) {
        return NULL;
    }
    return qc_field_text(fields, QC_FIELD_TYPE_NAME, type);
}

uint64_t qc_qom_root(struct qc_fields *fields, uint64_t object)
{
    uint64_t parent;
    for (unsigned i = 0; i < QC_LIMIT_QOM_DEPTH &&
                         qc_field_read(fields, QC_FIELD_OBJECT_PARENT, object, &parent) &&
                         parent != 0;
         i++) {
        object = parent;
    }
    return object;
}
