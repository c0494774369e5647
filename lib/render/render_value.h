/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_value - objects as people read them: numbers, and the names that stand for them
 */
#ifndef QC_RENDER_RENDER_VALUE_H
#define QC_RENDER_RENDER_VALUE_H

#include "base/base.h"
#include "dwarf/dwarf.h"

/* "0x..." for pointers, structures, arrays and unsigned integers, decimal for all else; a bool is
   0 or 1. */
#define QC_VALUE_TEXT 24
void qc_value_spell(const struct qc_value *value, char text[QC_VALUE_TEXT]);

/* What the value of an object stands for. */
struct qc_value_names {
    char *symbol;  /* what lies there; NULL: nothing that has a name */
    char *text;    /* string, enumerator, true or false; NULL: none */
    bool text_cut; /* the string goes on */
};

struct qc_value_names qc_value_names(const struct qemucore_object *object,
                                     const struct qc_value *value);
void qc_value_names_free(struct qc_value_names *names);

/* An object as gdb prints it, or why it has no value in <>; depth: how many structures within each
   other have their members shown. */
void qc_text_object(const struct qemucore_object *object, unsigned depth, struct qc_strbuf *buffer);

/* The same of an argument or local with its name: "cpu=0x...", "cpu=cpu@entry=0x..." where it is
   still what was passed, "cpu@entry=0x..." where that is all that is known. */
void qc_text_variable(const struct qemucore_object *object, unsigned depth,
                      struct qc_strbuf *buffer);

#endif
