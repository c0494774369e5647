/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name_table - DIEs of variables and types by their names
 */
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "dwarf/index/die_reader.h"

enum qc_name_kind {
    QC_NAME_VARIABLE,
    QC_NAME_TAG, /* tag of a structure, union or enumeration with its members */
    QC_NAME_TYPEDEF,
};

struct qc_name {
    const char *name;
    void *die;            /* with cu, what Dwarf_Die needs */
    struct Dwarf_CU *cu;
    struct qc_type_key type_key; /* variables only */
    enum qc_name_kind kind;
    bool external;
    uint32_t hash;        /* qc_indexed_name_hash(name); in the table, plus kind */
    uint32_t next;        /* next in the hash chain, index + 1; 0: none */
};

/* Zeroed, it is empty. */
struct qc_name_table {
    QC_VEC(struct qc_name) list;
    uint32_t *chains; /* head of each hash chain, index in list + 1; 0: empty */
    size_t chain_count; /* a power of two */
};

void qc_name_table_free(struct qc_name_table *table);

static inline Dwarf_Die qc_name_die(const struct qc_name *name)
{
    return (Dwarf_Die){.addr = name->die, .cu = name->cu};
}

/* Makes room for `count` more names at once. False: out of memory. */
bool qc_name_table_expect(struct qc_name_table *table, size_t count);

/* Adds a name. Of a type that many units define, only the first is added. False: out of memory. */
bool qc_name_table_add(struct qc_name_table *table, const struct qc_name *added);

/* Finds a name: a global variable before static ones, the first in the file of several static ones.
   `unit`, if not NULL, is the end of the path of the unit's source file. NULL: not found. The
   result is valid until the next one is added. */
const struct qc_name *qc_name_table_find(const struct qc_name_table *table, const char *name,
                                         const char *unit, enum qc_name_kind kind);
