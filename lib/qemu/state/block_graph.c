/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/block_graph.h"

QC_DEFINE_ORDER(compare_places, struct qc_block_place, qc_compare(a->address, b->address))

QC_DEFINE_ORDER(compare_edges, struct qc_block_edge, qc_compare(a->from, b->from))

size_t qc_block_graph_find(const struct qc_block_graph *graph, uint64_t address)
{
    const struct qc_block_place *found =
        qc_vec_find_sorted(&graph->places, place, qc_compare(place->address, address));
    return found == NULL ? graph->count : found->node;
}

static bool edge_add(struct qc_block_edges *edges, size_t from, size_t to)
{
    return qc_vec_push(edges, (struct qc_block_edge){from, to});
}

static bool connect(struct qc_block_graph *graph, size_t from, uint64_t address)
{
    size_t to = qc_block_graph_find(graph, address);
    return from == graph->count || to == graph->count ||
           (edge_add(&graph->down, from, to) && edge_add(&graph->up, to, from));
}

static bool places_make(const struct qc_block *block, struct qc_block_graph *ret)
{
    ret->count = block->nodes.count;
    for (size_t i = 0; i < block->nodes.count; i++) {
        if (!qc_vec_push(&ret->places, (struct qc_block_place){block->nodes.items[i].address, i})) {
            return false;
        }
    }
    qc_vec_sort(&ret->places, compare_places);
    return true;
}

static bool children_connect(const struct qc_block *block, struct qc_block_graph *ret)
{
    bool fits = places_make(block, ret);
    for (size_t i = 0; i < block->nodes.count; i++) {
        const struct qc_block_node *node = &block->nodes.items[i];
        for (size_t j = 0; j < node->children.count && fits; j++) {
            fits = connect(ret, i, node->children.items[j].node);
        }
    }
    return fits;
}

bool qc_block_graph_make(const struct qc_block *block, struct qc_block_graph *ret)
{
    bool fits = children_connect(block, ret);
    for (size_t i = 0; i < block->jobs.count && fits; i++) {
        const struct qc_block_job *job = &block->jobs.items[i];
        fits = connect(ret, qc_block_graph_find(ret, job->filter), job->target);
    }
    qc_vec_sort(&ret->down, compare_edges);
    qc_vec_sort(&ret->up, compare_edges);
    return fits;
}

void qc_block_graph_free(struct qc_block_graph *graph)
{
    qc_vec_free(&graph->places);
    qc_vec_free(&graph->down);
    qc_vec_free(&graph->up);
}

bool qc_block_graph_spread(const struct qc_block_graph *graph, const struct qc_block_edges *edges,
                           bool *marks)
{
    size_t waiting = 0;
    size_t *stack = calloc(graph->count + 1, sizeof(*stack));
    if (stack == NULL) {
        return false;
    }
    for (size_t i = 0; i < graph->count; i++) {
        if (marks[i]) {
            stack[waiting++] = i;
        }
    }
    while (waiting != 0) {
        size_t from = stack[--waiting];
        size_t at = qc_lower_bound(edges->count, i, edges->items[i].from < from);
        for (; at < edges->count && edges->items[at].from == from; at++) {
            size_t to = edges->items[at].to;
            if (!marks[to]) {
                marks[to] = true;
                stack[waiting++] = to;
            }
        }
    }
    free(stack);
    return true;
}

bool qc_block_is_above(const struct qc_block *block, uint64_t above, uint64_t node)
{
    QC_GUARD(qc_block_graph_free) struct qc_block_graph graph = {0};
    QC_FREE bool *marks = calloc(block->nodes.count + 1, sizeof(*marks));
    if (marks == NULL || !children_connect(block, &graph)) {
        return false;
    }
    qc_vec_sort(&graph.down, compare_edges);
    size_t at = qc_block_graph_find(&graph, node);
    marks[qc_block_graph_find(&graph, above)] = true; /* no such node: one past the last */
    return at != graph.count && qc_block_graph_spread(&graph, &graph.down, marks) && marks[at];
}
