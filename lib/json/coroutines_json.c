/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutines_json - the coroutines as a document: schema "qemucore-coroutines/1"
 */
#include "json/documents.h"
#include "json/json_common.h"
#include "json/json_state.h"
#include "json/stacks_json.h"

static void json_counts(struct qc_json *json, const struct qc_coroutines *coroutines)
{
    for (unsigned i = 0; i < QC_COROUTINE_STATES; i++) {
        qc_json_set(json, qc_coroutine_state_name(i), qc_json_unsigned(coroutines->counts[i]));
    }
}

static void json_context(struct qc_json *json, const char *key,
                         struct qemucore_coroutine *coroutine)
{
    if (!qc_json_object_if(json, key, qc_fact_is_set(coroutine->context))) {
        return;
    }
    qc_json_set(json, "address", qc_json_address(coroutine->context.value));
    qc_json_set(json, "name", qc_json_text(qc_coroutine_context_name(coroutine)));
    qc_json_close(json);
}

static struct qc_json_value json_address_of(const struct qemucore_coroutine *coroutine)
{
    return coroutine == NULL ? qc_json_null() : qc_json_address(coroutine->address);
}

static void json_wait(struct qc_json *json, const char *key, const struct qc_coroutine_wait *wait)
{
    if (!qc_json_object_if(json, key, wait != NULL && wait->sentence != NULL)) {
        return;
    }
    bool is_lock = wait->lock != QC_LOCK_NONE;
    qc_json_set(json, "kind", qc_json_text(qc_coroutine_wait_kind_name(wait->kind)));
    qc_json_set(json, "sentence", qc_json_text(wait->sentence));
    qc_json_set(json, "lock", qc_json_text(is_lock ? qc_lock_types[wait->lock].name : NULL));
    qc_json_set(json, "object", qc_json_known_address(wait->object));
    qc_json_set(json, "name", qc_json_text(wait->name));
    qc_json_set(json, "holder", json_address_of(wait->holder));
    qc_json_thread_label(json, "thread", wait->thread);
    qc_json_set(json, "fd", qc_json_if(wait->fd >= 0, qc_json_signed(wait->fd)));
    qc_json_set(json, "function",
                qc_json_text(wait->frame == NULL ? NULL : wait->frame->function));
    qc_json_set(json, "argument", qc_json_text(wait->argument));
    qc_json_set(json, "root", json_address_of(wait->root));
    qc_json_set(json, "behind", qc_json_unsigned(wait->behind));
    qc_json_set(json, "in_cycle", qc_json_bool(wait->in_cycle));
    if (qc_json_object_if(json, "timer", wait->timer != NULL)) {
        qc_json_due(json, wait->timer);
        qc_json_close(json);
    }
    qc_json_close(json);
}

void qc_json_coroutine(struct qc_json *json, struct qemucore_coroutine *coroutine,
                       const struct qc_coroutine_wait *wait, const struct qemucore_render *render)
{
    struct qc_stack *stack = qc_coroutine_stack(coroutine);
    bool is_idle = coroutine->state == QC_COROUTINE_IDLE;
    qc_json_set(json, "address", qc_json_address(coroutine->address));
    qc_json_set(json, "state", qc_json_text(qc_coroutine_state_name(coroutine->state)));
    qc_json_thread_label(json, "thread", coroutine->thread);
    qc_json_set(json, "entered", qc_json_known_address(coroutine->entered));
    qc_json_set(json, "caller", qc_json_fact_address(coroutine->caller));
    json_context(json, "context", coroutine);
    qc_json_same(json, coroutine, scheduled_by, locks_held);
    qc_json_set(json, "entry", qc_json_if(!is_idle, qc_json_fact_address(coroutine->entry)));
    qc_json_set(json, "entry_function", qc_json_text(coroutine->entry_name));
    qc_json_set(json, "argument", qc_json_if(!is_idle, qc_json_fact_address(coroutine->argument)));
    qc_json_object(json, "stack");
    qc_json_set(json, "start", qc_json_address(coroutine->stack));
    qc_json_set(json, "size", qc_json_unsigned(coroutine->stack_size));
    qc_json_close(json);
    qc_json_set(json, "why", qc_json_text(coroutine->why));
    json_wait(json, "wait", wait);
    qc_json_thread_label(json, "polled_by", wait == NULL ? NULL : wait->poller);
    json->text.failed |= stack == NULL;
    qc_json_set(json, "end", qc_json_text(stack == NULL ? NULL : stack->end));
    qc_json_set(json, "end_is_outermost", qc_json_bool(stack != NULL && stack->outermost));
    qc_json_frame(json, "site", qc_coroutine_own_frame(coroutine), render);
    if (stack != NULL && (render->flags & QEMUCORE_RENDER_BACKTRACE) != 0) {
        qc_json_frames(json, "frames", stack, render);
    }
}

static void json_coroutines(struct qc_json *json, struct qc_process *process,
                            const struct qc_coroutine_waits *waits,
                            const struct qemucore_render *render)
{
    const struct qc_coroutines *coroutines = waits->coroutines;
    bool all = (render->flags & QEMUCORE_RENDER_ALL) != 0;
    size_t idle = all ? 0 : coroutines->counts[QC_COROUTINE_IDLE];
    qc_json_limit(json, render);
    qc_json_begin(json, "qemucore-coroutines/1", process);
    qc_json_member(json, "counts", json_counts(json, coroutines));
    qc_json_set(json, "why_cut", qc_json_text(coroutines->why_cut));
    qc_json_array(json, "coroutines");
    for (size_t i = 0; i < coroutines->list.count - idle && !json->text.failed; i++) {
        struct qemucore_coroutine *coroutine = &coroutines->list.items[i];
        qc_json_member(
            json, NULL,
            qc_json_coroutine(json, coroutine, qc_coroutine_wait_of(waits, coroutine), render));
    }
    qc_json_close(json);
    qc_json_problems(json, "problems", process->modules);
    qc_json_close(json);
}

char *qc_json_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                         const struct qemucore_render *render)
{
    struct qc_json json;
    struct qemucore_render shown = *render;
    do {
        json_coroutines(&json, process, waits, &shown);
    } while (qc_json_shorten(&json, &shown, process->core));
    return qc_json_take(&json);
}
