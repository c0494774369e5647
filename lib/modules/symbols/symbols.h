/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symbols - the symbol table of a module, both ways
 *
 * An index of its symbol_table, made at the first question.
 */
#ifndef QC_MODULES_SYMBOLS_H
#define QC_MODULES_SYMBOLS_H

#include "modules/module.h"

struct qc_symbols;

struct qc_symbol {
    const char *name; /* without version; lives as long as the module */
    uint64_t address; /* in the process */
    uint64_t size;    /* 0: unknown */
    uint8_t type;     /* STT_* */
    uint8_t binding;  /* STB_* */
    const char *file; /* of a local one: the source file's name without its path; NULL: unknown */
};

/* How long the source's name of a variable is; LTO puts ".lto_priv.0" behind that of a static one.
   0: it is one in a function ("table.40"). */
size_t qc_symbol_source_length(const char *name);

/* A global before a local of the same name. */
bool qc_symbols_by_name(struct qemucore_module *module, const char *name, struct qc_symbol *ret);

/* Where the function of a name begins. False: there is none, or there are several: versions of it
   (pthread_cond_timedwait), static ones. */
bool qc_symbols_function(struct qemucore_module *module, const char *name, uint64_t *ret);

/* Whether a function that begins at an address has a name, be that of one version only. */
bool qc_symbols_is_function(struct qemucore_module *module, const char *name, uint64_t address);

/* Whether a module leaves it to another one to define the function of a name. */
bool qc_symbols_is_imported(struct qemucore_module *module, const char *name);

/*
 * What a whole symbol table says of a variable. It has each one that is in memory: the ones that
 * are static too, by the name that the linker gave them ("name", LTO's "name.lto_priv.0"), and the
 * thread-local ones.
 */
enum qc_symbols_answer {
    QC_SYMBOLS_UNKNOWN, /* the table was stripped, or more than one may be meant */
    QC_SYMBOLS_NONE,    /* there is no such variable in C */
    QC_SYMBOLS_ONE,
};

/* file is the end of the path of the source file that defines it; NULL: any. A global one is the
   one that is meant where file is NULL, whatever static ones have its name. */
enum qc_symbols_answer qc_symbols_variable(struct qemucore_module *module, const char *name,
                                           const char *file, struct qc_symbol *ret);

/* How many variables of a whole table have a name, thread-local ones too, and whether one is
   global. None: the table was stripped, or has another name for it (C++'s of what is static,
   asm("name")). */
struct qc_variable_count {
    size_t count;
    bool has_global;
};
struct qc_variable_count qc_symbols_count_variables(struct qemucore_module *module,
                                                    const char *name);

/* Until the visitor answers false. False: the table was stripped of local ones. */
typedef bool qc_symbols_visitor(void *opaque, const struct qc_symbol *symbol);

/* The variables of a size, by address; the thread-local ones not. */
bool qc_symbols_each_of_size(struct qemucore_module *module, uint64_t size,
                             qc_symbols_visitor *visitor, void *opaque);
/* The local ones of all source files of a name. */
bool qc_symbols_each_of_file(struct qemucore_module *module, const char *file,
                             qc_symbols_visitor *visitor, void *opaque);

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
