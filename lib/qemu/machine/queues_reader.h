/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * queues_reader - functions that read the queues of one device
 */
#pragma once

#include "qemu/machine/device_tree.h"
#include "qemu/machine/handler.h"
#include "qemu/machine/queues.h"

struct qc_queues_reader {
    struct qc_fields *fields;
    const struct qc_handlers *handlers;
    struct qc_queues *queues;
};

/* Read an element of the device tree, and add it to the list of its kind. False: out of memory. */
bool qc_queues_virtio_read(const struct qc_queues_reader *reader,
                           const struct qc_tree_device *device);
bool qc_queues_nvme_read(const struct qc_queues_reader *reader, const struct qc_tree_device *device);
void qc_queues_nvme_free(struct qc_nvme_device *device);
/* controller: the device that has the bus. */
bool qc_queues_ide_read(const struct qc_queues_reader *reader, const struct qc_tree_device *bus,
                        const struct qc_tree_device *controller);
