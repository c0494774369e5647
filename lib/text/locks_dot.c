/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * locks_dot - the wait graph in Graphviz's language: threads are boxes, locks are round, coroutines
 * are dashed boxes
 */

#include <inttypes.h>
#include <stdio.h>

#include "text/renderings.h"
#include "text/text_limits.h"
#include "text/thread_label.h"

/* From this number on, waiters of one lock for which nothing else waits are drawn as one box. */
#define CROWD_MINIMUM 9

/* Appends a label's text. Escapes quotes and backslashes, which would end or change the label. */
static void dot_text(const char *text, struct qc_strbuf *buffer)
{
    struct qc_strbuf escaped = {0};
    qc_strbuf_put_escaped(&escaped, text);
    for (size_t i = 0; i < escaped.length; i++) {
        char character[2] = {escaped.text[i], '\0'};
        if (character[0] == '"' || character[0] == '\\') {
            qc_strbuf_put(buffer, "\\");
        }
        qc_strbuf_put(buffer, character);
    }
    buffer->failed |= escaped.failed;
    qc_strbuf_free(&escaped);
}

static bool is_cycle_edge(const struct qc_wait_graph *graph, const struct qemucore_edge *edge)
{
    return edge->holder != NULL && qc_wait_graph_in_cycle(graph, edge->waiter) &&
           qc_wait_graph_in_cycle(graph, edge->holder);
}

static void dot_thread(const struct qc_wait_graph *graph, struct qemucore_thread *thread,
                       struct qc_strbuf *buffer)
{
    const struct qemucore_wait *wait = &graph->waits->items[thread->index];
    const struct qemucore_frame *frame = qc_stack_own_frame(qc_thread_stack(thread));
    qc_strbuf_printf(buffer, "  t%zu [shape=box, label=\"", thread->index);
    if (thread->name != NULL) {
        dot_text(thread->name, buffer);
        qc_strbuf_put(buffer, "\\n");
    }
    qc_strbuf_printf(buffer, "LWP %d", thread->core_thread->lwp);
    if (wait->state != QC_WAIT_BLOCKED && wait->sentence != NULL) {
        qc_strbuf_put(buffer, "\\n");
        dot_text(wait->sentence, buffer);
    }
    if (frame != NULL && frame->function != NULL) {
        qc_strbuf_put(buffer, "\\nin ");
        dot_text(frame->function, buffer);
    }
    qc_strbuf_printf(buffer, "\"%s];\n",
                     qc_wait_graph_in_cycle(graph, thread) ? ", color=red, penwidth=2" : "");
}

static void dot_lock(const struct qemucore_lock *lock, struct qc_strbuf *buffer)
{
    qc_strbuf_printf(buffer, "  o%zu [label=\"%s\\n", lock->index, qc_lock_types[lock->kind].name);
    if (lock->name != NULL) {
        dot_text(lock->name, buffer);
        qc_strbuf_put(buffer, lock->is_bql ? " (the BQL)\\n" : "\\n");
    }
    qc_strbuf_printf(buffer, "0x%" PRIx64 "\\n", lock->address);
    dot_text(qc_lock_status_word(lock->state.status), buffer);
    qc_strbuf_put(buffer, "\"];\n");
}

/* Tells whether a thread holds nothing, has nothing that others need, and is in no cycle. */
static bool is_only_waiter(const struct qc_wait_graph *graph, const bool *is_holder,
                           const struct qemucore_thread *thread)
{
    return !is_holder[thread->index] && !qc_wait_graph_in_cycle(graph, thread);
}

/* Draws all waiters of a lock; a crowd of them is one box. */
static void dot_waiters(const struct qc_wait_graph *graph, const bool *is_holder,
                        const struct qemucore_lock *lock, struct qc_strbuf *buffer)
{
    struct qc_thread_list crowd = {0};
    for (size_t i = 0; i < lock->waiters.count; i++) {
        if (is_only_waiter(graph, is_holder, lock->waiters.items[i])) {
            buffer->failed |= !qc_vec_push(&crowd, lock->waiters.items[i]);
        }
    }
    bool is_crowd = crowd.count >= CROWD_MINIMUM;
    if (is_crowd) {
        struct qc_strbuf labels = {0};
        qc_text_thread_labels(&crowd, 3, &labels);
        qc_strbuf_printf(buffer, "  c%zu [shape=box, peripheries=2, label=\"%zu threads\\n",
                         lock->index, crowd.count);
        dot_text(qc_str_or(labels.text, "?"), buffer);
        qc_strbuf_printf(buffer, "\"];\n  c%zu -> o%zu [label=\"wait\"];\n", lock->index,
                         lock->index);
        qc_strbuf_free(&labels);
    }
    for (size_t i = 0; i < lock->waiters.count; i++) {
        struct qemucore_thread *thread = lock->waiters.items[i];
        if (is_crowd && is_only_waiter(graph, is_holder, thread)) {
            continue;
        }
        const struct qemucore_edge *edge = qc_wait_graph_edge(graph, thread);
        bool red = edge != NULL && is_cycle_edge(graph, edge);
        dot_thread(graph, thread, buffer);
        qc_strbuf_printf(buffer, "  t%zu -> o%zu [label=\"waits\"%s];\n", thread->index,
                         lock->index, red ? ", color=red" : "");
    }
    qc_vec_free(&crowd);
}

