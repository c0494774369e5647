/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/queues.h"

#include "base/base.h"
#include "qemu/fields/list.h"
#include "qemu/machine/queues_reader.h"
#include "qemu/qemu_limits.h"

/* Tells whether the devices on a bus are VirtIODevices: it is a virtio-pci-bus, virtio-mmio-bus or
   virtio-ccw-bus. A virtio-serial-bus has ports. */
static bool is_virtio_bus(const char *type)
{
    return qc_str_begins(type, "virtio-") && !qc_str_is(type, "virtio-serial-bus");
}

/* above: the bus that the device is on, or the device that has the bus. */
static bool device_read(const struct qc_queues_reader *reader, const struct qc_tree_device *device,
                        const struct qc_tree_device *above)
{
    return device->is_bus ? !qc_str_is(device->type, "IDE") || qc_queues_ide_read(reader, device, above)
           : qc_str_is(device->type, "nvme")  ? qc_queues_nvme_read(reader, device)
           : is_virtio_bus(above->type) ? qc_queues_virtio_read(reader, device)
                                        : true;
}

static void tree_read(const struct qc_queues_reader *reader, const struct qc_device_tree *tree)
{
    const struct qc_tree_device *above[QC_LIMIT_QOM_DEPTH] = {NULL}; /* path to the element */
    bool goes_on = true;
    for (size_t i = 0; i < tree->list.count && goes_on; i++) {
        const struct qc_tree_device *device = &tree->list.items[i];
        above[device->depth] = device;
        goes_on = device->depth == 0 || device_read(reader, device, above[device->depth - 1]);
    }
}

void qc_queues_find(struct qc_fields *fields, const struct qc_aio_contexts *contexts,
                    struct qc_queues *ret)
{
    QC_GUARD(qc_vec_guard) struct qc_device_tree tree = {.why_cut = NULL};
    QC_GUARD(qc_vec_guard) struct qc_handlers handlers = {.why_cut = NULL};
    struct qc_queues_reader reader = {fields, &handlers, ret};
    qc_device_tree_find(fields, &tree);
    qc_handlers_find(fields, contexts, &handlers);
    tree_read(&reader, &tree);
    qc_list_cut(&ret->why_cut, tree.why_cut);
    qc_list_cut(&ret->why_cut, handlers.why_cut);
    qc_fact_explain(&ret->why_absent, qc_str_or(tree.why_absent, handlers.why_absent));
}

void qc_queues_free(struct qc_queues *queues)
{
    qc_vec_free_each(&queues->virtio, device, qc_vec_free(&device->queues));
    qc_vec_free_each(&queues->nvme, device, qc_queues_nvme_free(device));
    qc_vec_free_each(&queues->ide, bus, qc_vec_free(&bus->requests));
}
