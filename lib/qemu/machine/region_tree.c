/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/region_tree.h"

#include <stdlib.h>

#include "qemu/fields/list.h"
#include "qemu/qemu_limits.h"

struct walk {
    struct qc_fields *fields;
    struct qc_region_trees *trees;
    struct qc_region_tree *tree;
    size_t regions; /* regions of all trees so far */
};

struct child {
    uint64_t address;
    uint64_t offset;  /* offset in the container */
    int64_t priority;
    size_t index;     /* position in QEMU's own order */
};

QC_VEC_TYPE(children, struct child);

/* Reads a region's size, which is at most 2^64, and so its end. */
static void extent_read(struct qc_fields *fields, struct qc_region *region)
{
    uint64_t size;
    uint64_t high;
    if (!qc_region_number(fields, QC_FIELD_REGION_SIZE, region->address, &size, &high) ||
        high > (size == 0)) {
        return;
    }
    region->empty = (struct qc_fact){.is_known = true, .value = size == 0 && high == 0};
    region->last.is_known = region->start.is_known && region->empty.value == 0;
    region->last.value = region->last.is_known ? region->start.value + (size - 1) : 0;
}

static void alias_read(struct qc_fields *fields, struct qc_region *region)
{
    region->alias = qc_fact_field(fields, QC_FIELD_REGION_ALIAS, region->address, NULL);
    if (qc_fact_is_set(region->alias)) {
        region->alias_name = qc_field_text(fields, QC_FIELD_REGION_NAME, region->alias.value);
        region->alias_offset =
            qc_fact_field(fields, QC_FIELD_REGION_ALIAS_OFFSET, region->address, NULL);
    }
}

static struct qc_region *region_add(struct walk *walk, uint64_t address, unsigned depth,
                                    struct qc_fact start)
{
    struct qc_fields *fields = walk->fields;
    struct qc_region *region = NULL;
    if (depth >= QC_LIMIT_QOM_DEPTH) {
        qc_list_cut(&walk->trees->why_cut, "the tree is deeper than libqemucore's limit");
    } else if (walk->regions++ >= QC_LIMIT_REGIONS ||
               (region = qc_vec_add(&walk->tree->regions)) == NULL) {
        qc_list_cut(&walk->trees->why_cut, "the trees are larger than libqemucore's limit");
    } else {
        region->depth = depth;
        region->address = address;
        region->start = start;
        region->name = qc_field_text(fields, QC_FIELD_REGION_NAME, address);
        region->kind = qc_region_kind_read(fields, address);
        region->nonvolatile = qc_fact_field(fields, QC_FIELD_REGION_NONVOLATILE, address, NULL);
        region->enabled = qc_fact_field(fields, QC_FIELD_REGION_ENABLED, address,
                                        &walk->trees->why_absent);
        region->priority = qc_fact_field(fields, QC_FIELD_REGION_PRIORITY, address, NULL);
        extent_read(fields, region);
        alias_read(fields, region);
    }
    return region;
}

/* ---- the regions in a region --------------------------------------------------------------- */

/* Adds a child if it names the container as its own, so the walk reaches no region by two ways. */
static bool child_add(struct walk *walk, uint64_t container, uint64_t address,
                      struct children *children)
{
    uint64_t named;
    if (!qc_field_read(walk->fields, QC_FIELD_REGION_CONTAINER, address, &named) ||
        named != container) {
        return qc_list_cut(&walk->trees->why_cut,
                           "a region's list has one that says it is elsewhere");
    }
    struct qc_fact offset = qc_fact_field(walk->fields, QC_FIELD_REGION_ADDRESS, address, NULL);
    struct qc_fact priority = qc_fact_field(walk->fields, QC_FIELD_REGION_PRIORITY, address, NULL);
    struct child *child = qc_vec_add(children);
    if (child == NULL || !offset.is_known || !priority.is_known) {
        children->count -= child != NULL;
        return qc_list_cut(&walk->trees->why_cut, "where a region lies can't be read");
    }
    *child = (struct child){address, offset.value, (int64_t)priority.value,
                            children->count - 1};
    return true;
}

/* Compares as memory.c, mtree_print_mr does: by address, then the higher priority first. */
QC_DEFINE_ORDER(child_compare, struct child,
                qc_compare(a->offset, b->offset) ?: qc_compare(b->priority, a->priority) ?:
                qc_compare(a->index, b->index))

static void region_walk(struct walk *walk, uint64_t address, unsigned depth, struct qc_fact start)
{
    struct children children = {0};
    if (region_add(walk, address, depth, start) == NULL) {
        return;
    }
    struct qc_list list =
        qc_list_field(walk->fields, QC_FIELD_REGION_CHILDREN, address, QC_FIELD_REGION_NEXT,
                      &walk->trees->why_absent, &walk->trees->why_cut);
    uint64_t child;
    while (qc_list_next(&list, &child) && child_add(walk, address, child, &children)) {
    }
    qc_vec_sort(&children, child_compare);
    for (size_t i = 0; i < children.count; i++) {
        struct qc_fact inner = start;
        inner.value += start.is_known ? children.items[i].offset : 0;
        region_walk(walk, children.items[i].address, depth + 1, inner);
    }
    qc_vec_free(&children);
}

/* ---- all trees ----------------------------------------------------------------------------- */

static void tree_add(struct walk *walk, uint64_t root)
{
    if (qc_vec_any(&walk->trees->list, tree, tree->root == root)) {
        return;
    }
    if (walk->trees->list.count == QC_LIMIT_REGION_TREES) {
        qc_list_cut(&walk->trees->why_cut, "there are more trees than libqemucore's limit");
        return;
    }
    walk->tree = qc_vec_add(&walk->trees->list);
    if (walk->tree != NULL) {
        walk->tree->root = root;
        region_walk(walk, root, 0,
                    qc_fact_field(walk->fields, QC_FIELD_REGION_ADDRESS, root,
                                  &walk->trees->why_absent));
    }
}

void qc_region_trees_find(struct qc_fields *fields, const struct qc_address_spaces *spaces,
                          struct qc_region_trees *ret)
{
    struct walk walk = {.fields = fields, .trees = ret};
    for (size_t i = 0; i < spaces->list.count; i++) {
        if (qc_fact_is_set(spaces->list.items[i].root_region)) {
            tree_add(&walk, spaces->list.items[i].root_region.value);
        }
    }
    /* The targets of aliases follow; their trees may have aliases of their own. */
    for (size_t i = 0; i < ret->list.count; i++) {
        for (size_t j = 0; j < ret->list.items[i].regions.count; j++) {
            struct qc_fact alias = ret->list.items[i].regions.items[j].alias;
            if (qc_fact_is_set(alias)) {
                tree_add(&walk, alias.value);
            }
        }
    }
}

void qc_region_trees_free(struct qc_region_trees *trees)
{
    qc_vec_free_each(&trees->list, tree, qc_vec_free(&tree->regions));
}
