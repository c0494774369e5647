/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device_tree - buses and the devices on them, as the monitor's "info qtree" shows them
 *
 * The root is the bus that has no device above it (hw/core/sysbus.c). A device that is on no bus is
 * only in the object tree.
 */
#pragma once

#include "qemu/fields/fact.h"

struct qc_tree_device {
    unsigned depth;
    bool is_bus;
    uint64_t address;
    const char *name; /* name of a bus, id of a device; NULL: it has none, or can't be read */
    const char *type; /* for a device, its driver; NULL: can't be read */
    const char *path; /* a device's path in the object tree; NULL: none yet, or can't be read */
    struct qc_fact realized;
    struct qc_fact unplug_pending; /* for a device: the guest was asked to release it */
};

struct qc_device_tree {
    QC_VEC(struct qc_tree_device) list; /* each one before those below it */
    const char *why_cut; /* why a part of the tree is missing; NULL: none is */
    const char *why_absent; /* why there is no tree; NULL: there is one */
};

/* Finds the tree; *ret must be zeroed. */
void qc_device_tree_find(struct qc_fields *fields, struct qc_device_tree *ret);
