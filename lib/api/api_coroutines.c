/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "json/json.h"
#include "qemu/qemu.h"
#include "text/text.h"

static const struct qc_coroutine_wait *wait_of(struct qemucore *core,
                                               const struct qemucore_coroutine *coroutine)
{
    const struct qc_coroutine_waits *waits = qc_waits_coroutines(core->waits);
    return waits == NULL ? NULL : qc_coroutine_wait_of(waits, coroutine);
}

QC_ITERATOR(struct qemucore_coroutine, qemucore_coroutine_next, qemucore,
            qc_process_coroutines(object->process), list)

QC_EXPORT struct qemucore_coroutine *qemucore_coroutine_find(struct qemucore *core,
                                                             uint64_t address)
{
    struct qc_coroutines *coroutines = qc_process_coroutines(core->process);
    return coroutines == NULL ? NULL : qc_coroutine_at(coroutines, address);
}

QC_EXPORT const char *qemucore_coroutine_problem(struct qemucore *core)
{
    const struct qc_coroutines *coroutines = qc_process_coroutines(core->process);
    return coroutines == NULL ? "out of memory" : coroutines->why_cut;
}

QC_GETTER(uint64_t, qemucore_coroutine_address, qemucore_coroutine, address)

QC_EXPORT const char *qemucore_coroutine_state(const struct qemucore_coroutine *coroutine)
{
    return qc_coroutine_state_name(coroutine->state);
}

QC_GETTER(struct qemucore_thread *, qemucore_coroutine_thread, qemucore_coroutine, thread)
QC_GETTER(uint64_t, qemucore_coroutine_entered, qemucore_coroutine, entered)
QC_GETTER(const char *, qemucore_coroutine_scheduled_by, qemucore_coroutine, scheduled_by)
QC_GETTER(const char *, qemucore_coroutine_entry, qemucore_coroutine, entry_name)

static bool fact_store(struct qc_fact fact, uint64_t *ret)
{
    if (fact.is_known && ret != NULL) {
        *ret = fact.value;
    }
    return fact.is_known;
}

QC_EXPORT bool qemucore_coroutine_argument(const struct qemucore_coroutine *coroutine,
                                           uint64_t *ret)
{
    return fact_store(coroutine->argument, ret);
}

QC_EXPORT bool qemucore_coroutine_caller(const struct qemucore_coroutine *coroutine, uint64_t *ret)
{
    return fact_store(coroutine->caller, ret);
}

QC_EXPORT bool qemucore_coroutine_context(const struct qemucore_coroutine *coroutine,
                                          uint64_t *ret)
{
    return fact_store(coroutine->context, ret);
}

QC_EXPORT uint64_t qemucore_coroutine_stack(const struct qemucore_coroutine *coroutine,
                                            uint64_t *size)
{
    if (size != NULL) {
        *size = coroutine->stack_size;
    }
    return coroutine->stack;
}

QC_EXPORT struct qemucore_frame *
qemucore_coroutine_frame_next(struct qemucore_coroutine *coroutine,
                              const struct qemucore_frame *previous)
{
    return QC_NEXT_OF(qc_coroutine_stack(coroutine), frames, previous);
}

QC_EXPORT struct qemucore_frame *
qemucore_coroutine_own_frame(struct qemucore_coroutine *coroutine)
{
    return qc_coroutine_own_frame(coroutine);
}

QC_EXPORT const char *qemucore_coroutine_end(struct qemucore_coroutine *coroutine)
{
    const struct qc_stack *stack = qc_coroutine_stack(coroutine);
    const char *end = stack == NULL ? NULL : stack->end;
    const char *why = coroutine->why != NULL ? coroutine->why : end;
    return qc_str_or(why, "out of memory");
}

QC_EXPORT bool qemucore_coroutine_end_is_outermost(struct qemucore_coroutine *coroutine)
{
    const struct qc_stack *stack = qc_coroutine_stack(coroutine);
    return stack != NULL && stack->outermost;
}

QC_EXPORT const char *qemucore_coroutine_wait(struct qemucore *core,
                                              const struct qemucore_coroutine *coroutine)
{
    const struct qc_coroutine_wait *wait = wait_of(core, coroutine);
    return wait == NULL ? NULL : wait->sentence;
}

QC_EXPORT const char *qemucore_coroutine_wait_kind(struct qemucore *core,
                                                   const struct qemucore_coroutine *coroutine)
{
    const struct qc_coroutine_wait *wait = wait_of(core, coroutine);
    return wait == NULL ? NULL : qc_coroutine_wait_kind_name(wait->kind);
}

QC_EXPORT struct qemucore_coroutine *
qemucore_coroutine_holder(struct qemucore *core, const struct qemucore_coroutine *coroutine)
{
    const struct qc_coroutine_wait *wait = wait_of(core, coroutine);
    return wait == NULL ? NULL : wait->holder;
}

QC_EXPORT struct qemucore_thread *
qemucore_coroutine_wait_thread(struct qemucore *core, const struct qemucore_coroutine *coroutine)
{
    const struct qc_coroutine_wait *wait = wait_of(core, coroutine);
    return wait == NULL ? NULL : wait->thread;
}

QC_EXPORT struct qemucore_thread *
qemucore_coroutine_poller(struct qemucore *core, const struct qemucore_coroutine *coroutine)
{
    const struct qc_coroutine_wait *wait = wait_of(core, coroutine);
    return wait == NULL ? NULL : wait->poller;
}

QC_EXPORT enum qemucore_status qemucore_coroutines_render(struct qemucore *core,
                                                          const struct qemucore_render *render,
                                                          char **ret,
                                                          struct qemucore_error *error)
{
    const uint32_t allowed = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_JSON |
                           QEMUCORE_RENDER_COLOR | QEMUCORE_RENDER_BUILD_ID |
                           QEMUCORE_RENDER_LOCALS | QEMUCORE_RENDER_MEMBERS | QEMUCORE_RENDER_ALL |
                           QEMUCORE_RENDER_GROUP;
    struct qemucore_render ours;
    enum qemucore_status status = qc_api_copy_render(&ours, render, allowed, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    const struct qc_coroutine_waits *waits = qc_waits_coroutines(core->waits);
    if (waits == NULL) {
        return qc_error_memory(error);
    }
    struct qc_state *state;
    if (qc_coroutine_waits_have_timers(waits) && qc_api_state(core, &state, NULL) == QEMUCORE_OK) {
        qc_waits_coroutine_timers(core->waits, state);
    }
    char *text;
    if ((ours.flags & QEMUCORE_RENDER_JSON) != 0) {
        text = QC_API_DOCUMENT(core, qc_json_coroutines(core->process, waits, &ours));
    } else {
        struct qc_strbuf buffer = {0};
        qc_text_coroutines(core->process, waits, &ours, &buffer);
        text = qc_strbuf_take(&buffer);
    }
    return qc_api_give_text(text, &ours, ret, error);
}
