/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * places - what debug info and symbols tell of the places that stacks come to
 *
 * Many stacks come to few places: 20,000 coroutines of a QEMU wait in some ten functions. What was told
 * last is kept, as to ask libdw again costs more than all else of a stack (doc/speed.md).
 */
#ifndef QC_UNWIND_PLACES_H
#define QC_UNWIND_PLACES_H

#include "dwarf/dwarf.h"
#include "modules/modules.h"

struct qc_place_known {
    struct qemucore_module *module;
    uint64_t lookup;
    bool has_symbol;
    struct qc_symbol symbol;
    size_t count; /* of scopes */
};

struct qc_place {
    struct qc_place_known known;
    struct qc_scope scopes[QC_LIMIT_INLINE_DEPTH];
};

struct qc_places;

/* NULL: out of memory; then nothing is kept. */
struct qc_places *qc_places_new(void);
void qc_places_free(struct qc_places *places);

void qc_places_find(struct qc_places *places, struct qemucore_module *module, uint64_t lookup,
                    struct qc_place *ret);

/* The function of the place, as far as debug info or a symbol tells. */
void qc_place_function(const struct qc_place *place, struct qc_frame *physical);

/* As qc_tail_calls_find. */
size_t qc_places_jumps(struct qc_places *places, const struct qc_frame *caller,
                       const struct qc_frame *callee, struct qc_tail_call *ret);

#endif
