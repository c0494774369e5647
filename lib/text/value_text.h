/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * value_text - values of objects as text: numbers, and the names that belong to them
 */
#pragma once

#include "base/base.h"
#include "values/values.h"

/* Writes a value: "0x..." for pointers, structures, arrays and unsigned integers, decimal for all
   else; a bool is 0 or 1. */
#define QC_VALUE_TEXT 24
void qc_value_spell(const struct qc_value *value, char text[QC_VALUE_TEXT]);

/* The names that belong to the value of an object. */
struct qc_value_names {
    char *symbol;  /* symbol at the address that the value is; NULL: none */
    char *text;    /* string, enumerator, true or false; NULL: none */
    bool text_cut; /* text is only the beginning of the string */
};

struct qc_value_names qc_value_names(const struct qemucore_object *object,
                                     const struct qc_value *value);
void qc_value_names_free(struct qc_value_names *names);

/* Appends an object as gdb prints it, or, in <>, why it has no value. depth: levels of nested
   structures whose members are shown. */
void qc_text_object(const struct qemucore_object *object, unsigned depth, struct qc_strbuf *buffer);

/* Appends an argument or local with its name: "cpu=0x..."; "cpu=cpu@entry=0x..." if it still has
   the value that was passed; "cpu@entry=0x..." if only the passed value is known. */
void qc_text_variable(const struct qemucore_object *object, unsigned depth,
                      struct qc_strbuf *buffer);
