/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * locks_text - cycles first, then chains and anomalies, then a line for each lock
 */

#include <inttypes.h>
#include <string.h>

#include "text/renderings.h"
#include "text/text_common.h"
#include "text/text_table.h"
#include "text/thread_label.h"

/* Words of a list of threads that are shown. */
#define MOST_LABELS 8

/* Column in the lines of a deadlock; widest cells of the table that a column makes room for: a
   wider one moves the next cells of its own line only. */
#define COLUMN_HOLDS 34
#define WIDEST_OBJECT 52
#define WIDEST_STATE 48

bool qc_locks_wants(const struct qemucore_render *render, const struct qemucore_lock *lock)
{
    return !lock->quiet || lock->is_bql ||
           ((render->flags & QEMUCORE_RENDER_ALL) != 0 && lock->name != NULL);
}

/* Appends "qemu_global_mutex (the BQL) 0x5555...". */
void qc_text_lock(const struct qemucore_lock *lock, struct qc_strbuf *buffer)
{
    if (lock->name != NULL) {
        qc_strbuf_put_escaped(buffer, lock->name);
        bool says_bql = strcmp(lock->name, "BQL") == 0;
        qc_strbuf_put(buffer, lock->is_bql && !says_bql ? " (the BQL) " : " ");
    }
    qc_strbuf_printf(buffer, "0x%" PRIx64, lock->address);
}

char *qc_lock_field_text(const struct qc_lock_field *field)
{
    switch (field->format) {
    case QC_FORMAT_DECIMAL:
        return qc_format("%" PRIu64, field->value);
    case QC_FORMAT_SIGNED:
        return qc_format("%" PRId64, (int64_t)field->value);
    case QC_FORMAT_HEX:
        return qc_format("0x%" PRIx64, field->value);
    case QC_FORMAT_TEXT:
        break;
    }
    return field->text == NULL ? NULL : strdup(field->text);
}

static void text_thread_location(struct qemucore_thread *thread, struct qc_strbuf *buffer)
{
    const struct qemucore_frame *frame = qc_stack_own_frame(qc_thread_stack(thread));
    if (frame != NULL) {
        qc_strbuf_put(buffer, "  in ");
        qc_text_location(frame, buffer);
    }
}

/* ---- cycles -------------------------------------------------------------------------------- */

static bool is_owned(const struct qemucore_edge *edge)
{
    return edge->lock->owner == edge->holder;
}

static void text_cycle_thread(const struct qc_wait_graph *graph,
                              const struct qemucore_cycle *cycle, size_t index, bool evidence,
                              struct qc_strbuf *buffer)
{
    size_t count = cycle->threads.count;
    struct qemucore_thread *thread = cycle->threads.items[index];
    const struct qemucore_edge *to = qc_wait_cycle_edge(graph, cycle, index);
    const struct qemucore_edge *from = qc_wait_cycle_edge(graph, cycle, (index + count - 1) % count);
    if (to == NULL || from == NULL) {
        return;
    }
    qc_text_put("  ", qc_str_or(thread->name, "-"), "", buffer);
    qc_strbuf_pad(buffer, 18);
    qc_strbuf_printf(buffer, "LWP %d", thread->core_thread->lwp);
    qc_strbuf_pad(buffer, COLUMN_HOLDS);
    qc_strbuf_put(buffer, is_owned(from) ? "holds     " : "holds up  ");
    qc_strbuf_printf(buffer, "%s ", qc_lock_types[from->lock->kind].name);
    qc_text_lock(from->lock, buffer);
    if (is_owned(from) && from->lock->state.has_count && from->lock->state.count > 1) {
        qc_strbuf_printf(buffer, " (depth %" PRIu64 ")", from->lock->state.count);
    }
    qc_strbuf_put(buffer, "\n");
    qc_strbuf_pad(buffer, COLUMN_HOLDS);
    qc_strbuf_printf(buffer, "waits for %s ", qc_lock_types[to->lock->kind].name);
    qc_text_lock(to->lock, buffer);
    text_thread_location(thread, buffer);
    qc_strbuf_put(buffer, "\n");
    if (evidence) {
        qc_strbuf_pad(buffer, COLUMN_HOLDS);
        qc_text_put("by        ", to->evidence, "\n", buffer);
    }
}

