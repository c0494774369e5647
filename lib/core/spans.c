/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/spans.h"

QC_DEFINE_ORDER(compare_spans, struct qc_span, qc_compare(a->start, b->start))

void qc_spans_join(struct qc_spans *spans)
{
    qc_vec_sort(spans, compare_spans);
    size_t kept = 0;
    for (size_t i = 0; i < spans->count; i++) {
        struct qc_span next = spans->items[i];
        struct qc_span *last = kept == 0 ? NULL : &spans->items[kept - 1];
        if (last != NULL && next.start <= last->end) {
            last->end = qc_max(next.end, last->end);
        } else if (next.start < next.end) {
            spans->items[kept++] = next;
        }
    }
    spans->count = kept;
}

size_t qc_spans_search(const struct qc_spans *spans, uint64_t address)
{
    return qc_lower_bound(spans->count, i, spans->items[i].end <= address);
}

/* ---- which of them has an address ---------------------------------------------------------- */

QC_DEFINE_ORDER(compare_pieces, struct qc_span_piece, qc_compare(a->start, b->start))

static bool add_piece(struct qc_span_index *index, uint64_t start)
{
    return qc_vec_push(&index->pieces, (struct qc_span_piece){.start = start, .owner = SIZE_MAX});
}

/* Sorts the pieces, and keeps one of those with the same start. */
static void pieces_sort(struct qc_span_index *index)
{
    struct qc_span_piece *pieces = index->pieces.items;
    size_t kept = 0;
    qc_vec_sort(&index->pieces, compare_pieces);
    for (size_t i = 0; i < index->pieces.count; i++) {
        if (kept == 0 || pieces[kept - 1].start != pieces[i].start) {
            pieces[kept] = pieces[i];
            pieces[kept].next = kept;
            kept++;
        }
    }
    index->pieces.count = kept;
}

/* Returns the first piece from `at` on that has no owner. The last piece never has one. */
static size_t first_free(struct qc_span_piece *pieces, size_t at)
{
    while (pieces[at].next != at) {
        pieces[at].next = pieces[pieces[at].next].next;
        at = pieces[at].next;
    }
    return at;
}

bool qc_span_index_build(struct qc_span_index *index, const struct qc_spans *spans)
{
    for (size_t i = 0; i < spans->count; i++) {
        if (!add_piece(index, spans->items[i].start) || !add_piece(index, spans->items[i].end)) {
            return false;
        }
    }
    pieces_sort(index);
    qc_vec_fit(&index->pieces);
    struct qc_span_piece *pieces = index->pieces.items;
    for (size_t i = 0; i < spans->count; i++) {
        const struct qc_span *span = &spans->items[i];
        size_t at = qc_lower_bound(index->pieces.count, j, pieces[j].start < span->start);
        while (pieces[at = first_free(pieces, at)].start < span->end) {
            pieces[at].owner = i;
            pieces[at].next = at + 1;
        }
    }
    return true;
}

size_t qc_span_index_find(const struct qc_span_index *index, uint64_t address)
{
    const struct qc_span_piece *pieces = index->pieces.items;
    size_t after = qc_lower_bound(index->pieces.count, i, pieces[i].start <= address);
    return after == 0 ? SIZE_MAX : pieces[after - 1].owner;
}
