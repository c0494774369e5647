/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/object_tree.h"

#include <string.h>

#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"
#include "qemu/qemu_limits.h"

struct child {
    const char *name;
    uint64_t address;
};

QC_VEC_TYPE(children, struct child);

struct walk {
    struct qc_fields *fields;
    struct qc_object_tree *tree;
};

/* False: not every child could be read. */
static bool children_read(struct qc_fields *fields, uint64_t object, struct children *ret)
{
    struct qc_qom_children found = qc_qom_children(fields, object);
    struct child *child;
    while (qc_qom_next_child(&found) && (child = qc_vec_add(ret)) != NULL) {
        *child = (struct child){found.name, found.address};
    }
    return found.is_whole;
}

QC_DEFINE_ORDER(compare_children, struct child, strcmp(a->name, b->name))

/* Tells whether a child names the object as its parent. Each object has one parent, so the walk
   reaches none by two ways. */
static bool is_child_of(struct walk *walk, uint64_t child, uint64_t object)
{
    uint64_t parent;
    return qc_field_read(walk->fields, QC_FIELD_OBJECT_PARENT, child, &parent) && parent == object;
}

static bool object_add(struct walk *walk, uint64_t address, unsigned depth, const char *name)
{
    struct qc_tree_object *added = walk->tree->list.count == QC_LIMIT_TREE
                                       ? NULL
                                       : qc_vec_add(&walk->tree->list);
    if (added == NULL) {
        return qc_list_cut(&walk->tree->why_cut, "the tree is larger than libqemucore's limit");
    }
    *added = (struct qc_tree_object){depth, address, name, qc_qom_type(walk->fields, address)};
    return true;
}

static void children_walk(struct walk *walk, uint64_t object, unsigned depth)
{
    struct children children = {0};
    if (!children_read(walk->fields, object, &children)) {
        qc_list_cut(&walk->tree->why_cut, "an object's children can't all be read");
    }
    qc_vec_sort(&children, compare_children);
    qc_vec_each(&children, child) {
        if (!is_child_of(walk, child->address, object)) {
            qc_list_cut(&walk->tree->why_cut, "a child of an object has another parent");
        } else if (depth == QC_LIMIT_QOM_DEPTH) {
            qc_list_cut(&walk->tree->why_cut, "the tree is deeper than libqemucore's limit");
        } else if (object_add(walk, child->address, depth, child->name)) {
            children_walk(walk, child->address, depth + 1);
        }
    }
    qc_vec_free(&children);
}

void qc_object_tree_find(struct qc_process *process, struct qc_object_tree *ret)
{
    struct walk walk = {process->fields, ret};
    uint64_t root;
    if (!qc_process_object_root(process, &root, &ret->why_absent)) {
        return;
    }
    if (object_add(&walk, root, 0, NULL)) {
        children_walk(&walk, root, 1);
    }
}
