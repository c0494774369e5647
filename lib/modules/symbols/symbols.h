/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symbols - the symbols of a module by name and by address
 *
 * An index of the module's symbol_table, built at the first call.
 */
#pragma once

#include "modules/module.h"

struct qc_symbols;

struct qc_symbol {
    const char *name; /* without version; lives as long as the module */
    uint64_t address; /* in the process */
    uint64_t size;    /* 0: unknown */
    uint8_t type;     /* STT_* */
    uint8_t binding;  /* STB_* */
    const char *file; /* source file of a local symbol, without its path; NULL: unknown */
};

/* Returns the length of the name in the source: LTO appends ".lto_priv.0" (gcc) or ".llvm.3970221" (clang)
   to that of a static function or variable. 0: it is inside a function ("table.40"), or a part of one. */
size_t qc_symbol_source_length(const char *name);

/* Finds the symbol of a name, a global one before a local one. */
bool qc_symbols_by_name(struct qemucore_module *module, const char *name, struct qc_symbol *ret);

/* Finds the address of the function of a name. False: there is none, or there are several: versions
   of one (pthread_cond_timedwait), or static ones. */
bool qc_symbols_function(struct qemucore_module *module, const char *name, uint64_t *ret);

/* Tells whether a function that begins at an address has a name, be it in one version only. */
bool qc_symbols_is_function(struct qemucore_module *module, const char *name, uint64_t address);

/* Tells whether a module uses the function of a name, and another module defines it. */
bool qc_symbols_is_imported(struct qemucore_module *module, const char *name);

/*
 * What an unstripped symbol table tells of a variable. It has all variables in memory: also static
 * ones, by the names that the linker gave them ("name", LTO's "name.lto_priv.0"), and thread-local
 * ones.
 */
enum qc_symbols_answer {
    QC_SYMBOLS_UNKNOWN, /* the table was stripped, or several variables may be meant */
    QC_SYMBOLS_NONE,    /* the C code has no such variable */
    QC_SYMBOLS_ONE,
};

/* Finds a variable. file is the end of the path of the source file that defines it; NULL: any file.
   If file is NULL, a global variable is meant rather than static ones of the same name. */
enum qc_symbols_answer qc_symbols_variable(struct qemucore_module *module, const char *name,
                                           const char *file, struct qc_symbol *ret);

/* Finds the one thread-local variable of a name. file is as above. ret->address is the variable's
   offset in the module's thread-local block. False: there is none, or several may be meant. */
bool qc_symbols_thread_local(struct qemucore_module *module, const char *name, const char *file,
                             struct qc_symbol *ret);

/* Counts the variables of a name in an unstripped table, thread-local ones included, and tells
   whether one is global. 0: none, or the table was stripped, or has another name for the variable
   (a static one of C++, asm("name")). */
struct qc_variable_count {
    size_t count;
    bool has_global;
};
struct qc_variable_count qc_symbols_count_variables(struct qemucore_module *module,
                                                    const char *name);

/* Returns false to end the visit. The functions below return false if the table was stripped. */
typedef bool qc_symbols_visitor(void *opaque, const struct qc_symbol *symbol);

/* Visits the variables of a size, by address, without thread-local ones. */
bool qc_symbols_each_of_size(struct qemucore_module *module, uint64_t size,
                             qc_symbols_visitor *visitor, void *opaque);
/* Visits the local symbols of all source files of a name. */
bool qc_symbols_each_of_file(struct qemucore_module *module, const char *file,
                             qc_symbols_visitor *visitor, void *opaque);

/*
 * Finds the symbol whose extent contains address; the innermost where extents nest. A symbol
 * without a size (an assembler label) extends as far as nothing else is known. Of several at one
 * address, code comes before data, global or weak before local, then the name that a user would
 * write (fewest leading underscores: poll, not __poll).
 */
bool qc_symbols_by_address(struct qemucore_module *module, uint64_t address, struct qc_symbol *ret);

void qc_symbols_free(struct qc_symbols *symbols);
