/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_graph - which node is above which: nodes by their index, marks that spread along the edges
 *
 * Nodes of a damaged process may be each other's children. So nothing here recurses, and each node
 * is come to once.
 */
#ifndef QC_QEMU_STATE_BLOCK_GRAPH_H
#define QC_QEMU_STATE_BLOCK_GRAPH_H

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
    size_t count; /* of nodes */
    QC_VEC(struct qc_block_place) places; /* by address */
    struct qc_block_edges down; /* from a node to what it hands requests to, by `from` */
    struct qc_block_edges up;   /* and back */
};

/*
 * Children; and, since a job's filter hands what the guest writes to the job's target, which is no
 * child of a mirror's, that too. False: no memory.
 */
bool qc_block_graph_make(const struct qc_block *block, struct qc_block_graph *ret);
void qc_block_graph_free(struct qc_block_graph *graph);

/* Index of the node at an address; graph->count: there is none. */
size_t qc_block_graph_find(const struct qc_block_graph *graph, uint64_t address);

/* Marks, an element a node, what can be reached from marked ones along edges of the graph. False: no
   memory. */
bool qc_block_graph_spread(const struct qc_block_graph *graph, const struct qc_block_edges *edges,
                           bool *marks);

#endif
