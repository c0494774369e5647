/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qom - QEMU's object tree: who is whose child, by which name
 *
 * An Object's children are properties of type "child<...>" in a GHashTable of its parent, by name.
 * GLib's debug info is rarely there; the table's shape is known (glib/ghash.c: gint size up to
 * 2.62, gsize since), and told from what is in it.
 */
#ifndef QC_QEMU_FIELDS_QOM_H
#define QC_QEMU_FIELDS_QOM_H

#include "qemu/fields/fields.h"

/* The name that the object has among its parent's children ("iothread1"), malloc; NULL: none, or
   it can't be read. */
char *qc_qom_id(struct qc_fields *fields, uint64_t object);

/* Name of the object's type ("iothread"), malloc; NULL: can't be read. */
char *qc_qom_type(struct qc_fields *fields, uint64_t object);

/*
 * The user's name for a device, malloc; NULL: none, or it can't be read. virtio-blk-device and its kin
 * are parts of what the user has made, virtio-blk-pci, and have no name of their own, nor has the disk
 * that usb-storage makes for itself: what is within a device has that one's name. What nobody has named is
 * in a container, which is no device.
 */
char *qc_qom_device_id(struct qc_fields *fields, uint64_t device);

/* The root of the tree that the object is in; the object itself where it has no parent. */
uint64_t qc_qom_root(struct qc_fields *fields, uint64_t object);

/* The child of that name; false: there is none. */
bool qc_qom_child(struct qc_fields *fields, uint64_t object, const char *name, uint64_t *ret);

/* All children, until the visitor answers false. False: not all of them could be read. */
typedef bool qc_qom_visitor(void *opaque, const char *name, uint64_t child);
bool qc_qom_each_child(struct qc_fields *fields, uint64_t object, qc_qom_visitor *visitor,
                       void *opaque);

#endif
