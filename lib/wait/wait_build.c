/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_build - builds the graph: objects, edges, and what follows from them
 */
#include "wait/wait_graph.h"

#include "base/base.h"
#include "qemu/qemu.h"

QC_DEFINE_GUARD(guard_graph, struct qc_wait_graph, qc_wait_graph_free)

enum qemucore_status qc_wait_graph_new(struct qc_waits *waits, struct qc_wait_graph **ret,
                                       struct qemucore_error *error)
{
    QC_GUARD(guard_graph) struct qc_wait_graph *graph = calloc(1, sizeof(*graph));
    if (graph == NULL) {
        return qc_error_memory(error);
    }
    graph->process = waits->process;
    graph->waits = waits;
    qc_process_dwarf_begin(graph->process);
    qc_lock_instances_begin(graph->process);
    qc_process_name_threads(graph->process);
    graph->rcu = qc_process_rcu(graph->process);
    if (!qc_wait_locks_find(graph) || !qc_wait_edges_find(graph) || !qc_wait_cycles_find(graph) ||
        !qc_wait_chains_find(graph) || !qc_wait_anomalies_find(graph) ||
        !qc_wait_problems_find(graph)) {
        return qc_error_memory(error);
    }
    *ret = qc_move(graph);
    return QEMUCORE_OK;
}
