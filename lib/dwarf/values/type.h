/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * type - C types in the debug info
 */
#ifndef QC_DWARF_TYPE_H
#define QC_DWARF_TYPE_H

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
    QC_TYPE_STRUCTURE, /* and unions */
    QC_TYPE_ARRAY,
};

/* A type without its typedefs and qualifiers. */
struct qc_type {
    Dwarf_Die die;
    bool has_die;            /* false: void */
    enum qc_type_kind kind;
    bool is_signed;
    size_t size;             /* bytes; 0: unknown */
};

/* Bytes of the type that the DIE is; 0: unknown. */
size_t qc_type_die_size(Dwarf_Die *type);

/* The type of a variable, member or pointer target; false where the debug info has none. */
bool qc_type_of(Dwarf_Die *die, struct qc_type *ret);

/* Whether an object of the type has parts, and its address for a value. */
static inline bool qc_type_is_aggregate(const struct qc_type *type)
{
    return type->kind == QC_TYPE_STRUCTURE || type->kind == QC_TYPE_ARRAY;
}

/* Whether its objects are numbers that fit 64 bits. */
static inline bool qc_type_is_number(const struct qc_type *type)
{
    return !qc_type_is_aggregate(type) && type->kind != QC_TYPE_OTHER && type->size != 0 &&
           type->size <= 8;
}

/* Whether it is an array of characters, or points to them. */
bool qc_type_is_string(const struct qc_type *type);

/* What a pointer or array is of. */
bool qc_type_target(const struct qc_type *type, struct qc_type *ret);

/* Name of an enumerator; NULL where no enumerator has the value. */
const char *qc_type_enumerator(const struct qc_type *type, int64_t value);

/* The type of die spelled as in C: "const char *", "struct QEMUTimer **". */
void qc_type_spell(Dwarf_Die *die, struct qc_strbuf *buffer);

#endif
