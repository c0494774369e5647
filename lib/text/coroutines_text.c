/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <inttypes.h>
#include <string.h>

#include "text/renderings.h"
#include "text/text_common.h"
#include "text/text_table.h"
#include "text/thread_label.h"

/* Where the columns begin; a cell that is wider moves the next cells of its line. */
#define COLUMN_STATE 20
#define COLUMN_ENTRY 52
#define COLUMN_WAIT 80
#define COLUMN_LOCATION 150

static void text_place(struct qemucore_coroutine *coroutine, struct qc_strbuf *buffer)
{
    if (coroutine->entered != 0) {
        return; /* the coroutine that it has entered shows where */
    }
    if (coroutine->thread != NULL) {
        qc_strbuf_put(buffer, " in ");
        qc_text_thread_label(coroutine->thread, buffer);
        return;
    }
    const char *context = qc_coroutine_context_name(coroutine);
    if (context != NULL && coroutine->state != QC_COROUTINE_IDLE) {
        qc_text_put(" (", context, ")", buffer);
    }
}

/* Appends "suspended (main loop)", "running in IO disk0 (LWP 17)". */
static void text_state(struct qemucore_coroutine *coroutine, struct qc_strbuf *buffer)
{
    if (coroutine->state == QC_COROUTINE_ENTERED) {
        qc_strbuf_put(buffer, "has entered ");
        if (coroutine->entered != 0) {
            qc_strbuf_printf(buffer, "0x%" PRIx64, coroutine->entered);
        } else {
            qc_strbuf_put(buffer, "another");
        }
    } else {
        qc_strbuf_put(buffer, qc_coroutine_state_name(coroutine->state));
    }
    if (coroutine->state == QC_COROUTINE_SCHEDULED && coroutine->scheduled_by != NULL) {
        qc_text_put(" by ", coroutine->scheduled_by, "", buffer);
    }
    text_place(coroutine, buffer);
}

/* Appends "64 coroutines: 1 running, 3 suspended, 60 idle". */
static void text_counts(const struct qc_coroutines *coroutines, struct qc_strbuf *buffer)
{
    const char *separator = ": ";
    qc_strbuf_printf(buffer, "\n%zu coroutine%s", coroutines->list.count,
                     qc_noun_s(coroutines->list.count));
    for (unsigned i = 0; i < QC_COROUTINE_STATES; i++) {
        if (coroutines->counts[i] != 0) {
            qc_strbuf_printf(buffer, "%s%zu %s", separator, coroutines->counts[i],
                             i != QC_COROUTINE_ENTERED      ? qc_coroutine_state_name(i)
                             : coroutines->counts[i] == 1 ? "has entered another"
                                                          : "have entered another");
            separator = ", ";
        }
    }
    qc_strbuf_put(buffer, "\n");
}

static void text_entry(const struct qemucore_coroutine *coroutine, struct qc_strbuf *buffer)
{
    if (coroutine->entry_name != NULL) {
        qc_strbuf_put_escaped(buffer, coroutine->entry_name);
    } else if (coroutine->entry.is_known && coroutine->state != QC_COROUTINE_IDLE) {
        qc_strbuf_printf(buffer, "0x%" PRIx64, coroutine->entry.value);
    } else {
        qc_strbuf_put(buffer, "-");
    }
}

/* Appends "a timer of its own (in 2.0 s)". */
static void text_wait(const struct qc_coroutine_wait *wait, struct qc_strbuf *buffer)
{
    qc_strbuf_put_escaped(buffer, wait->sentence);
    if (wait->timer != NULL) {
        qc_strbuf_put(buffer, " (");
        qc_text_due(wait->timer, wait->clocks, buffer);
        qc_strbuf_put(buffer, ")");
    }
}

static bool is_same_wait(const struct qc_coroutine_wait *left,
                         const struct qc_coroutine_wait *right)
{
    bool has_both = left->sentence != NULL && right->sentence != NULL;
    return left->timer == right->timer &&
           (has_both ? strcmp(left->sentence, right->sentence) == 0
                     : left->sentence == right->sentence);
}

/* Tells whether all wait for one thing: equal stacks may wait for many locks, workers, timers. */
static bool have_one_wait(const struct qc_coroutine_group *group,
                          const struct qc_coroutine_waits *waits)
{
    const struct qc_coroutine_wait *first = qc_coroutine_wait_of(waits, group->list.items[0]);
    for (size_t i = 1; i < group->list.count; i++) {
        const struct qc_coroutine_wait *other = qc_coroutine_wait_of(waits, group->list.items[i]);
        if (!is_same_wait(first, other)) {
            return false;
        }
    }
    return true;
}

