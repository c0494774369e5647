/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/device_tree.h"

#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"
#include "qemu/qemu_limits.h"

struct walk {
    struct qc_fields *fields;
    struct qc_device_tree *tree;
    unsigned depth;
    uint64_t above; /* bus or device that has the one to be read; 0: the root is read */
};

static void bus_walk(const struct walk *walk, uint64_t bus);

/* Tells whether a bus or device names `above` as its parent. The walk follows only those, so it
   reaches none by two ways, and ends. */
static bool is_below(const struct walk *walk, enum qc_field field, uint64_t address)
{
    uint64_t above;
    return (qc_field_read(walk->fields, field, address, &above) && above == walk->above) ||
           qc_list_cut(&walk->tree->why_cut,
                       "a list has a bus or a device that says it is elsewhere");
}

static struct qc_tree_device *node_add(const struct walk *walk, uint64_t address)
{
    struct qc_tree_device *added = NULL;
    if (walk->depth >= QC_LIMIT_QOM_DEPTH) {
        qc_list_cut(&walk->tree->why_cut, "the tree is deeper than a limit of ours");
    } else if (walk->tree->list.count >= QC_LIMIT_TREE ||
               (added = qc_vec_add(&walk->tree->list)) == NULL) {
        qc_list_cut(&walk->tree->why_cut, "the tree is larger than a limit of ours");
    } else {
        added->depth = walk->depth;
        added->address = address;
        added->type = qc_qom_type(walk->fields, address);
    }
    return added;
}

static void list_walk(struct walk *below, enum qc_field head, uint64_t structure,
                      enum qc_field next, qc_list_visitor *visitor)
{
    struct qc_list list = qc_list_field(below->fields, head, structure, NULL);
    qc_list_walk(below->fields, list, next, visitor, below, &below->tree->why_cut);
    if (!list.first.is_known) {
        qc_list_cut(&below->tree->why_cut, "what is on a bus or below a device can't be read");
    }
}

static bool visit_bus(void *opaque, uint64_t address)
{
    const struct walk *walk = opaque;
    if (is_below(walk, QC_FIELD_BUS_PARENT, address)) {
        bus_walk(walk, address);
    }
    return true;
}

static void device_walk(const struct walk *walk, uint64_t device)
{
    struct qc_fields *fields = walk->fields;
    struct qc_tree_device *added = node_add(walk, device);
    struct walk below = {fields, walk->tree, walk->depth + 1, device};
    if (added == NULL) {
        return;
    }
    added->name = qc_field_text(fields, QC_FIELD_DEVICE_ID, device);
    added->path = qc_field_text(fields, QC_FIELD_DEVICE_PATH, device);
    added->realized = qc_fact_field(fields, QC_FIELD_DEVICE_REALIZED, device, NULL);
    added->unplug_pending = qc_fact_field(fields, QC_FIELD_DEVICE_UNPLUG_PENDING, device, NULL);
    list_walk(&below, QC_FIELD_DEVICE_BUSES, device, QC_FIELD_BUS_NEXT, visit_bus);
}

static bool visit_child(void *opaque, uint64_t address)
{
    const struct walk *walk = opaque;
    uint64_t device;
    if (!qc_field_read(walk->fields, QC_FIELD_BUS_CHILD_DEVICE, address, &device)) {
        return qc_list_cut(&walk->tree->why_cut, "a bus's device can't be read");
    }
    if (device != 0 && is_below(walk, QC_FIELD_DEVICE_BUS, device)) {
        device_walk(walk, device);
    }
    return true;
}

static void bus_walk(const struct walk *walk, uint64_t bus)
{
    struct qc_fields *fields = walk->fields;
    struct qc_tree_device *added = node_add(walk, bus);
    struct walk below = {fields, walk->tree, walk->depth + 1, bus};
    if (added == NULL) {
        return;
    }
    added->is_bus = true;
    added->name = qc_field_text(fields, QC_FIELD_BUS_NAME, bus);
    added->realized = qc_fact_field(fields, QC_FIELD_BUS_REALIZED, bus, NULL);
    list_walk(&below, QC_FIELD_BUS_CHILDREN, bus, QC_FIELD_BUS_CHILD_NEXT, visit_child);
}

void qc_device_tree_find(struct qc_fields *fields, struct qc_device_tree *ret)
{
    struct qc_fact bus = qc_fact_variable(fields, QC_VARIABLE_MAIN_BUS, &ret->why_absent);
    struct walk walk = {fields, ret, 0, 0};
    if (qc_fact_is_set(bus) && is_below(&walk, QC_FIELD_BUS_PARENT, bus.value)) {
        bus_walk(&walk, bus.value);
    } else if (qc_fact_is_zero(bus)) {
        qc_fact_explain(&ret->why_absent, "%s is not made yet",
                        qc_variable_newest_name(QC_VARIABLE_MAIN_BUS));
    }
}

void qc_device_tree_free(struct qc_device_tree *tree)
{
    for (size_t i = 0; i < tree->list.count; i++) {
        free(tree->list.items[i].name);
        free(tree->list.items[i].type);
        free(tree->list.items[i].path);
    }
    qc_vec_free(&tree->list);
    free(tree->why_absent);
    tree->why_absent = NULL;
}