/* Tells whether a thread of a cycle waits for the lock: then its holder is the next thread. */
static bool is_in_cycle(const struct qc_wait_graph *graph, const struct qemucore_lock *lock)
{
    return qc_vec_any(&lock->waiters, waiter, qc_wait_graph_in_cycle(graph, *waiter));
}

/* Draws edges from a lock to the threads that have to act, each once. is_shown is scratch space. */
static void dot_holders(const struct qc_wait_graph *graph, bool *is_shown,
                        const struct qemucore_lock *lock, struct qc_strbuf *buffer)
{
    struct qc_thread_list shown = {0};
    bool red = is_in_cycle(graph, lock);
    for (size_t i = 0; i < lock->waiters.count; i++) {
        const struct qemucore_thread *waiter = lock->waiters.items[i];
        const struct qemucore_edge *edge = NULL;
        while ((edge = qc_wait_graph_edge_next(graph, waiter, edge)) != NULL) {
            if (is_shown[edge->holder->index]) {
                continue;
            }
            if (!qc_vec_push(&shown, edge->holder)) {
                buffer->failed = true;
                break;
            }
            is_shown[edge->holder->index] = true;
            dot_thread(graph, edge->holder, buffer);
            qc_strbuf_printf(buffer, "  o%zu -> t%zu [label=\"%s\"%s];\n", lock->index,
                             edge->holder->index,
                             lock->owner == edge->holder ? "held by" : "needs",
                             red && qc_wait_graph_in_cycle(graph, edge->holder) ? ", color=red" : "");
        }
    }
    /* The owner is drawn even if no thread waits for the lock. */
    if (lock->waiters.count == 0 && lock->owner != NULL) {
        dot_thread(graph, lock->owner, buffer);
        qc_strbuf_printf(buffer, "  o%zu -> t%zu [label=\"held by\"];\n", lock->index,
                         lock->owner->index);
    }
    qc_vec_each(&shown, holder) {
        is_shown[(*holder)->index] = false;
    }
    qc_vec_free(&shown);
}

/* ---- coroutines: dashed, with the threads that they run in, or that they wait for ---- */

struct coroutine_graph {
    const struct qc_wait_graph *graph;
    const struct qc_coroutine_waits *waits;
    bool *is_needed; /* for each of waits: another coroutine waits for this one */
    size_t *crowds;  /* for each of waits: coroutines in the box that begins with this one; 0: it is
                        in the box of an earlier one */
    size_t boxes;    /* number of boxes drawn */
};

static size_t index_of(const struct coroutine_graph *coroutines,
                       const struct qemucore_coroutine *coroutine)
{
    return (size_t)(coroutine - coroutines->waits->coroutines->list.items);
}

static void dot_coroutine(const struct qc_coroutine_wait *wait, struct qc_strbuf *buffer)
{
    const struct qemucore_coroutine *coroutine = wait->coroutine;
    qc_strbuf_printf(buffer, "  c0x%" PRIx64 " [shape=box, style=dashed, label=\"coroutine 0x%" PRIx64,
                     coroutine->address, coroutine->address);
    if (coroutine->entry_name != NULL) {
        qc_strbuf_put(buffer, "\\nbegan in ");
        dot_text(coroutine->entry_name, buffer);
    }
    if (wait->holder == NULL && wait->sentence != NULL && wait->kind != QC_COROUTINE_WAIT_THREAD) {
        qc_strbuf_put(buffer, "\\nwaits for ");
        dot_text(wait->sentence, buffer);
    }
    qc_strbuf_printf(buffer, "\"%s];\n", wait->in_cycle ? ", color=red, penwidth=2" : "");
}

