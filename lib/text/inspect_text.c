/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <inttypes.h>
#include <string.h>

#include "text/renderings.h"
#include "text/text_common.h"
#include "text/text_limits.h"
#include "text/text_table.h"
#include "text/thread_label.h"
#include "text/value_text.h"

#define INDENT "    "

/* Threads that are named in a line. */
#define MOST_LABELS 16

static void text_headline(const struct qc_inspected *inspected, const struct qc_style *style,
                          struct qc_strbuf *buffer)
{
    qc_text_put(style->bold, inspected->expression, style->off, buffer);
    qc_text_put("  ", qc_str_or(inspected->type, "?"), "", buffer);
    qc_strbuf_printf(buffer, " at 0x%" PRIx64, inspected->object.address);
    if (inspected->file != NULL) {
        qc_text_put(" (", qc_text_short_source(inspected->file), "", buffer);
        qc_strbuf_printf(buffer, ":%u)", inspected->line);
    }
    if (inspected->has_lock && inspected->lock.name != NULL &&
        strcmp(inspected->lock.name, inspected->expression) != 0) {
        qc_text_put(", ", inspected->lock.name, "", buffer);
    }
    qc_strbuf_put(buffer, inspected->has_lock && inspected->lock.is_bql ? ", the BQL" : "");
    qc_strbuf_put(buffer, "\n");
}

static void text_waiters(const struct qc_thread_list *waiters, struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, INDENT "waiters: ");
    if (waiters->count == 1) {
        qc_text_thread_label(waiters->items[0], buffer);
    } else {
        qc_strbuf_printf(buffer, "%zu, ", waiters->count);
        qc_text_thread_labels(waiters, MOST_LABELS, buffer);
    }
    qc_strbuf_put(buffer, "\n");
}

static void text_fields(const struct qc_lock_state *state, struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, INDENT "{");
    for (size_t i = 0; i < state->fields.count; i++) {
        const struct qc_lock_field *field = &state->fields.items[i];
        QC_FREE char *text = qc_lock_field_text(field);
        qc_strbuf_printf(buffer, "%s%s = ", i == 0 ? "" : ", ", field->name);
        qc_strbuf_put_escaped(buffer, qc_str_or(text, "?"));
    }
    qc_strbuf_put(buffer, "}\n");
}

static void text_lock(const struct qemucore_lock *lock, struct qc_strbuf *buffer)
{
    const struct qc_lock_state *state = &lock->state;
    const char *sentence = qc_str_or(state->sentence, state->why_absent);
    qc_strbuf_put(buffer, INDENT);
    /* "free (lock 0, owner 0)" has the word; "held by LWP 17" becomes "locked: held by LWP 17". */
    const char *word = qc_lock_status_word(state->status);
    if (!qc_str_begins(sentence, word)) {
        qc_strbuf_printf(buffer, "%s%s", word, sentence == NULL ? "" : ": ");
    }
    qc_strbuf_put_escaped(buffer, qc_str_or(sentence, ""));
    if (lock->owner != NULL && lock->owner->name != NULL) {
        qc_strbuf_put(buffer, "; owner: ");
        qc_text_thread_label(lock->owner, buffer);
    } else if (lock->owner == NULL && state->owner_lwp > 0) {
        qc_strbuf_printf(buffer, "; LWP %d is not in the dump", state->owner_lwp);
    }
    if (lock->cond_waiters.count != 0) {
        qc_strbuf_printf(buffer, "; %zu thread%s sleep%s on conditions that belong to it",
                         lock->cond_waiters.count, qc_noun_s(lock->cond_waiters.count),
                         qc_verb_s(lock->cond_waiters.count));
    }
    qc_strbuf_put(buffer, "\n");
    if (lock->waiters.count != 0) {
        text_waiters(&lock->waiters, buffer);
    }
    text_fields(state, buffer);
}

static void text_object(const struct qemucore_object *object, struct qc_strbuf *buffer)
{
    QC_GUARD(qc_vec_guard) struct qc_objects members = {0};
    if (object->type.kind != QC_TYPE_STRUCTURE) {
        qc_strbuf_put(buffer, INDENT);
        qc_text_object(object, 0, buffer);
        qc_strbuf_put(buffer, "\n");
        return;
    }
    buffer->failed |= !qc_object_members(object, &members);
    qc_vec_each(&members, member) {
        qc_strbuf_put(buffer, INDENT);
        qc_text_put("", member->name, " = ", buffer);
        qc_text_object(member, QC_LIMIT_SHOWN_DEPTH - 1, buffer);
        qc_strbuf_put(buffer, "\n");
    }
}

static void text_coroutine(const struct qc_inspected *inspected,
                           const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    struct qemucore_render with_stack = *render;
    with_stack.flags |= QEMUCORE_RENDER_BACKTRACE;
    qc_text_coroutine(inspected->coroutine, inspected->wait, &with_stack, buffer);
}

void qc_text_inspect(const struct qc_inspected *objects, size_t count,
                     const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    for (size_t i = 0; i < count; i++) {
        if (objects[i].why_absent != NULL) {
            continue;
        }
        text_headline(&objects[i], style, buffer);
        if (objects[i].has_lock) {
            text_lock(&objects[i].lock, buffer);
        } else {
            text_object(&objects[i].object, buffer);
        }
        if (objects[i].coroutine != NULL) {
            text_coroutine(&objects[i], render, buffer);
        }
    }
}
