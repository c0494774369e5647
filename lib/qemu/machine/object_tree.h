/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * object_tree - QEMU's composition tree of objects, as the monitor's "info qom-tree" shows it
 */
#pragma once

#include "qemu/threads/process.h"

struct qc_tree_object {
    unsigned depth; /* 0: the root */
    uint64_t address;
    const char *name; /* its name among its parent's children; NULL: the root */
    const char *type; /* NULL: can't be read */
};

struct qc_object_tree {
    QC_VEC(struct qc_tree_object) list; /* each one before its children; siblings sorted by name */
    const char *why_cut; /* why a part of the tree is missing; NULL: none is */
    const char *why_absent; /* why there is no tree; NULL: there is one */
};

/* Finds the tree; *ret must be zeroed. */
void qc_object_tree_find(struct qc_process *process, struct qc_object_tree *ret);
