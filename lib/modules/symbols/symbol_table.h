/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symbol_table - the symbols of a module in the order of its file
 *
 * .symtab, of the module's own file or the separate one, is read in place. If both were stripped of
 * it, libdwfl joins the tables that are left: .gnu_debugdata and .dynsym.
 */
#pragma once

#include <string.h>

#include "modules/module.h"
#include "modules/modules_limits.h"

struct qc_symbol_table {
    size_t count; /* fits in 32 bits */
    const GElf_Sym *symbols; /* the first one is no symbol */
    uint64_t bias; /* address in the process minus st_value */

    const char *strings; /* NULL: the names are in `names` */
    size_t strings_size; /* the last byte is 0 */
    const char **names;
    GElf_Sym *joined; /* the memory of symbols, if the table owns it */

    bool *is_loaded; /* one for each section; NULL: all are loaded */
    size_t section_count;
};

/* Opens the table, which is empty for a module without symbols. False: out of memory. */
bool qc_symbol_table_open(struct qemucore_module *module, struct qc_symbol_table *ret);
void qc_symbol_table_close(struct qc_symbol_table *table);

/* Returns the name of a symbol, with its version appended; NULL: none. */
static inline const char *qc_symbol_table_name(const struct qc_symbol_table *table, size_t index)
{
    size_t offset = table->symbols[index].st_name;
    return table->strings == NULL        ? table->names[index]
           : offset < table->strings_size ? table->strings + offset
                                          : NULL;
}

/* Returns how many bytes can be read from a name on. If it is no longer than QC_LIMIT_SYMBOL_NAME,
   all of it and its 0 are among them. */
static inline size_t qc_symbol_table_room(const struct qc_symbol_table *table, const char *name)
{
    return table->strings == NULL ? strnlen(name, QC_LIMIT_SYMBOL_NAME) + 1
                                  : table->strings_size - (size_t)(name - table->strings);
}

/* Tells whether a symbol is defined, in a section that is loaded. */
bool qc_symbol_table_is_placed(const struct qc_symbol_table *table, size_t index);
