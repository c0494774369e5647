/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_graph.h"

#include "base/base.h"
#include "qemu/qemu.h"
#include "wait/wait_limits.h"

#define NO_THREAD SIZE_MAX

/* A breadth-first search through the graph. */
struct search {
    size_t *from;  /* for each thread: from where it was reached; NO_THREAD: not reached */
    size_t *queue; /* threads in the order in which they were reached */
    size_t reached;
    uint64_t budget; /* edges that may still be followed */
};

static void search_reset(struct search *search)
{
    for (size_t i = 0; i < search->reached; i++) {
        search->from[search->queue[i]] = NO_THREAD;
    }
    search->reached = 0;
}

/* Returns the last thread before start on a shortest path from start to start. NO_THREAD: none. */
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
            if (search->from[next] == NO_THREAD) {
                search->from[next] = current;
                search->queue[search->reached++] = next;
            }
        }
    }
    return NO_THREAD;
}

static int lwp_of(const struct qc_wait_graph *graph, size_t index)
{
    return graph->process->threads->items[index].core_thread->lwp;
}

/* Adds a cycle, whose path is known from its end. The lowest LWP comes first. */
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
    QC_FREE size_t *path = calloc(length, sizeof(*path));
    if (path == NULL) {
        return false;
    }
    for (size_t i = length, at = last; i > 0; i--, at = search->from[at]) {
        path[i - 1] = at;
    }
    for (size_t i = 0; i < length; i++) {
        size_t *first = &graph->cycle_of[path[i]];
        *first = *first != 0 ? *first : graph->cycles.count;
        lowest = lwp_of(graph, path[i]) < lwp_of(graph, path[lowest]) ? i : lowest;
    }
    for (size_t i = 0; i < length; i++) {
        if (!qc_vec_push(&cycle->threads,
                         &graph->process->threads->items[path[(lowest + i) % length]])) {
            return false;
        }
    }
    return true;
}

/* For each thread, a list of the edges that lead to it. */
struct reverse {
    size_t *first; /* for each holder: its first edge, plus one; 0: none */
    size_t *next;  /* for each edge: the next one, plus one; 0: none */
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
 * Finds the threads that may be in a cycle. Threads that wait for no remaining thread, or that no
 * remaining thread waits for, are taken away, again and again. The remaining ones are in cycles, or
 * on ways from one cycle to another.
 */
struct trim {
    bool *remains;
    size_t *waits;    /* number of edges to threads that are left */
    size_t *waiters;  /* number of edges from threads that are left */
    size_t *queue;
    size_t queued;
};

static void guard_trim(struct trim *trim)
{
    free(trim->remains);
    free(trim->waits);
    free(trim->waiters);
    free(trim->queue);
}

static void trim_take(struct trim *trim, size_t index)
{
    if (trim->remains[index]) {
        trim->remains[index] = false;
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
        .remains = calloc(count + 1, sizeof(*trim->remains)),
        .waits = calloc(count + 1, sizeof(*trim->waits)),
        .waiters = calloc(count + 1, sizeof(*trim->waiters)),
        .queue = calloc(count + 1, sizeof(*trim->queue)),
    };
    if (trim->remains == NULL || trim->waits == NULL || trim->waiters == NULL ||
        trim->queue == NULL) {
        return false;
    }
    qc_vec_each(&graph->edges, edge) {
        if (edge->holder != NULL) {
            trim->waits[edge->waiter->index]++;
            trim->waiters[edge->holder->index]++;
        }
    }
    for (size_t i = 0; i < count; i++) {
        trim->remains[i] = true;
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
    QC_GUARD(guard_trim) struct trim trim = {.remains = NULL};
    struct search search = {from, queue, 0, QC_LIMIT_CYCLE_STEPS};
    if (graph->cycle_of == NULL || from == NULL || queue == NULL || !reverse_make(graph, &reverse) ||
        !trim_make(graph, &reverse, &trim)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        from[i] = NO_THREAD;
    }
    for (size_t i = 0; i < count && !graph->cycles_are_cut; i++) {
        size_t last =
            graph->cycle_of[i] == 0 && trim.remains[i] ? search_back(graph, &search, i) : NO_THREAD;
        if (last != NO_THREAD && graph->cycles.count == QC_LIMIT_CYCLES) {
            graph->cycles_are_cut = true;
        } else if (last != NO_THREAD && !cycle_add(graph, &search, i, last)) {
            return false;
        }
    }
    graph->cycles_are_cut |= search.budget == 0;
    return true;
}

/* ---- chains -------------------------------------------------------------------------------- */

static const char *chain_say(const struct qc_wait_graph *graph, const struct qemucore_chain *chain)
{
    const struct qemucore_wait *wait = &graph->waits->items[chain->root->index];
    size_t count = chain->waiters.count;
    QC_FREE char *root = qc_thread_label(chain->root);
    QC_FREE char *first = qc_thread_label(chain->waiters.items[0]);
    const char *does = qc_str_or(wait->sentence, "?");
    const char *verb = wait->state == QC_WAIT_BLOCKED   ? "waits for "
                       : wait->state == QC_WAIT_SYSCALL ? "is in "
                                                        : "is ";
    struct qc_fields *fields = graph->process->fields;
    return count == 1
               ? qc_fields_format(fields, "%s waits for %s, which %s%s", qc_str_or(first, "?"),
                                  qc_str_or(root, "?"), verb, does)
               : qc_fields_format(fields, "%zu threads wait, in the end all for %s, which %s%s",
                                  count, qc_str_or(root, "?"), verb, does);
}

/* Reports it; then nothing is called healthy. */
static void chains_cut_report(const struct qc_wait_graph *graph)
{
    qc_core_add_missing(graph->process->core, QEMUCORE_LIMIT, 0, NULL,
                        "chains of waits are too many to list for all threads: what is beyond "
                        "%d waits that were followed is left out",
                        QC_LIMIT_CHAIN_STEPS);
}

/* Collects all threads that lead to those in the search's queue, going backwards. Leaves the list
   empty once the search's budget is used up. */
static bool waiters_collect(struct qc_wait_graph *graph, const struct reverse *reverse,
                            struct search *search, struct qc_thread_list *ret)
{
    struct qemucore_thread *threads = graph->process->threads->items;
    for (size_t at = 0; at < search->reached; at++) {
        for (size_t edge = reverse->first[search->queue[at]]; edge != 0;
             edge = reverse->next[edge - 1]) {
            if (search->budget == 0) {
                qc_vec_free(ret);
                return true;
            }
            search->budget--;
            size_t waiter = graph->edges.items[edge - 1].waiter->index;
            if (search->from[waiter] == NO_THREAD) {
                if (!qc_vec_push(ret, &threads[waiter])) {
                    return false;
                }
                search->from[waiter] = search->queue[at];
                search->queue[search->reached++] = waiter;
            }
        }
    }
    qc_vec_sort(ret, qc_threads_compare);
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
    if (chain->waiters.count == 0) {
        graph->chains.count--;
        return true;
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
    struct search search = {from, queue, 0, QC_LIMIT_CHAIN_STEPS};
    if (from == NULL || queue == NULL || !reverse_make(graph, &reverse)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        from[i] = NO_THREAD;
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
    if (search.budget == 0) {
        chains_cut_report(graph);
    }
    return true;
}
