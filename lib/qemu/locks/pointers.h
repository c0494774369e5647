/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pointers - variables of the executable that may be pointers, by where they point
 *
 * From the symbol table, which knows no types: each variable that is as long as a pointer.
 */
#ifndef QC_QEMU_LOCKS_POINTERS_H
#define QC_QEMU_LOCKS_POINTERS_H

#include "modules/modules.h"

struct qc_pointer {
    uint64_t target;
    struct qc_symbol variable;
};

struct qc_pointers {
    QC_VEC(struct qc_pointer) list; /* by target */
    bool are_found;
    bool are_all; /* the symbol table was not stripped */
};

/* Once: a second call changes nothing. */
void qc_pointers_find(struct qemucore_module *module, struct qc_pointers *ret);
void qc_pointers_free(struct qc_pointers *pointers);

/* The index of the first that points to address or behind it; their count: none. */
size_t qc_pointers_from(const struct qc_pointers *pointers, uint64_t address);

#endif