/* Appends the threads that wait for a lock of the cycle; then all that wait, directly or not. */
static void text_cycle_waiters(const struct qc_wait_graph *graph,
                               const struct qemucore_cycle *cycle, struct qc_strbuf *buffer)
{
    size_t shown = 0;
    for (size_t i = 0; i < cycle->threads.count; i++) {
        const struct qemucore_edge *edge = qc_wait_cycle_edge(graph, cycle, i);
        struct qc_thread_list direct = {0};
        for (size_t j = 0; edge != NULL && j < edge->lock->waiters.count; j++) {
            struct qemucore_thread *waiter = edge->lock->waiters.items[j];
            if (!qc_wait_cycle_has(graph, cycle, waiter)) {
                buffer->failed |= !qc_vec_push(&direct, waiter);
            }
        }
        if (direct.count != 0) {
            shown += direct.count;
            qc_strbuf_printf(buffer, "Behind them %zu thread%s wait%s for ", direct.count,
                             qc_noun_s(direct.count), qc_verb_s(direct.count));
            qc_text_lock(edge->lock, buffer);
            qc_strbuf_put(buffer, ": ");
            qc_text_thread_labels(&direct, MOST_LABELS, buffer);
            qc_strbuf_put(buffer, "\n");
        }
        qc_vec_free(&direct);
    }
    if (cycle->behind.count > shown) {
        qc_strbuf_printf(buffer, "In all %zu threads wait behind them: ", cycle->behind.count);
        qc_text_thread_labels(&cycle->behind, MOST_LABELS, buffer);
        qc_strbuf_put(buffer, "\n");
    }
}

static void text_cycle(struct qc_waits *waits, const struct qc_wait_graph *graph,
                       const struct qemucore_cycle *cycle, const struct qemucore_render *render,
                       struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    bool stacks = (render->flags & QEMUCORE_RENDER_BACKTRACE) != 0;
    size_t count = cycle->threads.count;
    qc_strbuf_printf(buffer, "%sDEADLOCK of %zu thread%s%s%s\n", style->warning, count,
                     qc_noun_s(count), count == 1 ? ", which waits for itself" : "",
                     style->off);
    for (size_t i = 0; i < count; i++) {
        text_cycle_thread(graph, cycle, i, stacks, buffer);
    }
    text_cycle_waiters(graph, cycle, buffer);
    if (!stacks) {
        qc_strbuf_put(buffer, "Evidence: owner fields of the locks, and arguments of the frames "
                              "above");
        if (render->more != NULL) {
            qc_strbuf_printf(buffer, "; %s shows it, and the stacks", render->more);
        }
        qc_strbuf_put(buffer, ".\n");
    }
    for (size_t i = 0; stacks && i < count; i++) {
        qc_text_stack(waits, cycle->threads.items[i], render, buffer);
    }
    qc_strbuf_put(buffer, "\n");
}

/* ---- chains, anomalies, RCU ----------------------------------------------------------------- */

static size_t held_count(const struct qc_wait_graph *graph)
{
    size_t count = 0;
    qc_vec_each(&graph->locks, lock) {
        count += qc_lock_is_mutex(lock->kind) && lock->state.locked;
    }
    return count;
}

/* Shows the owner even if no thread waits for the BQL: that is what people ask first. */
static void text_bql(const struct qc_wait_graph *graph, struct qc_strbuf *buffer)
{
    qc_vec_each(&graph->locks, lock) {
        if (lock->is_bql && lock->owner != NULL) {
            qc_strbuf_put(buffer, "The BQL is held by ");
            qc_text_thread_label(lock->owner, buffer);
            text_thread_location(lock->owner, buffer);
            qc_strbuf_put(buffer, "\n");
        } else if (lock->is_bql && lock->state.locked) {
            qc_text_put("The BQL: ", qc_str_or(lock->owner_why, "out of memory"), "\n", buffer);
        }
    }
}

