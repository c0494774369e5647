/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name_table - DIEs by their names: variables, and types
 */
#ifndef QC_DWARF_NAME_TABLE_H
#define QC_DWARF_NAME_TABLE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "dwarf/index/die_reader.h"

enum qc_name_kind {
    QC_NAME_VARIABLE,
    QC_NAME_TAG, /* of a structure, union or enumeration with its members */
    QC_NAME_TYPEDEF,
};

struct qc_name {
    const char *name;
    void *die;            /* with cu what libdw has to know of it */
    struct Dwarf_CU *cu;
    struct qc_type_key type_key; /* of a variable */
    enum qc_name_kind kind;
    bool external;
    uint32_t hash;        /* qc_indexed_name_hash; in the table that and the kind */
    uint32_t next;        /* the table's */
};

/* A zeroed one is empty. */
struct qc_name_table {
    QC_VEC(struct qc_name) list;
    uint32_t *chains; /* of each hash value the last in list, from 1 */
    size_t chain_count; /* a power of two */
};

void qc_name_table_free(struct qc_name_table *table);

static inline Dwarf_Die qc_name_die(const struct qc_name *name)
{
    return (Dwarf_Die){.addr = name->die, .cu = name->cu};
}

/* Makes room for so many more at once. False: out of memory. */
bool qc_name_table_expect(struct qc_name_table *table, size_t count);

/* Of types that many units define the first is enough. False: out of memory. */
bool qc_name_table_add(struct qc_name_table *table, const struct qc_name *wanted);

/* Global before static, of several static ones the first in the file. Where `unit` is not NULL,
   only those whose unit was made from a source file whose path ends with it. NULL: none. What is
   found lives until the next is added. */
const struct qc_name *qc_name_table_find(const struct qc_name_table *table, const char *name,
                                         const char *unit, enum qc_name_kind kind);

#endif
