/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * value - a number of a known type, as people read it
 */
#ifndef QC_DWARF_VALUE_H
#define QC_DWARF_VALUE_H

#include "dwarf/type.h"
#include "dwarf/variable.h"

/* Fills value, is_address, symbol and text of ret from the object's bytes as a number. */
void qc_value_describe(const struct qc_modules *modules, struct qc_type *type, uint64_t bits,
                       struct qemucore_variable *ret);

/* The number as the public header has it, malloc; NULL: out of memory. */
char *qc_value_number(const struct qc_type *type, uint64_t bits);

/* "qemu_global_mutex" or "table+0x10", malloc; NULL where no symbol holds the address. */
char *qc_value_symbol(const struct qc_modules *modules, uint64_t address);

/* Characters at an address, up to NUL, `most`, QC_LIMIT_TEXT or the end of what can be read,
   malloc; *cut: the string goes on. NULL: none can be read. */
char *qc_value_text(const struct qc_modules *modules, uint64_t address, size_t most, bool *cut);

#endif
