/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symbol_table - the symbols of a module in the order of its file
 *
 * .symtab, of the module's own file or the separate one, is read where it lies. Where both have
 * been stripped of it, libdwfl joins what is left: .gnu_debugdata and .dynsym.
 */
#ifndef QC_MODULES_SYMBOL_TABLE_H
#define QC_MODULES_SYMBOL_TABLE_H

#include <string.h>

#include "modules/module.h"
#include "modules/modules_limits.h"

struct qc_symbol_table {
    size_t count; /* fits in 32 bits */
    const GElf_Sym *symbols; /* the first one is none */
    uint64_t bias; /* address in the process minus st_value */

    const char *strings; /* NULL: names has them */
    size_t strings_size; /* the last byte is 0 */
    const char **names;
    GElf_Sym *joined; /* symbols, where they are ours */

    bool *is_loaded; /* section by section; NULL: all are */
    size_t section_count;
};

/* Of a module without symbols the table is empty. False: out of memory. */
bool qc_symbol_table_open(struct qemucore_module *module, struct qc_symbol_table *ret);
void qc_symbol_table_close(struct qc_symbol_table *table);

/* With the version behind it; NULL: none. */
static inline const char *qc_symbol_table_name(const struct qc_symbol_table *table, size_t index)
{
    size_t offset = table->symbols[index].st_name;
    return table->strings == NULL        ? table->names[index]
           : offset < table->strings_size ? table->strings + offset
                                          : NULL;
}

/* How many bytes there are from a name on, its own with the 0 if it is no longer than QC_LIMIT_SYMBOL_NAME. */
static inline size_t qc_symbol_table_room(const struct qc_symbol_table *table, const char *name)
{
    return table->strings == NULL ? strnlen(name, QC_LIMIT_SYMBOL_NAME) + 1
                                  : table->strings_size - (size_t)(name - table->strings);
}

/* Whether it is defined, and in memory. */
bool qc_symbol_table_is_placed(const struct qc_symbol_table *table, size_t index);

#endif