static void text_summary(const struct qc_wait_graph *graph, struct qc_strbuf *buffer)
{
    size_t held = held_count(graph);
    qc_strbuf_put(buffer,
                  graph->cycles.count == 0 ? "No cycle among the waits that are known. " : "");
    if (held == 0) {
        qc_strbuf_put(buffer, "No known mutex is held.\n");
    } else {
        qc_strbuf_printf(buffer, "%zu mutex%s held.\n", held, held == 1 ? " is" : "es are");
    }
    text_bql(graph, buffer);
    qc_vec_each(&graph->chains, chain) {
        qc_strbuf_put_escaped(buffer, chain->sentence);
        text_thread_location(chain->root, buffer);
        qc_strbuf_put(buffer, "\n");
    }
    if (graph->rcu->has_counter && graph->rcu->sentence != NULL) {
        qc_strbuf_printf(buffer, "RCU: %s\n", graph->rcu->sentence);
    }
}

/* A vCPU of TCG that runs is a reader: cpu_exec holds rcu_read_lock throughout. */
static bool runs_guest(const struct qc_wait_graph *graph, const struct qemucore_thread *thread)
{
    return thread->role == QC_ROLE_VCPU &&
           graph->waits->items[thread->index].state == QC_WAIT_RUNNING;
}

static void text_rcu_readers(const struct qc_wait_graph *graph, struct qc_strbuf *buffer)
{
    const struct qc_rcu *rcu = graph->rcu;
    qc_vec_each(&rcu->readers, reader) {
        if (reader->blocking) {
            qc_strbuf_put(buffer, "  held up by ");
            qc_text_thread_label(reader->thread, buffer);
            qc_strbuf_printf(buffer, ", in a critical section of depth %u", reader->depth);
            text_thread_location(reader->thread, buffer);
            qc_strbuf_put(buffer, runs_guest(graph, reader->thread)
                                      ? " (running; TCG is always in a read-side section)\n"
                                      : "\n");
        }
    }
}

static void text_anomalies(const struct qc_wait_graph *graph, const struct qc_style *style,
                           struct qc_strbuf *buffer)
{
    qc_vec_each(&graph->anomalies, anomaly) {
        qc_strbuf_printf(buffer, "%sANOMALY%s  %s: %s ", style->warning, style->off,
                         qc_anomaly_word(anomaly->kind), qc_lock_types[anomaly->lock->kind].name);
        qc_text_lock(anomaly->lock, buffer);
        qc_text_put(": ", anomaly->sentence, "\n", buffer);
    }
}

/* ---- the table ------------------------------------------------------------------------------ */

void qc_text_lock_state(const struct qemucore_lock *lock, struct qc_strbuf *buffer)
{
    const struct qc_lock_state *state = &lock->state;
    if (lock->kind == QC_LOCK_THREAD) {
        qc_strbuf_put(buffer, lock->owner != NULL ? "has not ended"
                                                  : qc_lock_status_word(state->status));
    } else if (lock->owner != NULL) {
        qc_strbuf_put(buffer, "held by ");
        qc_text_thread_label(lock->owner, buffer);
        if (state->has_count && state->count > 1) {
            qc_strbuf_printf(buffer, ", depth %" PRIu64, state->count);
        }
    } else if (state->owner_lwp > 0) {
        qc_strbuf_printf(buffer, "held by LWP %d, not in the dump", state->owner_lwp);
    } else if (qc_lock_types[lock->kind].status_is_enough) {
        qc_strbuf_put(buffer, qc_lock_status_word(state->status));
    } else {
        qc_strbuf_put_escaped(buffer, qc_lock_state_sentence(state));
    }
}

void qc_text_lock_waiters(const struct qemucore_lock *lock, struct qc_strbuf *buffer)
{
    if (lock->waiters.count != 0) {
        qc_strbuf_printf(buffer, "%zu wait%s: ", lock->waiters.count,
                         qc_verb_s(lock->waiters.count));
        qc_text_thread_labels(&lock->waiters, MOST_LABELS, buffer);
    }
    if (lock->cond_waiters.count != 0) {
        qc_strbuf_printf(buffer, "%s%zu %ssleep%s on conditions that belong to it",
                         lock->waiters.count == 0 ? "" : "; ", lock->cond_waiters.count,
                         lock->waiters.count == 0 ? "" : "more ",
                         qc_verb_s(lock->cond_waiters.count));
    }
}

/* Returns a lock's rank: the BQL, then held and waited for, then held, then the others by kind. */
static unsigned rank(const struct qemucore_lock *lock)
{
    return lock->is_bql                                       ? 0
           : lock->owner != NULL && lock->waiters.count != 0 ? 1
           : lock->owner != NULL                             ? 2
                                                             : 3 + (unsigned)lock->kind;
}

