/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unplug - devices that the guest has been asked to let go of (device_del), and has not yet
 */
#ifndef QC_QEMU_STATE_UNPLUG_H
#define QC_QEMU_STATE_UNPLUG_H

#include "base/base.h"
#include "qemu/fields/fact.h"

struct qc_unplug {
    uint64_t address; /* of the DeviceState */
    char *id;         /* of -device or device_add */
    char *type;       /* "virtio-rng-pci"; NULL: not known */
    const char *field; /* that says so: "DeviceState.pending_deleted_event" */
};

struct qc_unplugs {
    QC_VEC(struct qc_unplug) list;
};

/* Into a zeroed struct. Only devices with an id can be unplugged (qmp_device_del). */
void qc_unplugs_find(struct qc_fields *fields, struct qc_unplugs *ret);
void qc_unplugs_free(struct qc_unplugs *unplugs);

#endif
