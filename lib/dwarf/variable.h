/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * variable - arguments and locals of a frame, each a value or the reason why it has none
 */
#ifndef QC_DWARF_VARIABLE_H
#define QC_DWARF_VARIABLE_H

#include "base/vec.h"
#include "dwarf/frame.h"

/* The type of the public header. */
struct qemucore_variable {
    size_t index;
    const char *name;
    char *type;       /* spelled as in C */
    char *value;      /* a number as text, see the public header; NULL: why_absent says why */
    bool is_address;  /* value is one: of what a pointer points to, or of an object's own bytes */
    char *symbol;     /* what a pointer points to; NULL: nothing that has a name */
    char *text;       /* string, enumerator, true or false; NULL: none */
    bool text_cut;    /* the string goes on */
    char *why_absent;
    struct qemucore_module *structure_module; /* NULL: no structure in memory */
    Dwarf_Die structure;                      /* its type */
    uint64_t structure_address;
    struct qemucore_module *pointer_module;   /* NULL: no pointer with a value */
    Dwarf_Die pointer;                        /* its type */
    char *entry;      /* the value when the function was entered; NULL: not known */
};

struct qc_variables {
    QC_VEC(struct qemucore_variable) list;
};

/* Parameters of a function or an inlined call, in the order of its declaration. Out of memory
   leaves the list short. */
void qc_variables_arguments(const struct qc_frame *frame, Dwarf_Die *scope,
                            struct qc_variables *variables);
/* Locals that are in scope at the frame's address, those of outer blocks first. */
void qc_variables_locals(const struct qc_frame *frame, Dwarf_Die *scope,
                         struct qc_variables *variables);
void qc_variables_free(struct qc_variables *variables);

#endif
