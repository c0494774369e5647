/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * spans - lists of ranges of addresses, and which of them has an address
 */
#pragma once

#include "base/base.h"

/* Addresses [start, end). */
struct qc_span {
    uint64_t start;
    uint64_t end;
};
QC_VEC_TYPE(qc_spans, struct qc_span);

/* Sorts the spans by start, and joins those that touch or overlap. */
void qc_spans_join(struct qc_spans *spans);

/* Returns the index of the first of joined spans that ends after address. */
size_t qc_spans_search(const struct qc_spans *spans, uint64_t address);

/* The addresses from start on, up to the next piece. */
struct qc_span_piece {
    uint64_t start;
    size_t owner; /* index of the span that has them; SIZE_MAX: none has */
    size_t next;  /* no piece from here up to that one is without an owner; used while building */
};

/* An index, built once. A search takes the logarithm of the number of spans, also where a hostile core
   lets them overlap: there the first span that was given has the address. */
struct qc_span_index {
    QC_VEC(struct qc_span_piece) pieces;
};

/* False: out of memory. */
bool qc_span_index_build(struct qc_span_index *index, const struct qc_spans *spans);

/* Returns the index of the first span that has an address. SIZE_MAX: none has. */
size_t qc_span_index_find(const struct qc_span_index *index, uint64_t address);