/* Appends the line of a group, with the facts of its first coroutine. */
static void text_row(const struct qc_coroutine_group *group,
                     const struct qc_coroutine_waits *waits, const struct qc_style *style,
                     struct qc_strbuf *buffer)
{
    struct qemucore_coroutine *coroutine = group->list.items[0];
    const struct qc_coroutine_wait *wait = qc_coroutine_wait_of(waits, coroutine);
    const struct qemucore_frame *frame = qc_coroutine_own_frame(coroutine);
    size_t count = group->list.count;
    qc_strbuf_printf(buffer, "0x%016" PRIx64, coroutine->address);
    qc_strbuf_pad(buffer, COLUMN_STATE);
    if (count > 1) {
        qc_strbuf_printf(buffer, "%zu x ", count);
    }
    text_state(coroutine, buffer);
    qc_strbuf_pad(buffer, COLUMN_ENTRY);
    text_entry(coroutine, buffer);
    qc_strbuf_pad(buffer, COLUMN_WAIT);
    if (wait == NULL || wait->sentence == NULL) {
        qc_strbuf_put(buffer, "-");
    } else {
        text_wait(wait, buffer);
    }
    qc_strbuf_put(buffer, have_one_wait(group, waits) ? "" : " (not all of them)");
    qc_strbuf_pad(buffer, COLUMN_LOCATION);
    qc_strbuf_put(buffer, style->function);
    if (frame != NULL) {
        qc_text_location(frame, buffer);
    } else {
        qc_strbuf_put_escaped(buffer, qc_str_or(coroutine->why, "?"));
    }
    qc_strbuf_printf(buffer, "%s\n", style->off);
}

static void text_stack(struct qemucore_coroutine *coroutine, const struct qemucore_render *render,
                       struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    struct qc_stack *stack = qc_coroutine_stack(coroutine);
    buffer->failed |= stack == NULL;
    if (stack != NULL) {
        qc_text_frames(stack, render, buffer);
    }
    if (stack != NULL && coroutine->why == NULL) {
        qc_text_end(stack, render, buffer);
        return;
    }
    qc_strbuf_printf(buffer, "     %sno stack: ", style->warning);
    qc_strbuf_put_escaped(buffer, qc_str_or(coroutine->why, "out of memory"));
    qc_strbuf_printf(buffer, "%s\n", style->off);
}

void qc_text_coroutine(struct qemucore_coroutine *coroutine, const struct qc_coroutine_wait *wait,
                       const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    qc_strbuf_printf(buffer, "%sCoroutine 0x%" PRIx64 "%s ", style->bold, coroutine->address,
                     style->off);
    text_state(coroutine, buffer);
    if (coroutine->state != QC_COROUTINE_IDLE) {
        qc_strbuf_put(buffer, ", began in ");
        text_entry(coroutine, buffer);
        qc_text_hex(" (", coroutine->argument, buffer);
        qc_strbuf_put(buffer, coroutine->argument.is_known ? ")" : "");
    }
    if (wait != NULL && wait->sentence != NULL && coroutine->state != QC_COROUTINE_ENTERED) {
        qc_strbuf_put(buffer, coroutine->state == QC_COROUTINE_RUNNING ? ": " : ", waits for ");
        text_wait(wait, buffer);
    }
    qc_strbuf_put(buffer, "\n");
    if ((render->flags & QEMUCORE_RENDER_BACKTRACE) != 0) {
        text_stack(coroutine, render, buffer);
    }
}

static void text_columns(struct qc_strbuf *buffer)
{
    static const struct {
        size_t column;
        const char *title;
    } titles[] = {{COLUMN_STATE, "STATE"},
                  {COLUMN_ENTRY, "BEGAN IN"},
                  {COLUMN_WAIT, "WAITS FOR"},
                  {COLUMN_LOCATION, "IN\n"}};
    qc_strbuf_put(buffer, "\nCOROUTINE");
    for (size_t i = 0; i < qc_count(titles); i++) {
        qc_strbuf_pad(buffer, titles[i].column);
        qc_strbuf_put(buffer, titles[i].title);
    }
}

#define MOST_POLLED 3

/* Appends the coroutines that threads wait for. */
static void text_polled(const struct qc_coroutine_waits *waits, struct qc_strbuf *buffer)
{
    qc_vec_each(&waits->polls, poll) {
        size_t shown = 0;
        qc_text_thread_label(poll->thread, buffer);
        qc_strbuf_printf(buffer, " is asleep until %zu coroutine%s ended: ", poll->count,
                         poll->count == 1 ? " has" : "s have");
        for (size_t j = 0; j < waits->count && shown < MOST_POLLED; j++) {
            if (waits->items[j].poller == poll->thread) {
                qc_strbuf_printf(buffer, "%s0x%" PRIx64, shown++ == 0 ? "" : ", ",
                                 waits->items[j].coroutine->address);
            }
        }
        if (shown < poll->count) {
            qc_strbuf_printf(buffer, " and %zu more", poll->count - shown);
        }
        qc_strbuf_put(buffer, "\n");
    }
}