/* Draws the edge from a waiting coroutine to the one that it waits for. */
static void dot_holder(const struct qc_coroutine_wait *wait, size_t count, const char *from,
                       struct qc_strbuf *buffer)
{
    qc_strbuf_printf(buffer, "  %s -> c0x%" PRIx64 " [label=\"", from, wait->holder->address);
    if (count > 1) {
        qc_strbuf_printf(buffer, "%zu wait: ", count);
    }
    if (wait->kind == QC_COROUTINE_WAIT_LOCK && wait->lock == QC_LOCK_CO_MUTEX) {
        qc_strbuf_put(buffer, qc_lock_types[wait->lock].name);
        qc_strbuf_put(buffer, wait->name == NULL ? "" : " ");
        dot_text(qc_str_or(wait->name, ""), buffer);
    } else {
        qc_strbuf_put(buffer, wait->kind == QC_COROUTINE_WAIT_COROUTINE ? "entered" : "needs");
    }
    qc_strbuf_printf(buffer, "\"%s];\n", wait->in_cycle ? ", color=red" : "");
}

QC_VEC_TYPE(wait_list, const struct qc_coroutine_wait *);

/* Compares by what a crowd has in common. */
static int compare_crowds(const struct qc_coroutine_wait *left,
                          const struct qc_coroutine_wait *right)
{
    return qc_compare(left->holder, right->holder) ?: qc_compare(left->object, right->object) ?:
           qc_compare(left->poller, right->poller);
}

QC_DEFINE_ORDER(compare_waits, struct qc_coroutine_wait *const,
                compare_crowds(*a, *b) ?: qc_compare(*a, *b))

/* Collects the waits that may be in a crowd: for a known lock that another coroutine holds, of
   coroutines for which nothing waits. */
static bool list_waiters(const struct coroutine_graph *coroutines, struct wait_list *ret)
{
    for (size_t i = 0; i < coroutines->waits->count; i++) {
        const struct qc_coroutine_wait *wait = &coroutines->waits->items[i];
        if (wait->holder != NULL && wait->object != 0 && !coroutines->is_needed[i]) {
            if (!qc_vec_push(ret, wait)) {
                return false;
            }
        }
    }
    qc_vec_sort(ret, compare_waits);
    return true;
}

/* Sets the sizes of all boxes. */
static bool find_crowds(struct coroutine_graph *coroutines)
{
    const struct qc_coroutine_wait *first = coroutines->waits->items;
    QC_GUARD(qc_vec_guard) struct wait_list list = {0};
    if (!list_waiters(coroutines, &list)) {
        return false;
    }
    for (size_t i = 0; i < coroutines->waits->count; i++) {
        coroutines->crowds[i] = 1;
    }
    for (size_t i = 0, end; i < list.count; i = end) {
        end = i + 1;
        while (end < list.count && compare_crowds(list.items[i], list.items[end]) == 0) {
            end++;
        }
        for (size_t j = i; end - i >= CROWD_MINIMUM && j < end; j++) {
            coroutines->crowds[list.items[j] - first] = j == i ? end - i : 0;
        }
    }
    return true;
}

static void dot_thread_of(const struct coroutine_graph *coroutines,
                          const struct qc_coroutine_wait *wait, const char *node,
                          struct qc_strbuf *buffer)
{
    dot_thread(coroutines->graph, wait->thread, buffer);
    if (wait->kind == QC_COROUTINE_WAIT_THREAD) {
        qc_strbuf_printf(buffer, "  t%zu -> %s [label=\"runs\"];\n", wait->thread->index, node);
    } else {
        qc_strbuf_printf(buffer, "  %s -> t%zu [label=\"needs\"];\n", node, wait->thread->index);
    }
}

static void dot_waiting_coroutine(const struct coroutine_graph *coroutines, size_t at,
                                  struct qc_strbuf *buffer)
{
    const struct qc_coroutine_wait *wait = &coroutines->waits->items[at];
    size_t count = coroutines->crowds[at];
    char node[32];
    snprintf(node, sizeof(node), "c0x%" PRIx64, wait->coroutine->address);
    if (count == 1) {
        dot_coroutine(wait, buffer);
    } else {
        snprintf(node, sizeof(node), "cc0x%" PRIx64, wait->coroutine->address);
        qc_strbuf_printf(
            buffer, "  %s [shape=box, style=dashed, peripheries=2, label=\"%zu coroutines\"];\n",
            node, count);
    }
    if (wait->holder != NULL) {
        dot_holder(wait, count, node, buffer);
    }
    if (wait->thread != NULL) {
        dot_thread_of(coroutines, wait, node, buffer);
    }
    if (wait->poller != NULL) {
        dot_thread(coroutines->graph, wait->poller, buffer);
        qc_strbuf_printf(buffer, "  t%zu -> %s [label=\"waits for its end\"];\n",
                         wait->poller->index, node);
    }
}

