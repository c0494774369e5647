/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_graph.h"

QC_DEFINE_WORDS(qc_anomaly_word, enum qc_anomaly_kind, QC_ANOMALY_KINDS)

static int compare_places(uint64_t address, enum qc_lock_kind kind,
                          const struct qemucore_lock *lock)
{
    return qc_compare(address, lock->address) ?:
           qc_compare(qc_lock_family(kind), qc_lock_family(lock->kind));
}

/* For the same object, the kind that says most comes first. */
QC_DEFINE_ORDER(compare_locks, struct qemucore_lock,
                compare_places(a->address, a->kind, b) ?: qc_compare(b->kind, a->kind))

struct qemucore_lock *qc_wait_graph_lock(const struct qc_wait_graph *graph,
                                         enum qc_lock_kind kind, uint64_t address)
{
    return qc_vec_find_sorted(&graph->locks, lock, -compare_places(address, kind, lock));
}

bool qc_wait_graph_add_lock(struct qc_wait_graph *graph, enum qc_lock_kind kind, uint64_t address)
{
    struct qemucore_lock *lock = qc_vec_add(&graph->locks);
    if (lock != NULL) {
        lock->kind = kind;
        lock->address = address;
    }
    return lock != NULL;
}

void qc_wait_graph_sort_locks(struct qc_wait_graph *graph)
{
    size_t kept = 0;
    qc_vec_sort(&graph->locks, compare_locks);
    qc_vec_each(&graph->locks, lock) {
        if (kept == 0 ||
            compare_places(lock->address, lock->kind, &graph->locks.items[kept - 1]) != 0) {
            graph->locks.items[kept++] = *lock;
        }
    }
    graph->locks.count = kept;
    for (size_t i = 0; i < kept; i++) {
        graph->locks.items[i].index = i;
    }
}

void qc_wait_lock_free(struct qemucore_lock *lock)
{
    qc_vec_free(&lock->state.fields);
    qc_vec_free(&lock->waiters);
    qc_vec_free(&lock->cond_waiters);
}

struct qemucore_edge *qc_wait_graph_edge(const struct qc_wait_graph *graph,
                                         const struct qemucore_thread *waiter)
{
    return qc_vec_find_sorted(&graph->edges, edge, qc_compare(edge->waiter->index, waiter->index));
}

const struct qemucore_edge *qc_wait_graph_edge_next(const struct qc_wait_graph *graph,
                                                    const struct qemucore_thread *waiter,
                                                    const struct qemucore_edge *previous)
{
    /* Without edges the array is NULL: no arithmetic with it. */
    if (graph->edges.count == 0) {
        return NULL;
    }
    const struct qemucore_edge *end = graph->edges.items + graph->edges.count;
    const struct qemucore_edge *edge =
        previous == NULL ? qc_wait_graph_edge(graph, waiter) : previous + 1;
    while (edge != NULL && edge < end && edge->waiter == waiter && edge->holder == NULL) {
        edge++;
    }
    return edge != NULL && edge < end && edge->waiter == waiter ? edge : NULL;
}

const struct qemucore_edge *qc_wait_cycle_edge(const struct qc_wait_graph *graph,
                                               const struct qemucore_cycle *cycle, size_t index)
{
    const struct qemucore_thread *waiter = cycle->threads.items[index];
    const struct qemucore_thread *holder =
        cycle->threads.items[(index + 1) % cycle->threads.count];
    const struct qemucore_edge *edge = qc_wait_graph_edge_next(graph, waiter, NULL);
    while (edge != NULL && edge->holder != holder) {
        edge = qc_wait_graph_edge_next(graph, waiter, edge);
    }
    return edge;
}

bool qc_wait_graph_in_cycle(const struct qc_wait_graph *graph,
                            const struct qemucore_thread *thread)
{
    return graph->cycle_of[thread->index] != 0;
}

bool qc_wait_cycle_has(const struct qc_wait_graph *graph, const struct qemucore_cycle *cycle,
                       const struct qemucore_thread *thread)
{
    size_t first = graph->cycle_of[thread->index];
    return first != 0 && (cycle == &graph->cycles.items[first - 1] ||
                          qc_vec_any(&cycle->threads, at, *at == thread));
}

void qc_wait_graph_free(struct qc_wait_graph *graph)
{
    if (graph == NULL) {
        return;
    }
    qc_vec_free_each(&graph->locks, item, qc_wait_lock_free(item));
    qc_vec_free(&graph->edges);
    qc_vec_each(&graph->cycles, cycle) {
        qc_vec_free(&cycle->threads);
        qc_vec_free(&cycle->behind);
    }
    qc_vec_free(&graph->cycles);
    qc_vec_free_each(&graph->chains, chain, qc_vec_free(&chain->waiters));
    qc_vec_free(&graph->anomalies);
    qc_vec_free(&graph->problems);
    free(graph->cycle_of);
    free(graph);
}
