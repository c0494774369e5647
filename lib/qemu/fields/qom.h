/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qom - QEMU's object tree: the children of an object, and their names
 *
 * The children of an Object are those of its properties that have a type "child<...>", in a
 * GHashTable by name. GLib's debug info is rarely available, but the layout of the table is known
 * (glib/ghash.c: gint size up to 2.62, gsize since), and its content tells which one it is.
 */
#pragma once

#include "qemu/fields/fields.h"

/* Returns the object's name among its parent's children ("iothread1"); NULL: it has none, or the
   name can't be read. */
const char *qc_qom_id(struct qc_fields *fields, uint64_t object);

/* Returns the name of the object's type ("iothread"); NULL: it can't be read. */
const char *qc_qom_type(struct qc_fields *fields, uint64_t object);

/*
 * Returns the user's name for a device; NULL: it has none, or the name can't be read. A part of a
 * device has no name of its own and gets that of the device: virtio-blk-device is part of the
 * virtio-blk-pci that the user added, as is the disk that usb-storage creates. A device without a
 * name is a child of a container, which is no device.
 */
const char *qc_qom_device_id(struct qc_fields *fields, uint64_t device);

/* Returns the root of the object's tree: the object itself if it has no parent. */
uint64_t qc_qom_root(struct qc_fields *fields, uint64_t object);

/* Finds the child of a name; false: the object has none. */
bool qc_qom_child(struct qc_fields *fields, uint64_t object, const char *name, uint64_t *ret);

/* A walk over the children of an object, in no order. */
struct qc_qom_children {
    struct qc_fields *fields;
    const char *name; /* of the latest child */
    uint64_t address; /* of the latest child */
    bool is_whole;    /* every child so far could be read */
    uint64_t slot;    /* the next one to be read of the GHashTable */
    uint64_t slots;
    uint64_t hashes;
    uint64_t values;
};

struct qc_qom_children qc_qom_children(struct qc_fields *fields, uint64_t object);

/* Moves on to the next child. False: there is none that can be read. */
bool qc_qom_next_child(struct qc_qom_children *children);
