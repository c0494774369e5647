/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/qom.h"

#include <string.h>

#include "base/base.h"
#include "qemu/qemu_limits.h"

/*
 * Reads struct _GHashTable (glib/ghash.c), { size, gint mod, guint mask, gint nnodes,
 * gint noccupied, [guint have_big_keys : 1, have_big_values : 1,] gpointer keys, guint *hashes,
 * gpointer values }; size has size_width bytes. The two bits exist since 2.60, where older versions
 * have padding.
 */
static bool table_read(struct qc_qom_children *children, uint64_t address, unsigned size_width)
{
    struct qc_fields *fields = children->fields;
    uint64_t size;
    uint64_t mask;
    uint64_t nodes;
    uint64_t at = address + size_width;
    uint64_t pointers = address + (size_width == 8 ? 32 : 24);
    if (!qc_fields_number(fields, address, size_width, &size) ||
        !qc_fields_number(fields, at + 4, 4, &mask) ||
        !qc_fields_number(fields, at + 8, 4, &nodes) || size != mask + 1 || (size & mask) != 0 ||
        nodes > size || size > QC_LIMIT_HASH_TABLE ||
        !qc_fields_pointer(fields, pointers + 8, &children->hashes) ||
        !qc_fields_pointer(fields, pointers + 16, &children->values)) {
        return false;
    }
    children->slots = size;
    return true;
}

/* Content of a slot of the table. */
enum slot {
    SLOT_UNREADABLE,
    SLOT_OTHER, /* nothing, or a property that is no child */
    SLOT_CHILD,
};

static enum slot slot_read(const struct qc_qom_children *children, uint64_t index,
                           uint64_t *property)
{
    struct qc_fields *fields = children->fields;
    uint64_t hash;
    if (!qc_fields_number(fields, children->hashes + 4 * index, 4, &hash)) {
        return SLOT_UNREADABLE;
    }
    if (hash < 2) {
        return SLOT_OTHER; /* 0: never used; 1: its entry was removed */
    }
    if (!qc_fields_pointer(fields, children->values + 8 * index, property)) {
        return SLOT_UNREADABLE;
    }
    const char *type = qc_field_text(fields, QC_FIELD_PROPERTY_TYPE, *property);
    return type == NULL                     ? SLOT_UNREADABLE
           : qc_str_begins(type, "child<") ? SLOT_CHILD
                                            : SLOT_OTHER;
}

struct qc_qom_children qc_qom_children(struct qc_fields *fields, uint64_t object)
{
    struct qc_qom_children children = {.fields = fields};
    uint64_t properties;
    children.is_whole =
        qc_field_read(fields, QC_FIELD_OBJECT_PROPERTIES, object, &properties) &&
        (properties == 0 || table_read(&children, properties, 8) ||
         table_read(&children, properties, 4));
    return children;
}

bool qc_qom_next_child(struct qc_qom_children *children)
{
    struct qc_fields *fields = children->fields;
    bool is_read = false;
    while (children->slot < children->slots && !is_read) {
        uint64_t property;
        if (!qc_fields_take_slot(fields)) {
            children->is_whole = false;
            return false;
        }
        enum slot slot = slot_read(children, children->slot++, &property);
        children->name = slot == SLOT_CHILD
                             ? qc_field_text(fields, QC_FIELD_PROPERTY_NAME, property)
                             : NULL;
        is_read = children->name != NULL &&
                  qc_field_read(fields, QC_FIELD_PROPERTY_OPAQUE, property, &children->address);
        children->is_whole &= slot == SLOT_OTHER || is_read;
    }
    return is_read;
}

const char *qc_qom_id(struct qc_fields *fields, uint64_t object)
{
    uint64_t parent;
    if (!qc_field_read(fields, QC_FIELD_OBJECT_PARENT, object, &parent) || parent == 0) {
        return NULL;
    }
    struct qc_qom_children children = qc_qom_children(fields, parent);
    while (qc_qom_next_child(&children)) {
        if (children.address == object) {
            return children.name;
        }
    }
    return NULL;
}

/* hw/core/qdev.c makes a device with a name the child /machine/peripheral/NAME. */
static const char *id_of_path(struct qc_fields *fields, const char *path)
{
    static const char named[] = "/machine/peripheral/";
    const char *id = qc_str_begins(path, named) ? path + strlen(named) : NULL;
    return qc_fields_keep(fields, id == NULL ? NULL : strndup(id, strcspn(id, "/")));
}

const char *qc_qom_device_id(struct qc_fields *fields, uint64_t device)
{
    const char *id = qc_field_text(fields, QC_FIELD_DEVICE_ID, device);
    uint64_t parent;
    if (id != NULL || !qc_field_read(fields, QC_FIELD_OBJECT_PARENT, device, &parent) ||
        parent == 0) {
        return id;
    }
    const char *type = qc_qom_type(fields, parent);
    const char *path = qc_field_text(fields, QC_FIELD_DEVICE_PATH, device);
    return type == NULL || strstr(type, "virtio") == NULL
               ? id_of_path(fields, path)
               : qc_field_text(fields, QC_FIELD_DEVICE_ID, parent);
}

bool qc_qom_child(struct qc_fields *fields, uint64_t object, const char *name, uint64_t *ret)
{
    struct qc_qom_children children = qc_qom_children(fields, object);
    while (qc_qom_next_child(&children)) {
        if (strcmp(children.name, name) == 0) {
            *ret = children.address;
            return true;
        }
    }
    return false;
}

const char *qc_qom_type(struct qc_fields *fields, uint64_t object)
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
