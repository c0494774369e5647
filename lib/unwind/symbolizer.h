/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symbolizer - functions, inlined calls and lines at addresses in code, with a cache
 *
 * Many stacks share few addresses: 20,000 coroutines of a QEMU wait in some ten functions. The
 * latest results are kept, because asking libdw again costs more than the rest of a stack
 * (doc/speed.md).
 */
#pragma once

#include "dwarf/dwarf.h"
#include "modules/modules.h"
#include "values/values.h"

struct qc_symbolized_head {
    struct qemucore_module *module;
    uint64_t lookup;
    bool has_symbol;
    struct qc_symbol symbol;
    size_t count; /* number of scopes */
};

struct qc_symbolized {
    struct qc_symbolized_head known;
    struct qc_scope scopes[QC_LIMIT_INLINE_DEPTH];
};

struct qc_symbolizer;

/* Returns NULL when out of memory. The other functions accept that, and keep nothing. */
struct qc_symbolizer *qc_symbolizer_new(void);
void qc_symbolizer_free(struct qc_symbolizer *symbolizer);

void qc_symbolizer_find(struct qc_symbolizer *symbolizer, struct qemucore_module *module,
                        uint64_t lookup, struct qc_symbolized *ret);

/* Sets the function of a frame, as far as debug info or a symbol tells it. */
void qc_symbolized_function(const struct qc_symbolized *place, struct qc_frame *physical);

/* Returns what qc_tail_calls_find does. */
size_t qc_symbolizer_tail_calls(struct qc_symbolizer *symbolizer, const struct qc_frame *caller,
                                const struct qc_frame *callee, struct qc_tail_call *ret);
