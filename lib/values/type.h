/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * type - C types in the debug info
 */
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/base.h"

enum qc_type_kind {
    QC_TYPE_OTHER,    /* floats, vectors, ... */
    QC_TYPE_SIGNED,
    QC_TYPE_UNSIGNED,
    QC_TYPE_CHARACTER,
    QC_TYPE_BOOLEAN,
    QC_TYPE_POINTER,
    QC_TYPE_ENUMERATION,
    QC_TYPE_STRUCTURE, /* or union */
    QC_TYPE_ARRAY,
};

/* A type, with its typedefs and qualifiers stripped. */
struct qc_type {
    Dwarf_Die die;
    bool has_die;            /* false: void */
    enum qc_type_kind kind;
    bool is_signed;
    size_t size;             /* bytes; 0: not known */
};

/* Returns the bytes of the type that a DIE describes. 0: not known. */
size_t qc_type_die_size(Dwarf_Die *type);

/* Finds the type of a variable, member or pointer target. False: not in the debug info. */
bool qc_type_of(Dwarf_Die *die, struct qc_type *ret);

/* Tells whether its objects have parts, and their address as their value. */
static inline bool qc_type_is_aggregate(const struct qc_type *type)
{
    return type->kind == QC_TYPE_STRUCTURE || type->kind == QC_TYPE_ARRAY;
}

/* Tells whether its objects are numbers of at most 64 bits. */
static inline bool qc_type_is_number(const struct qc_type *type)
{
    return !qc_type_is_aggregate(type) && type->kind != QC_TYPE_OTHER && type->size != 0 &&
           type->size <= 8;
}

/* Tells whether it is an array of characters or a pointer to characters. */
bool qc_type_is_string(const struct qc_type *type);

/* Finds the type of an array's elements or a pointer's target. */
bool qc_type_target(const struct qc_type *type, struct qc_type *ret);

/* Returns the name of the enumerator with this value. NULL: none. */
const char *qc_type_enumerator(const struct qc_type *type, int64_t value);

/* Appends the type of die as in C: "const char *", "struct QEMUTimer **". */
void qc_type_spell(Dwarf_Die *die, struct qc_strbuf *buffer);
