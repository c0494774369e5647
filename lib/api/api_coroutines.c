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

QC_ITERATOR(struct qemucore_coroutine, qemucore_coroutine_next, struct qemucore,
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

QC_GETTER(uint64_t, qemucore_coroutine_address, qemucore_coroutine, object->address)
QC_GETTER(const char *, qemucore_coroutine_state, qemucore_coroutine,
          qc_coroutine_state_name(object->state))
QC_GETTER(struct qemucore_thread *, qemucore_coroutine_thread, qemucore_coroutine, object->thread)
QC_GETTER(uint64_t, qemucore_coroutine_entered, qemucore_coroutine, object->entered)
QC_GETTER(const char *, qemucore_coroutine_scheduled_by, qemucore_coroutine, object->scheduled_by)
QC_GETTER(const char *, qemucore_coroutine_entry, qemucore_coroutine, object->entry_name)
QC_NUMBER_GETTER(uint64_t, qemucore_coroutine_argument, qemucore_coroutine,
                 object->argument.is_known, object->argument.value)
QC_NUMBER_GETTER(uint64_t, qemucore_coroutine_caller, qemucore_coroutine, object->caller.is_known,
                 object->caller.value)
QC_NUMBER_GETTER(uint64_t, qemucore_coroutine_context, qemucore_coroutine,
                 object->context.is_known, object->context.value)

QC_EXPORT uint64_t qemucore_coroutine_stack(const struct qemucore_coroutine *coroutine,
                                            uint64_t *size)
{
    QC_GIVE(size, coroutine->stack_size);
    return coroutine->stack;
}

QC_ITERATOR(struct qemucore_frame, qemucore_coroutine_frame_next, struct qemucore_coroutine,
            qc_coroutine_stack(object), frames)
QC_FINDER(struct qemucore_frame *, qemucore_coroutine_own_frame, qemucore_coroutine,
          qc_coroutine_own_frame(object))

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

/* Defines an exported function that tells something of a coroutine's wait; NULL: it has none. */
#define WAIT_GETTER(type, name, value)                                              \
    QC_EXPORT type name(struct qemucore *core, const struct qemucore_coroutine *coroutine) \
    {                                                                               \
        const struct qc_coroutine_wait *wait = wait_of(core, coroutine);            \
        return wait == NULL ? NULL : (value);                                       \
    }

WAIT_GETTER(const char *, qemucore_coroutine_wait, wait->sentence)
WAIT_GETTER(const char *, qemucore_coroutine_wait_kind, qc_coroutine_wait_kind_name(wait->kind))
WAIT_GETTER(struct qemucore_coroutine *, qemucore_coroutine_holder, wait->holder)
WAIT_GETTER(struct qemucore_thread *, qemucore_coroutine_wait_thread, wait->thread)
WAIT_GETTER(struct qemucore_thread *, qemucore_coroutine_poller, wait->poller)

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
    QC_TRY(qc_api_copy_render(&ours, render, allowed, error));
    const struct qc_coroutine_waits *waits = qc_waits_coroutines(core->waits);
    QC_TRY_MEMORY(waits != NULL, error);
    struct qc_state *state;
    if (qc_coroutine_waits_have_timers(waits) && qc_api_state(core, &state, NULL) == QEMUCORE_OK) {
        qc_waits_coroutine_timers(core->waits, state);
    }
    char *text = QC_API_RENDER(core, &ours, qc_json_coroutines(core->process, waits, &ours),
                               qc_text_coroutines(core->process, waits, &ours, &buffer));
    return qc_api_give_text(text, &ours, ret, error);
}
