/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * object_tree - QEMU's objects by composition, as the monitor's "info qom-tree" has them
 */
#ifndef QC_QEMU_MACHINE_OBJECT_TREE_H
#define QC_QEMU_MACHINE_OBJECT_TREE_H

#include "qemu/threads/process.h"

struct qc_tree_object {
    unsigned depth; /* 0: the root */
    uint64_t address;
    char *name; /* among its parent's children; NULL: the root */
    char *type; /* NULL: can't be read */
};

struct qc_object_tree {
    QC_VEC(struct qc_tree_object) list; /* each before its children, those in order of their names */
    const char *why_cut; /* a part of it could not be followed; NULL: none */
    char *why_absent;    /* NULL: there is a tree */
};

/* Into a zeroed struct. */
void qc_object_tree_find(struct qc_process *process, struct qc_object_tree *ret);
void qc_object_tree_free(struct qc_object_tree *tree);

#endif