/* Draws the coroutines that run, wait for something, or are waited for: of those in a cycle, or of
   the others. Returns how many boxes are left out. */
static size_t dot_some(struct coroutine_graph *coroutines, bool in_cycle, struct qc_strbuf *buffer)
{
    size_t left_out = 0;
    for (size_t i = 0; i < coroutines->waits->count; i++) {
        const struct qc_coroutine_wait *wait = &coroutines->waits->items[i];
        bool is_drawn = wait->holder != NULL || wait->thread != NULL || wait->poller != NULL ||
                        coroutines->is_needed[i];
        if (wait->in_cycle != in_cycle || !is_drawn || coroutines->crowds[i] == 0) {
            continue;
        }
        if (coroutines->boxes == QC_LIMIT_DOT_COROUTINES) {
            left_out++;
            continue;
        }
        coroutines->boxes++;
        dot_waiting_coroutine(coroutines, i, buffer);
    }
    return left_out;
}

static void dot_coroutines(struct qc_waits *waits, const struct qc_wait_graph *graph,
                           struct qc_strbuf *buffer)
{
    struct coroutine_graph coroutines = {.graph = graph, .waits = qc_waits_coroutines(waits)};
    size_t count = coroutines.waits == NULL ? 0 : coroutines.waits->count;
    QC_FREE bool *is_needed = calloc(count + 1, sizeof(*is_needed));
    QC_FREE size_t *crowds = calloc(count + 1, sizeof(*crowds));
    coroutines.is_needed = is_needed;
    coroutines.crowds = crowds;
    buffer->failed |= coroutines.waits == NULL || is_needed == NULL || crowds == NULL;
    for (size_t i = 0; !buffer->failed && i < count; i++) {
        const struct qc_coroutine_wait *wait = &coroutines.waits->items[i];
        size_t holder = wait->holder == NULL ? count : index_of(&coroutines, wait->holder);
        is_needed[qc_min(holder, count)] = true;
    }
    buffer->failed = buffer->failed || !find_crowds(&coroutines);
    if (!buffer->failed) {
        size_t left_out = dot_some(&coroutines, true, buffer);
        left_out += dot_some(&coroutines, false, buffer);
        if (left_out != 0) {
            qc_strbuf_printf(buffer,
                             "  more [shape=plaintext, label=\"%zu more boxes of coroutines are not "
                             "drawn: a picture has at most %d\"];\n",
                             left_out, QC_LIMIT_DOT_COROUTINES);
        }
    }
}

/* Tells whether a thread of the dump has to act for the waiters of the lock. */
static bool is_in_chain(const struct qc_wait_graph *graph, const struct qemucore_lock *lock)
{
    for (size_t i = 0; i < lock->waiters.count; i++) {
        const struct qemucore_thread *waiter = lock->waiters.items[i];
        const struct qemucore_edge *edge = NULL;
        while ((edge = qc_wait_graph_edge_next(graph, waiter, edge)) != NULL) {
            if (edge->lock == lock) {
                return true;
            }
        }
    }
    return false;
}

bool qc_dot_locks(struct qc_waits *waits, const struct qc_wait_graph *graph, bool only_chains,
                  struct qc_strbuf *buffer)
{
    QC_FREE bool *is_holder = calloc(waits->process->threads->count + 1, sizeof(*is_holder));
    QC_FREE bool *is_shown = calloc(waits->process->threads->count + 1, sizeof(*is_shown));
    if (is_holder == NULL || is_shown == NULL) {
        buffer->failed = true;
        return false;
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        if (graph->edges.items[i].holder != NULL) {
            is_holder[graph->edges.items[i].holder->index] = true;
        }
    }
    for (size_t i = 0; i < graph->locks.count; i++) {
        if (graph->locks.items[i].owner != NULL) {
            is_holder[graph->locks.items[i].owner->index] = true;
        }
    }
    qc_strbuf_put(buffer, "digraph waits {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
                          "  edge [fontname=\"sans-serif\", fontsize=10];\n");
    size_t empty = buffer->length;
    qc_vec_each(&graph->locks, lock) {
        if (only_chains ? is_in_chain(graph, lock)
                        : !lock->quiet && (lock->waiters.count != 0 || lock->owner != NULL)) {
            dot_lock(lock, buffer);
            dot_waiters(graph, is_holder, lock, buffer);
            dot_holders(graph, is_shown, lock, buffer);
        }
    }
    dot_coroutines(waits, graph, buffer);
    bool is_drawn = buffer->length != empty;
    qc_strbuf_put(buffer, "}\n");
    return is_drawn;
}
