/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_cycle.h"

#include <stdio.h>
#include <string.h>

#include "base/guard.h"
#include "base/limits.h"

#define NOBODY SIZE_MAX

/* Whom a thread waits for, one after the other: of all edges of a waiter, which lie together, those
   that lead to a thread of the dump. NULL behind the last. */
static const struct qemucore_edge *edge_next(const struct qc_wait_graph *graph,
                                             const struct qemucore_thread *waiter,
                                             const struct qemucore_edge *previous)
{
    const struct qemucore_edge *end = graph->edges.items + graph->edges.count;
    const struct qemucore_edge *edge =
        previous == NULL ? qc_wait_graph_edge(graph, waiter) : previous + 1;
    while (edge != NULL && edge < end && edge->waiter == waiter && edge->holder == NULL) {
        edge++;
    }
    return edge != NULL && edge < end && edge->waiter == waiter ? edge : NULL;
}

/* A search through the graph, from one thread on. */
struct search {
    size_t *from;  /* by thread: who led there; NOBODY: not reached */
    size_t *queue; /* threads that were reached, in that order */
    size_t reached;
    uint64_t budget; /* edges that may still be followed */
};

static void search_reset(struct search *search)
{
    for (size_t i = 0; i < search->reached; i++) {
        search->from[search->queue[i]] = NOBODY;
    }
    search->reached = 0;
}

/* The last one before start on a shortest way from it back to it; NOBODY: there is no way. */
static size_t search_back(const struct qc_wait_graph *graph, struct search *search, size_t start)
{
    const struct qemucore_thread *threads = graph->process->threads->items;
    search_reset(search);
    search->from[start] = start;
    search->queue[search->reached++] = start;
    for (size_t at = 0; at < search->reached; at++) {
        size_t current = search->queue[at];
        const struct qemucore_edge *edge = NULL;
        while (search->budget != 0 &&
               (edge = edge_next(graph, &threads[current], edge)) != NULL) {
            search->budget--;
            size_t next = edge->holder->index;
            if (next == start) {
                return current;
            }
            if (search->from[next] == NOBODY) {
                search->from[next] = current;
                search->queue[search->reached++] = next;
            }
        }
    }
    return NOBODY;
}

static int lwp_of(const struct qc_wait_graph *graph, size_t index)
{
    return graph->process->threads->items[index].core_thread->lwp;
}

/* The way back is known from its end. The lowest LWP comes first. */
static bool cycle_add(struct qc_wait_graph *graph, const struct search *search, size_t start,
                      size_t last, bool *in_cycle)
{
    struct qemucore_cycle *cycle = qc_vec_add(&graph->cycles);
    size_t length = 1;
    size_t lowest = 0;
    if (cycle == NULL) {
        return false;
    }
    cycle->index = graph->cycles.count - 1;
    for (size_t at = last; at != start; at = search->from[at]) {
        length++;
    }
    QC_FREE size_t *way = calloc(length, sizeof(*way));
    if (way == NULL) {
        return false;
    }
    for (size_t i = length, at = last; i > 0; i--, at = search->from[at]) {
        way[i - 1] = at;
    }
    for (size_t i = 0; i < length; i++) {
        in_cycle[way[i]] = true;
        lowest = lwp_of(graph, way[i]) < lwp_of(graph, way[lowest]) ? i : lowest;
    }
    for (size_t i = 0; i < length; i++) {
        struct qemucore_thread **added = qc_vec_add(&cycle->threads);
        if (added == NULL) {
            return false;
        }
        *added = &graph->process->threads->items[way[(lowest + i) % length]];
    }
    return true;
}

/* Who waits, and is waited for: nobody else is in a cycle. */
static bool may_be_in_cycle(const struct qc_wait_graph *graph, const bool *is_holder, size_t index)
{
    return is_holder[index] &&
           edge_next(graph, &graph->process->threads->items[index], NULL) != NULL;
}

