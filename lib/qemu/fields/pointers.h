/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pointers - variables of the executable that may be pointers, sorted by their targets
 *
 * The symbol table has no types, so every variable of a pointer's size is taken for a pointer.
 */
#pragma once

#include "modules/modules.h"

struct qc_pointer {
    uint64_t target;
    struct qc_symbol variable;
};

struct qc_pointers {
    QC_VEC(struct qc_pointer) list; /* sorted by target */
    bool are_found;
    bool are_all; /* the symbol table is not stripped */
};

/* Finds the pointers; a second call changes nothing. */
void qc_pointers_find(struct qemucore_module *module, struct qc_pointers *ret);
void qc_pointers_free(struct qc_pointers *pointers);

/* Returns the index of the first pointer to address or above it; the list's count if
   there is none. */
size_t qc_pointers_from(const struct qc_pointers *pointers, uint64_t address);
