/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symbols - the symbol table of a module, both ways
 *
 * From .symtab of the module or its debug file, .gnu_debugdata and .dynsym, as libdwfl joins them.
 */
#ifndef QC_DEBUG_SYMBOLS_H
#define QC_DEBUG_SYMBOLS_H

#include "debug/module.h"

struct qc_symbols;

struct qc_symbol {
    const char *name; /* without version; lives as long as the module */
    uint64_t address; /* in the process */
    uint64_t size;    /* 0: unknown */
    uint8_t type;     /* STT_* */
    uint8_t binding;  /* STB_* */
};

/* A global before a local of the same name. */
bool qc_symbols_by_name(struct qemucore_module *module, const char *name, struct qc_symbol *ret);

/*
 * The symbol whose extent holds address; the innermost where extents nest. A symbol without a size
 * (assembler labels) reaches as far as nothing else is known. Of several at one address: code
 * before data, global or weak before local, then the name that a user would write (fewest leading
 * underscores: poll, not __poll).
 */
bool qc_symbols_by_address(struct qemucore_module *module, uint64_t address,
                           struct qc_symbol *ret);

void qc_symbols_free(struct qc_symbols *symbols);

#endif
