/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symbolizer - what debug info and symbols tell of an address in code, remembered
 *
 * Many stacks come to few addresses: 20,000 coroutines of a QEMU wait in some ten functions. What was told
 * last is kept, as to ask libdw again costs more than all else of a stack (doc/speed.md).
 */
#ifndef QC_UNWIND_SYMBOLIZER_H
#define QC_UNWIND_SYMBOLIZER_H

#include "dwarf/dwarf.h"
#include "modules/modules.h"

struct qc_symbolized_head {
    struct qemucore_module *module;
    uint64_t lookup;
    bool has_symbol;
    struct qc_symbol symbol;
    size_t count; /* of scopes */
};

struct qc_symbolized {
    struct qc_symbolized_head known;
    struct qc_scope scopes[QC_LIMIT_INLINE_DEPTH];
};

struct qc_symbolizer;

/* NULL: out of memory; then nothing is kept. */
struct qc_symbolizer *qc_symbolizer_new(void);
void qc_symbolizer_free(struct qc_symbolizer *symbolizer);

void qc_symbolizer_find(struct qc_symbolizer *symbolizer, struct qemucore_module *module,
                        uint64_t lookup, struct qc_symbolized *ret);

/* The function at the address, as far as debug info or a symbol tells. */
void qc_symbolized_function(const struct qc_symbolized *place, struct qc_frame *physical);

/* As qc_tail_calls_find. */
size_t qc_symbolizer_tail_calls(struct qc_symbolizer *symbolizer, const struct qc_frame *caller,
                                const struct qc_frame *callee, struct qc_tail_call *ret);

#endif
