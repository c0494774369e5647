/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unplug - devices that the guest was asked to release (device_del), and has not released yet
 */
#pragma once

#include "base/base.h"
#include "qemu/fields/fact.h"

struct qc_unplug {
    uint64_t address; /* address of the DeviceState */
    const char *id;   /* id given to -device or device_add */
    const char *type; /* "virtio-rng-pci"; NULL: not known */
    const char *field; /* member that shows it: "DeviceState.pending_deleted_event" */
};

struct qc_unplugs {
    QC_VEC(struct qc_unplug) list;
};

/* Finds them, into a zeroed struct. Only devices with an id can be unplugged (qmp_device_del). */
void qc_unplugs_find(struct qc_fields *fields, struct qc_unplugs *ret);