/* Appends the coroutines that others wait for, directly or not, and the deadlocks among them. */
static void text_chains(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                        struct qc_strbuf *buffer)
{
    qc_vec_each(waits, wait) {
        if (wait->in_cycle) {
            qc_strbuf_printf(buffer, "%sdeadlock%s: 0x%" PRIx64 " waits for 0x%" PRIx64 "\n",
                             style->warning, style->off, wait->coroutine->address,
                             wait->holder->address);
        } else if (wait->behind != 0) {
            qc_strbuf_printf(buffer, "%u coroutine%s wait%s for 0x%" PRIx64 "%s",
                             wait->behind, qc_noun_s(wait->behind), qc_verb_s(wait->behind),
                             wait->coroutine->address,
                             wait->sentence == NULL                   ? ""
                             : wait->kind == QC_COROUTINE_WAIT_THREAD ? ", which runs: "
                                                                      : ", which waits for ");
            qc_text_put("", qc_str_or(wait->sentence, ""), "\n", buffer);
        }
    }
}

void qc_text_coroutine_chains(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                              struct qc_strbuf *buffer)
{
    text_polled(waits, buffer);
    text_chains(waits, style, buffer);
}

void qc_text_coroutines_story(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                              struct qc_strbuf *buffer)
{
    struct qc_strbuf chains = {0};
    text_counts(waits->coroutines, buffer);
    qc_text_coroutine_chains(waits, style, &chains);
    if (chains.length != 0) {
        qc_strbuf_printf(buffer, "\n%s", chains.text);
    }
    buffer->failed |= chains.failed;
    qc_strbuf_free(&chains);
}

/* Appends a group with the same stack: its line; or the list of its coroutines, and the stack. */
static void text_group(const struct qc_coroutine_group *group,
                       const struct qc_coroutine_waits *waits,
                       const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    struct qemucore_coroutine *first = group->list.items[0];
    size_t count = group->list.count;
    if ((render->flags & QEMUCORE_RENDER_BACKTRACE) == 0) {
        text_row(group, waits, qc_style_of(render), buffer);
        return;
    }
    qc_strbuf_put(buffer, "\n");
    if (count > 1) {
        qc_strbuf_printf(buffer, "%zu coroutines with the same stack%s:", count,
                         have_one_wait(group, waits) ? "" : ", which wait for different things");
        for (size_t i = 0; i < count; i++) {
            qc_strbuf_printf(buffer, " 0x%" PRIx64, group->list.items[i]->address);
        }
        qc_strbuf_put(buffer, "\n");
    }
    qc_text_coroutine(first, qc_coroutine_wait_of(waits, first), render, buffer);
}

static void text_groups(const struct qc_coroutine_waits *waits,
                        const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    struct qc_coroutine_groups groups = {0};
    bool is_grouped = (render->flags & QEMUCORE_RENDER_GROUP) != 0;
    buffer->failed |= !qc_coroutine_groups_find(waits->coroutines, is_grouped, &groups);
    for (size_t i = 0; i < groups.list.count; i++) {
        text_group(&groups.list.items[i], waits, render, buffer);
    }
    qc_coroutine_groups_free(&groups);
}

/* Appends the idle coroutines, which come last in the list and are in no group. */
static void text_idle(const struct qc_coroutine_waits *waits, const struct qemucore_render *render,
                      struct qc_strbuf *buffer)
{
    const struct qc_coroutines *coroutines = waits->coroutines;
    size_t count = coroutines->list.count;
    for (size_t i = count - coroutines->counts[QC_COROUTINE_IDLE]; i < count; i++) {
        struct qemucore_coroutine *idle = &coroutines->list.items[i];
        text_group(&(struct qc_coroutine_group){.list = {.items = &idle, .count = 1}}, waits,
                   render, buffer);
    }
}

void qc_text_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                        const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    const struct qc_coroutines *coroutines = waits->coroutines;
    bool all = (render->flags & QEMUCORE_RENDER_ALL) != 0;
    size_t idle = all ? 0 : coroutines->counts[QC_COROUTINE_IDLE];
    size_t start = buffer->length;
    qc_text_coroutines_story(waits, style, buffer);
    if ((render->flags & QEMUCORE_RENDER_BACKTRACE) == 0 && coroutines->list.count != idle) {
        text_columns(buffer);
    }
    text_groups(waits, render, buffer);
    if (all) {
        text_idle(waits, render, buffer);
    }
    qc_text_header_above(process, style, start, buffer);
}
