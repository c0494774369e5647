/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_cycle.h"

#include "base/base.h"
#include "qemu/qemu.h"
#include "wait/wait_limits.h"

#define NOBODY SIZE_MAX

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
               (edge = qc_wait_graph_edge_next(graph, &threads[current], edge)) != NULL) {
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
                      size_t last)
{
    struct qemucore_cycle *cycle = qc_vec_add(&graph->cycles);
    size_t length = 1;
    size_t lowest = 0;
    if (cycle == NULL) {
        return false;
    }
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
        size_t *first = &graph->cycle_of[way[i]];
        *first = *first != 0 ? *first : graph->cycles.count;
        lowest = lwp_of(graph, way[i]) < lwp_of(graph, way[lowest]) ? i : lowest;
    }
    for (size_t i = 0; i < length; i++) {
        if (!qc_thread_list_add(&cycle->threads,
                                &graph->process->threads->items[way[(lowest + i) % length]])) {
            return false;
        }
    }
    return true;
}

/* For each thread, the edges that lead to it. */
struct reverse {
    size_t *first; /* by holder: index of an edge plus one, 0: none */
    size_t *next;  /* by edge */
};

static void guard_reverse(struct reverse *reverse)
{
    free(reverse->first);
    free(reverse->next);
}

static bool reverse_make(const struct qc_wait_graph *graph, struct reverse *reverse)
{
    reverse->first = calloc(graph->process->threads->count + 1, sizeof(*reverse->first));
    reverse->next = calloc(graph->edges.count + 1, sizeof(*reverse->next));
    if (reverse->first == NULL || reverse->next == NULL) {
        return false;
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        if (edge->holder != NULL) {
            reverse->next[i] = reverse->first[edge->holder->index];
            reverse->first[edge->holder->index] = i + 1;
        }
    }
    return true;
}

/*
 * Who may be in a cycle: who is left when those are taken away, again and again, that wait for
 * nobody who is left, and then those for whom nobody does. What is left is cycles, and ways from
 * one to another.
 */
struct trim {
    bool *left;
    size_t *waits;    /* edges to threads that are left */
    size_t *waiters;  /* edges from threads that are left */
    size_t *queue;
    size_t queued;
};

static void guard_trim(struct trim *trim)
{
    free(trim->left);
    free(trim->waits);
    free(trim->waiters);
    free(trim->queue);
}

static void trim_take(struct trim *trim, size_t index)
{
    if (trim->left[index]) {
        trim->left[index] = false;
        trim->queue[trim->queued++] = index;
    }
}

static void trim_run(const struct qc_wait_graph *graph, const struct reverse *reverse,
                     struct trim *trim)
{
    const struct qemucore_thread *threads = graph->process->threads->items;
    for (size_t at = 0; at < trim->queued; at++) {
        size_t current = trim->queue[at];
        for (size_t edge = reverse->first[current]; edge != 0; edge = reverse->next[edge - 1]) {
            size_t waiter = graph->edges.items[edge - 1].waiter->index;
            if (--trim->waits[waiter] == 0) {
                trim_take(trim, waiter);
            }
        }
        const struct qemucore_edge *edge = NULL;
        while ((edge = qc_wait_graph_edge_next(graph, &threads[current], edge)) != NULL) {
            size_t holder = edge->holder->index;
            if (--trim->waiters[holder] == 0) {
                trim_take(trim, holder);
            }
        }
    }
}

static bool trim_make(const struct qc_wait_graph *graph, const struct reverse *reverse,
                      struct trim *trim)
{
    size_t count = graph->process->threads->count;
    *trim = (struct trim){
        .left = calloc(count + 1, sizeof(*trim->left)),
        .waits = calloc(count + 1, sizeof(*trim->waits)),
        .waiters = calloc(count + 1, sizeof(*trim->waiters)),
        .queue = calloc(count + 1, sizeof(*trim->queue)),
    };
    if (trim->left == NULL || trim->waits == NULL || trim->waiters == NULL ||
        trim->queue == NULL) {
        return false;
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        if (edge->holder != NULL) {
            trim->waits[edge->waiter->index]++;
            trim->waiters[edge->holder->index]++;
        }
    }
    for (size_t i = 0; i < count; i++) {
        trim->left[i] = true;
    }
    for (size_t i = 0; i < count; i++) {
        if (trim->waits[i] == 0 || trim->waiters[i] == 0) {
            trim_take(trim, i);
        }
    }
    trim_run(graph, reverse, trim);
    return true;
}