bool qc_wait_cycles_find(struct qc_wait_graph *graph)
{
    size_t count = graph->process->threads->count;
    QC_FREE bool *is_holder = calloc(count + 1, sizeof(*is_holder));
    QC_FREE bool *in_cycle = calloc(count + 1, sizeof(*in_cycle));
    QC_FREE size_t *from = calloc(count + 1, sizeof(*from));
    QC_FREE size_t *queue = calloc(count + 1, sizeof(*queue));
    struct search search = {from, queue, 0, QC_LIMIT_CYCLE_STEPS};
    if (is_holder == NULL || in_cycle == NULL || from == NULL || queue == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        from[i] = NOBODY;
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        if (graph->edges.items[i].holder != NULL) {
            is_holder[graph->edges.items[i].holder->index] = true;
        }
    }
    for (size_t i = 0; i < count && graph->cycles.count < QC_LIMIT_CYCLES; i++) {
        size_t last = !in_cycle[i] && may_be_in_cycle(graph, is_holder, i)
                          ? search_back(graph, &search, i)
                          : NOBODY;
        if (last != NOBODY && !cycle_add(graph, &search, i, last, in_cycle)) {
            return false;
        }
    }
    graph->cycles_are_cut = search.budget == 0 || graph->cycles.count == QC_LIMIT_CYCLES;
    return true;
}

/* ---- chains -------------------------------------------------------------------------------- */

/* For each thread, the edges that lead to it. */
struct reverse {
    size_t *first; /* by holder: index of an edge plus one, 0: none */
    size_t *next;  /* by edge */
};

static char *chain_say(const struct qc_wait_graph *graph, const struct qemucore_chain *chain)
{
    const struct qemucore_wait *wait = &graph->waits->items[chain->root->index];
    size_t count = chain->waiters.count;
    QC_FREE char *root = qc_wait_who(chain->root);
    QC_FREE char *first = qc_wait_who(chain->waiters.items[0]);
    char *text;
    const char *does = wait->sentence == NULL ? "?" : wait->sentence;
    const char *verb = wait->state == QC_WAIT_BLOCKED   ? "waits for "
                       : wait->state == QC_WAIT_SYSCALL ? "is in "
                                                        : "is ";
    int length = count == 1
                     ? asprintf(&text, "%s waits for %s, which %s%s", first == NULL ? "?" : first,
                                root == NULL ? "?" : root, verb, does)
                     : asprintf(&text, "%zu threads wait, in the end all for %s, which %s%s",
                                count, root == NULL ? "?" : root, verb, does);
    return length < 0 ? NULL : text;
}

/* All that lead to the root, from it backwards. */
static bool chain_add(struct qc_wait_graph *graph, const struct reverse *reverse,
                      struct search *search, size_t root)
{
    struct qemucore_thread *threads = graph->process->threads->items;
    struct qemucore_chain *chain = qc_vec_add(&graph->chains);
    if (chain == NULL) {
        return false;
    }
    chain->index = graph->chains.count - 1;
    chain->root = &threads[root];
    search_reset(search);
    search->from[root] = root;
    search->queue[search->reached++] = root;
    for (size_t at = 0; at < search->reached; at++) {
        for (size_t edge = reverse->first[search->queue[at]]; edge != 0;
             edge = reverse->next[edge - 1]) {
            size_t waiter = graph->edges.items[edge - 1].waiter->index;
            if (search->from[waiter] == NOBODY) {
                struct qemucore_thread **added = qc_vec_add(&chain->waiters);
                if (added == NULL) {
                    return false;
                }
                *added = &threads[waiter];
                search->from[waiter] = search->queue[at];
                search->queue[search->reached++] = waiter;
            }
        }
    }
    qc_thread_list_sort(&chain->waiters);
    chain->sentence = chain_say(graph, chain);
    return chain->sentence != NULL;
}

bool qc_wait_chains_find(struct qc_wait_graph *graph)
{
    size_t count = graph->process->threads->count;
    QC_FREE size_t *from = calloc(count + 1, sizeof(*from));
    QC_FREE size_t *queue = calloc(count + 1, sizeof(*queue));
    QC_FREE size_t *first = calloc(count + 1, sizeof(*first));
    QC_FREE size_t *next = calloc(graph->edges.count + 1, sizeof(*next));
    struct search search = {from, queue, 0, 0};
    struct reverse reverse = {first, next};
    if (from == NULL || queue == NULL || first == NULL || next == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        from[i] = NOBODY;
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        if (edge->holder != NULL) {
            next[i] = first[edge->holder->index];
            first[edge->holder->index] = i + 1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool is_root = first[i] != 0 &&
                       edge_next(graph, &graph->process->threads->items[i], NULL) == NULL;
        if (is_root && !chain_add(graph, &reverse, &search, i)) {
            return false;
        }
    }
    return true;
}
