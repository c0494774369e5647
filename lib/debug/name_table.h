/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name_table - DIEs by their names: variables, and types
 */
#ifndef QC_DEBUG_NAME_TABLE_H
#define QC_DEBUG_NAME_TABLE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum qc_name_kind {
    QC_NAME_VARIABLE,
    QC_NAME_TAG, /* of a structure, union or enumeration with its members */
    QC_NAME_TYPEDEF,
};

struct qc_name {
    const char *name; /* NULL: empty */
    size_t hash;      /* the table's */
    enum qc_name_kind kind;
    bool external;
    Dwarf_Die die;
    uint64_t type_key; /* of a variable: see top_dies.h */
};

/* Open addressing; never more than half full. */
struct qc_name_table {
    struct qc_name *entries;
    size_t capacity; /* a power of two */
    size_t count;
};

/* False: out of memory. */
bool qc_name_table_begin(struct qc_name_table *table);
void qc_name_table_free(struct qc_name_table *table);

/* Of types that many units define the first is enough. hash is the table's to set. False:
   out of memory. */
bool qc_name_table_add(struct qc_name_table *table, const struct qc_name *wanted);

/* Global before static, of several static ones the first in the file; those only whose unit was made from a
   source file whose path ends with `unit` (NULL: any). NULL: none. Lives until the next is added. */
const struct qc_name *qc_name_table_find(const struct qc_name_table *table, const char *name,
                                         const char *unit, enum qc_name_kind kind);

#endif
