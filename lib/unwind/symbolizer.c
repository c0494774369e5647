/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/symbolizer.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "unwind/unwind_limits.h"

struct kept_place {
    struct qc_symbolized_head known;
    struct qc_scope *scopes; /* NULL: the slot is empty */
};

/* What the result of qc_tail_calls_find depends on. */
struct tail_calls_key {
    struct qemucore_module *caller;
    struct qemucore_module *callee;
    uint64_t pc;
    uint64_t callee_start;
    const void *caller_die;
    const void *callee_die;
};

struct kept_tail_calls {
    struct tail_calls_key key; /* caller NULL: the slot is empty */
    size_t count;
    struct qc_tail_call jumps[QC_LIMIT_TAIL_CALLS];
};

struct qc_symbolizer {
    struct kept_place places[QC_LIMIT_KEPT_PLACES];
    struct kept_tail_calls jumps[QC_LIMIT_KEPT_PLACES];
};

struct qc_symbolizer *qc_symbolizer_new(void)
{
    return calloc(1, sizeof(struct qc_symbolizer));
}

void qc_symbolizer_free(struct qc_symbolizer *symbolizer)
{
    for (size_t i = 0; symbolizer != NULL && i < QC_LIMIT_KEPT_PLACES; i++) {
        free(symbolizer->places[i].scopes);
    }
    free(symbolizer);
}

/* Fibonacci hashing: it spreads addresses that are close together. */
static size_t slot_of(uint64_t address)
{
    return (size_t)((address * UINT64_C(0x9e3779b97f4a7c15) >> 32) % QC_LIMIT_KEPT_PLACES);
}

/* ---- places ------------------------------------------------------------------------------ */

static void place_find(struct qemucore_module *module, uint64_t lookup, struct qc_symbolized *ret)
{
    struct qc_symbolized_head *known = &ret->known;
    known->module = module;
    known->lookup = lookup;
    known->has_symbol = module != NULL && qc_symbols_by_address(module, lookup, &known->symbol);
    known->count = module == NULL
                       ? 0
                       : qc_units_scopes(module, lookup, ret->scopes, QC_LIMIT_INLINE_DEPTH);
}

/* Keeps a result with scopes. A lack of memory may be why one has none: that is looked up again. */
static void place_keep(struct kept_place *kept, const struct qc_symbolized *place)
{
    size_t count = place->known.count;
    struct qc_scope *scopes = count == 0 ? NULL : calloc(count, sizeof(*scopes));
    if (scopes != NULL) {
        memcpy(scopes, place->scopes, count * sizeof(*scopes));
        free(kept->scopes);
        kept->scopes = scopes;
        kept->known = place->known;
    }
}

void qc_symbolizer_find(struct qc_symbolizer *symbolizer, struct qemucore_module *module,
                        uint64_t lookup, struct qc_symbolized *ret)
{
    struct kept_place *kept = symbolizer == NULL ? NULL : &symbolizer->places[slot_of(lookup)];
    if (kept != NULL && kept->scopes != NULL && kept->known.lookup == lookup &&
        kept->known.module == module) {
        ret->known = kept->known;
        memcpy(ret->scopes, kept->scopes, ret->known.count * sizeof(*ret->scopes));
        return;
    }
    place_find(module, lookup, ret);
    if (kept != NULL) {
        place_keep(kept, ret);
    }
}

void qc_symbolized_function(const struct qc_symbolized *place, struct qc_frame *physical)
{
    const struct qc_symbolized_head *known = &place->known;
    if (known->count != 0) {
        physical->has_function = true;
        physical->function = place->scopes[known->count - 1].die;
        physical->function_start = place->scopes[known->count - 1].start;
    } else if (known->has_symbol) {
        physical->function_start = known->symbol.address;
    }
}

/* ---- tail calls -------------------------------------------------------------------------- */

static const void *die_of(const struct qc_frame *frame)
{
    return frame->has_function ? frame->function.addr : NULL;
}

static bool key_is(const struct tail_calls_key *left, const struct tail_calls_key *right)
{
    return left->caller == right->caller && left->callee == right->callee &&
           left->pc == right->pc && left->callee_start == right->callee_start &&
           left->caller_die == right->caller_die && left->callee_die == right->callee_die;
}

size_t qc_symbolizer_tail_calls(struct qc_symbolizer *symbolizer, const struct qc_frame *caller,
                                const struct qc_frame *callee, struct qc_tail_call *ret)
{
    struct tail_calls_key key = {caller->module, callee->module, caller->registers.pc,
                            callee->function_start, die_of(caller), die_of(callee)};
    struct kept_tail_calls *kept =
        symbolizer == NULL || key.caller == NULL ? NULL : &symbolizer->jumps[slot_of(key.pc)];
    if (kept != NULL && key_is(&kept->key, &key)) {
        memcpy(ret, kept->jumps, kept->count * sizeof(*ret));
        return kept->count;
    }
    size_t count = qc_tail_calls_find(caller, callee, ret);
    if (kept != NULL) {
        kept->key = key;
        kept->count = count;
        memcpy(kept->jumps, ret, count * sizeof(*ret));
    }
    return count;
}
