/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_graph - parents and children of block nodes, and marks that spread along these edges
 *
 * Nodes of a damaged process may be each other's children. So nothing here recurses, and each node
 * is visited once.
 */
#pragma once

#include "qemu/state/block.h"

struct qc_block_place {
    uint64_t address;
    size_t node;
};

struct qc_block_edge {
    size_t from;
    size_t to;
};

QC_VEC_TYPE(qc_block_edges, struct qc_block_edge);

struct qc_block_graph {
    size_t count; /* number of nodes; a node is named by its index */
    QC_VEC(struct qc_block_place) places; /* sorted by address */
    struct qc_block_edges down; /* from a node to what it hands requests to; sorted by `from` */
    struct qc_block_edges up;   /* the same edges reversed; sorted by `from` */
};

/*
 * Makes the edges from nodes to their children, and from a job's filter to the job's target: the
 * filter hands it what the guest writes, but a mirror's target is not its child. False: no memory.
 */
bool qc_block_graph_make(const struct qc_block *block, struct qc_block_graph *ret);
void qc_block_graph_free(struct qc_block_graph *graph);

/* Returns the index of the node at an address; graph->count: there is none. */
size_t qc_block_graph_find(const struct qc_block_graph *graph, uint64_t address);

/* Marks all nodes that marked ones lead to along the edges; marks has an element for each node.
   False: no memory. */
bool qc_block_graph_spread(const struct qc_block_graph *graph, const struct qc_block_edges *edges,
                           bool *marks);

/* Tells whether the node at address `above` is the other node, or one of its parents or theirs: a
   drained section of a node holds back the requests of all these (block/io.c,
   bdrv_parent_drained_begin). A job's target is no child. */
bool qc_block_is_above(const struct qc_block *block, uint64_t above, uint64_t node);
