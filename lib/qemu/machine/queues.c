/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/queues.h"

#include <string.h>

#include "qemu/machine/queues_reader.h"
#include "qemu/qemu_limits.h"

struct qc_fact qc_queues_little(struct qc_fields *fields, uint64_t address, size_t size)
{
    struct qc_fact fact = {.is_known = true};
    for (size_t i = 0; i < size && fact.is_known; i++) {
        uint64_t byte;
        fact.is_known = qc_fields_number(fields, address + i, 1, &byte);
        fact.value |= fact.is_known ? byte << (8 * i) : 0;
    }
    return fact.is_known ? fact : (struct qc_fact){0};
}

static bool begins(const char *text, const char *start)
{
    return text != NULL && strncmp(text, start, strlen(start)) == 0;
}

/* virtio-pci-bus, virtio-mmio-bus, virtio-ccw-bus: what is on one is a VirtIODevice; on a
   virtio-serial-bus there are ports. */
static bool is_virtio_bus(const char *type)
{
    return begins(type, "virtio-") && strcmp(type, "virtio-serial-bus") != 0;
}

static void tree_read(const struct qc_queues_reader *reader, const struct qc_device_tree *tree)
{
    const char *above[QC_LIMIT_QOM_DEPTH] = {NULL}; /* the types of what an element is below */
    bool goes_on = true;
    for (size_t i = 0; i < tree->list.count && goes_on; i++) {
        const struct qc_tree_device *device = &tree->list.items[i];
        above[device->depth] = device->type;
        if (!device->is_bus && device->depth != 0 && is_virtio_bus(above[device->depth - 1])) {
            goes_on = qc_queues_virtio_read(reader, device);
        }
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
    ret->why_cut = tree.why_cut != NULL ? tree.why_cut : handlers.why_cut;
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
    qc_vec_free(&queues->virtio);
    free(queues->why_absent);
    queues->why_absent = NULL;
}
