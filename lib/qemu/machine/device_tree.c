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
        qc_list_cut(&walk->tree->why_cut, "the tree is deeper than libqemucore's limit");
    } else if (walk->tree->list.count >= QC_LIMIT_TREE ||
               (added = qc_vec_add(&walk->tree->list)) == NULL) {
        qc_list_cut(&walk->tree->why_cut, "the tree is larger than libqemucore's limit");
    } else {
        added->depth = walk->depth;
        added->address = address;
        added->type = qc_qom_type(walk->fields, address);
    }
    return added;
}

static struct qc_list list_below(const struct walk *below, enum qc_field head, enum qc_field next)
{
    struct qc_list list = qc_list_field(below->fields, head, below->above, next, NULL,
                                        &below->tree->why_cut);
    if (!list.first.is_known) {
        qc_list_cut(&below->tree->why_cut, "what is on a bus or below a device can't be read");
    }
    return list;
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
    struct qc_list buses = list_below(&below, QC_FIELD_DEVICE_BUSES, QC_FIELD_BUS_NEXT);
    qc_list_each(&buses, bus) {
        if (is_below(&below, QC_FIELD_BUS_PARENT, bus)) {
            bus_walk(&below, bus);
        }
    }
}

static bool child_walk(const struct walk *walk, uint64_t child)
{
    uint64_t device;
    if (!qc_field_read(walk->fields, QC_FIELD_BUS_CHILD_DEVICE, child, &device)) {
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
    struct qc_list children = list_below(&below, QC_FIELD_BUS_CHILDREN, QC_FIELD_BUS_CHILD_NEXT);
    uint64_t child;
    while (qc_list_next(&children, &child) && child_walk(&below, child)) {
    }
}

void qc_device_tree_find(struct qc_fields *fields, struct qc_device_tree *ret)
{
    struct qc_fact bus = qc_fact_variable(fields, QC_VARIABLE_MAIN_BUS, &ret->why_absent);
    struct walk walk = {fields, ret, 0, 0};
    if (qc_fact_is_set(bus) && is_below(&walk, QC_FIELD_BUS_PARENT, bus.value)) {
        bus_walk(&walk, bus.value);
    } else if (qc_fact_is_zero(bus)) {
        qc_fact_explain_as(fields, &ret->why_absent, "%s is not made yet",
                           qc_variable_newest_name(QC_VARIABLE_MAIN_BUS));
    }
}