bool qc_wait_cycles_find(struct qc_wait_graph *graph)
{
    size_t count = graph->process->threads->count;
    graph->cycle_of = calloc(count + 1, sizeof(*graph->cycle_of));
    QC_FREE size_t *from = calloc(count + 1, sizeof(*from));
    QC_FREE size_t *queue = calloc(count + 1, sizeof(*queue));
    QC_GUARD(guard_reverse) struct reverse reverse = {NULL, NULL};
    QC_GUARD(guard_trim) struct trim trim = {.left = NULL};
    struct search search = {from, queue, 0, QC_LIMIT_CYCLE_STEPS};
    if (graph->cycle_of == NULL || from == NULL || queue == NULL || !reverse_make(graph, &reverse) ||
        !trim_make(graph, &reverse, &trim)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        from[i] = NOBODY;
    }
    for (size_t i = 0; i < count && !graph->cycles_are_cut; i++) {
        size_t last =
            graph->cycle_of[i] == 0 && trim.left[i] ? search_back(graph, &search, i) : NOBODY;
        if (last != NOBODY && graph->cycles.count == QC_LIMIT_CYCLES) {
            graph->cycles_are_cut = true;
        } else if (last != NOBODY && !cycle_add(graph, &search, i, last)) {
            return false;
        }
    }
    graph->cycles_are_cut |= search.budget == 0;
    return true;
}

/* ---- chains -------------------------------------------------------------------------------- */

static char *chain_say(const struct qc_wait_graph *graph, const struct qemucore_chain *chain)
{
    const struct qemucore_wait *wait = &graph->waits->items[chain->root->index];
    size_t count = chain->waiters.count;
    QC_FREE char *root = qc_thread_label(chain->root);
    QC_FREE char *first = qc_thread_label(chain->waiters.items[0]);
    const char *does = qc_text_or(wait->sentence, "?");
    const char *verb = wait->state == QC_WAIT_BLOCKED   ? "waits for "
                       : wait->state == QC_WAIT_SYSCALL ? "is in "
                                                        : "is ";
    return count == 1 ? qc_format("%s waits for %s, which %s%s", qc_text_or(first, "?"),
                                  qc_text_or(root, "?"), verb, does)
                      : qc_format("%zu threads wait, in the end all for %s, which %s%s", count,
                                  qc_text_or(root, "?"), verb, does);
}

/* All that lead to the threads in the search's queue, from them backwards. */
static bool waiters_collect(struct qc_wait_graph *graph, const struct reverse *reverse,
                            struct search *search, struct qc_thread_list *ret)
{
    struct qemucore_thread *threads = graph->process->threads->items;
    for (size_t at = 0; at < search->reached; at++) {
        for (size_t edge = reverse->first[search->queue[at]]; edge != 0;
             edge = reverse->next[edge - 1]) {
            size_t waiter = graph->edges.items[edge - 1].waiter->index;
            if (search->from[waiter] == NOBODY) {
                if (!qc_thread_list_add(ret, &threads[waiter])) {
                    return false;
                }
                search->from[waiter] = search->queue[at];
                search->queue[search->reached++] = waiter;
            }
        }
    }
    qc_thread_list_sort(ret);
    return true;
}

static void search_begin(struct search *search, size_t index)
{
    search->from[index] = index;
    search->queue[search->reached++] = index;
}

static bool chain_add(struct qc_wait_graph *graph, const struct reverse *reverse,
                      struct search *search, size_t root)
{
    struct qemucore_chain *chain = qc_vec_add(&graph->chains);
    if (chain == NULL) {
        return false;
    }
    chain->root = &graph->process->threads->items[root];
    search_reset(search);
    search_begin(search, root);
    if (!waiters_collect(graph, reverse, search, &chain->waiters)) {
        return false;
    }
    chain->sentence = chain_say(graph, chain);
    return chain->sentence != NULL;
}

static bool cycle_collect(struct qc_wait_graph *graph, const struct reverse *reverse,
                          struct search *search, struct qemucore_cycle *cycle)
{
    search_reset(search);
    for (size_t i = 0; i < cycle->threads.count; i++) {
        search_begin(search, cycle->threads.items[i]->index);
    }
    return waiters_collect(graph, reverse, search, &cycle->behind);
}

bool qc_wait_chains_find(struct qc_wait_graph *graph)
{
    size_t count = graph->process->threads->count;
    QC_FREE size_t *from = calloc(count + 1, sizeof(*from));
    QC_FREE size_t *queue = calloc(count + 1, sizeof(*queue));
    QC_GUARD(guard_reverse) struct reverse reverse = {NULL, NULL};
    struct search search = {from, queue, 0, 0};
    if (from == NULL || queue == NULL || !reverse_make(graph, &reverse)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        from[i] = NOBODY;
    }
    for (size_t i = 0; i < count; i++) {
        bool is_root = reverse.first[i] != 0 &&
                       qc_wait_graph_edge_next(graph, &graph->process->threads->items[i], NULL) == NULL;
        if (is_root && !chain_add(graph, &reverse, &search, i)) {
            return false;
        }
    }
    for (size_t i = 0; i < graph->cycles.count; i++) {
        if (!cycle_collect(graph, &reverse, &search, &graph->cycles.items[i])) {
            return false;
        }
    }
    return true;
}
