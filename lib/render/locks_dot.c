/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * locks_dot - the wait graph in Graphviz's language: threads are boxes, objects are round
 */
#include <inttypes.h>
#include <string.h>

#include "qemu/qemu.h"
#include "render/render_locks.h"
#include "render/text_table.h"
#include "render/thread_label.h"

/* Waiters of one object that nobody waits for are one box from this number on. */
#define CROWD 9

/* A label's text: quotes and backslashes would end or change it. */
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

static bool is_in_cycle(const struct qc_wait_graph *graph, const struct qemucore_thread *thread)
{
    for (size_t i = 0; i < graph->cycles.count; i++) {
        if (qc_thread_list_has(&graph->cycles.items[i].threads, thread)) {
            return true;
        }
    }
    return false;
}

static bool is_cycle_edge(const struct qc_wait_graph *graph, const struct qemucore_edge *edge)
{
    return edge->holder != NULL && is_in_cycle(graph, edge->waiter) &&
           is_in_cycle(graph, edge->holder);
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
                     is_in_cycle(graph, thread) ? ", color=red, penwidth=2" : "");
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

/* Who neither holds anything that is waited for. */
static bool is_only_waiter(const struct qc_wait_graph *graph, const bool *is_holder,
                           const struct qemucore_thread *thread)
{
    return !is_holder[thread->index] && !is_in_cycle(graph, thread);
}

/* All waiters of an object; a crowd of them as one box. */
static void dot_waiters(const struct qc_wait_graph *graph, const bool *is_holder,
                        const struct qemucore_lock *lock, struct qc_strbuf *buffer)
{
    struct qc_thread_list crowd = {0};
    for (size_t i = 0; i < lock->waiters.count; i++) {
        if (is_only_waiter(graph, is_holder, lock->waiters.items[i])) {
            qc_thread_list_add(&crowd, lock->waiters.items[i]);
        }
    }
    bool is_crowd = crowd.count >= CROWD;
    if (is_crowd) {
        struct qc_strbuf labels = {0};
        qc_text_thread_labels(&crowd, 3, &labels);
        qc_strbuf_printf(buffer, "  c%zu [shape=box, peripheries=2, label=\"%zu threads\\n",
                         lock->index, crowd.count);
        dot_text(labels.text == NULL ? "?" : labels.text, buffer);
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

/* Whether a thread of a cycle waits for it, and the holder is the next one. */
static bool is_red(const struct qc_wait_graph *graph, const struct qemucore_lock *lock,
                   const struct qemucore_thread *holder)
{
    for (size_t i = 0; is_in_cycle(graph, holder) && i < lock->waiters.count; i++) {
        if (is_in_cycle(graph, lock->waiters.items[i])) {
            return true;
        }
    }
    return false;
}

/* From an object to whom it is that has to do something: each once, whoever waits. */
static void dot_holders(const struct qc_wait_graph *graph, const struct qemucore_lock *lock,
                        struct qc_strbuf *buffer)
{
    struct qc_thread_list shown = {0};
    for (size_t i = 0; i < lock->waiters.count; i++) {
        const struct qemucore_edge *end = graph->edges.items + graph->edges.count;
        const struct qemucore_edge *edge = qc_wait_graph_edge(graph, lock->waiters.items[i]);
        for (; edge != NULL && edge < end && edge->waiter == lock->waiters.items[i]; edge++) {
            if (edge->holder == NULL || qc_thread_list_has(&shown, edge->holder) ||
                !qc_thread_list_add(&shown, edge->holder)) {
                continue;
            }
            dot_thread(graph, edge->holder, buffer);
            qc_strbuf_printf(buffer, "  o%zu -> t%zu [label=\"%s\"%s];\n", lock->index,
                             edge->holder->index,
                             lock->owner == edge->holder ? "held by" : "needs",
                             is_red(graph, lock, edge->holder) ? ", color=red" : "");
        }
    }
    /* Nobody waits: who holds it is told all the same. */
    if (lock->waiters.count == 0 && lock->owner != NULL) {
        dot_thread(graph, lock->owner, buffer);
        qc_strbuf_printf(buffer, "  o%zu -> t%zu [label=\"held by\"];\n", lock->index,
                         lock->owner->index);
    }
    qc_vec_free(&shown);
}

void qc_dot_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                  struct qc_strbuf *buffer)
{
    bool *is_holder = calloc(waits->process->threads->count + 1, sizeof(*is_holder));
    if (is_holder == NULL) {
        buffer->failed = true;
        return;
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
    for (size_t i = 0; i < graph->locks.count; i++) {
        const struct qemucore_lock *lock = &graph->locks.items[i];
        if (!lock->quiet && (lock->waiters.count != 0 || lock->owner != NULL)) {
            dot_lock(lock, buffer);
            dot_waiters(graph, is_holder, lock, buffer);
            dot_holders(graph, lock, buffer);
        }
    }
    qc_strbuf_put(buffer, "}\n");
    free(is_holder);
}