QC_DEFINE_ORDER(compare_rows, struct qemucore_lock *const,
                qc_compare(rank(*a), rank(*b)) ?: qc_compare((*a)->index, (*b)->index))

typedef void cell_function(const struct qemucore_lock *lock, struct qc_strbuf *buffer);

/* Returns the width of a column: its widest cell that is no wider than `most`. */
static size_t column_width(const struct qc_lock_rows *rows, cell_function *fill, size_t least, size_t most)
{
    size_t width = least;
    for (size_t i = 0; i < rows->count; i++) {
        struct qc_strbuf cell = {0};
        fill(rows->items[i], &cell);
        width = cell.length > width && cell.length <= most ? cell.length : width;
        qc_strbuf_free(&cell);
    }
    return width;
}

static void text_rows(const struct qc_lock_rows *rows, struct qc_strbuf *buffer)
{
    const size_t object = 18;
    size_t state = object + column_width(rows, qc_text_lock, strlen("OBJECT"), WIDEST_OBJECT) + 2;
    size_t threads = state + column_width(rows, qc_text_lock_state, strlen("STATE"), WIDEST_STATE) + 2;
    qc_strbuf_put(buffer, "\n KIND");
    qc_strbuf_pad(buffer, object);
    qc_strbuf_put(buffer, "OBJECT");
    qc_strbuf_pad(buffer, state);
    qc_strbuf_put(buffer, "STATE");
    qc_strbuf_pad(buffer, threads);
    qc_strbuf_put(buffer, "THREADS\n");
    for (size_t i = 0; i < rows->count; i++) {
        const struct qemucore_lock *lock = rows->items[i];
        qc_strbuf_printf(buffer, " %s", qc_lock_types[lock->kind].name);
        qc_strbuf_pad(buffer, object);
        qc_text_lock(lock, buffer);
        qc_strbuf_pad(buffer, state);
        qc_text_lock_state(lock, buffer);
        if (lock->waiters.count + lock->cond_waiters.count != 0) {
            qc_strbuf_pad(buffer, threads);
            qc_text_lock_waiters(lock, buffer);
        }
        if (lock->owner != NULL) {
            qc_strbuf_put(buffer, "\n");
            qc_strbuf_pad(buffer, state - 2);
            text_thread_location(lock->owner, buffer);
        }
        qc_strbuf_put(buffer, "\n");
    }
}

/* Coroutines are searched for only if a thread may wait for some. */
static void text_coroutines(struct qc_waits *waits, const struct qc_style *style,
                            struct qc_strbuf *buffer)
{
    if (qc_coroutine_polls_may_be(waits)) {
        const struct qc_coroutine_waits *coroutines = qc_waits_coroutines(waits);
        buffer->failed |= coroutines == NULL;
        if (coroutines != NULL) {
            qc_text_coroutine_chains(coroutines, style, buffer);
        }
    }
}

void qc_text_locks_story(struct qc_waits *waits, const struct qc_wait_graph *graph,
                         const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    for (size_t i = 0; i < graph->cycles.count; i++) {
        text_cycle(waits, graph, &graph->cycles.items[i], render, buffer);
    }
    text_summary(graph, buffer);
    text_rcu_readers(graph, buffer);
    text_coroutines(waits, qc_style_of(render), buffer);
    text_anomalies(graph, qc_style_of(render), buffer);
}

bool qc_locks_rows(const struct qc_wait_graph *graph, const struct qemucore_render *render,
                   struct qc_lock_rows *ret)
{
    for (size_t i = 0; i < graph->locks.count; i++) {
        if (qc_locks_wants(render, &graph->locks.items[i])) {
            if (!qc_vec_push(ret, &graph->locks.items[i])) {
                return false;
            }
        }
    }
    qc_vec_sort(ret, compare_rows);
    return true;
}

void qc_text_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                   const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    QC_GUARD(qc_vec_guard) struct qc_lock_rows rows = {0};
    size_t start = buffer->length;
    qc_strbuf_put(buffer, "\n");
    qc_text_locks_story(waits, graph, render, buffer);
    buffer->failed |= !qc_locks_rows(graph, render, &rows);
    if (rows.count != 0) {
        text_rows(&rows, buffer);
    }
    qc_text_header_above(waits->process, qc_style_of(render), start, buffer);
}
