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
    return qc_text_begins(type, "virtio-") && !qc_text_is(type, "virtio-serial-bus");
}

/* above: the bus that the device is on, or the device that has the bus. */
static bool device_read(const struct qc_queues_reader *reader, const struct qc_tree_device *device,
                        const struct qc_tree_device *above)
{
    return device->is_bus ? !qc_text_is(device->type, "IDE") || qc_queues_ide_read(reader, device, above)
           : qc_text_is(device->type, "nvme")  ? qc_queues_nvme_read(reader, device)
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
    QC_GUARD(qc_device_tree_free) struct qc_device_tree tree = {.why_cut = NULL};
    QC_GUARD(qc_handlers_free) struct qc_handlers handlers = {.why_cut = NULL};
    struct qc_queues_reader reader = {fields, &handlers, ret};
    qc_device_tree_find(fields, &tree);
    qc_handlers_find(fields, contexts, &handlers);
    tree_read(&reader, &tree);
    qc_list_cut(&ret->why_cut, tree.why_cut);
    qc_list_cut(&ret->why_cut, handlers.why_cut);
    const char *why = tree.why_absent != NULL ? tree.why_absent : handlers.why_absent;
    if (why != NULL) {
        qc_fact_explain(&ret->why_absent, "%s", why);
    }
}

void qc_queues_free(struct qc_queues *queues)
{
    for (size_t i = 0; i < queues->virtio.count; i++) {
        qc_queues_virtio_free(&queues->virtio.items[i]);
    }
    for (size_t i = 0; i < queues->nvme.count; i++) {
        qc_queues_nvme_free(&queues->nvme.items[i]);
    }
    for (size_t i = 0; i < queues->ide.count; i++) {
        qc_queues_ide_free(&queues->ide.items[i]);
    }
    qc_vec_free(&queues->virtio);
    qc_vec_free(&queues->nvme);
    qc_vec_free(&queues->ide);
    free(queues->why_absent);
    queues->why_absent = NULL;
}
