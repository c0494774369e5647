/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device_tree - buses and the devices on them, as the monitor's "info qtree" has them
 *
 * It begins at the bus that has no device above it (hw/core/sysbus.c); a device that is on no bus is
 * in no list of one, but in the object tree.
 */
#ifndef QC_QEMU_MACHINE_DEVICE_TREE_H
#define QC_QEMU_MACHINE_DEVICE_TREE_H

#include "qemu/fields/fact.h"

struct qc_tree_device {
    unsigned depth;
    bool is_bus;
    uint64_t address;
    char *name; /* a bus's, a device's id; NULL: a device without one, or it can't be read */
    char *type; /* a device's is its driver; NULL: can't be read */
    char *path; /* of a device, in the object tree; NULL: none yet, or it can't be read */
    struct qc_fact realized;
    struct qc_fact unplug_pending; /* of a device: its guest is asked to let go of it */
};

struct qc_device_tree {
    QC_VEC(struct qc_tree_device) list; /* each before what is below it */
    const char *why_cut; /* a part of it could not be followed; NULL: none */
    char *why_absent;    /* NULL: there is a tree */
};

/* Into a zeroed struct. */
void qc_device_tree_find(struct qc_fields *fields, struct qc_device_tree *ret);
void qc_device_tree_free(struct qc_device_tree *tree);

#endif
