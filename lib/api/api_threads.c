/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "api/handle.h"
#include "json/json.h"
#include "qemu/qemu.h"
#include "text/text.h"

QC_EXPORT struct qemucore_thread *qemucore_thread_next(struct qemucore *core,
                                                       const struct qemucore_thread *previous)
{
    return QC_NEXT(core->threads, previous);
}

QC_GETTER(size_t, qemucore_thread_count, qemucore, object->threads->count)
QC_GETTER(int, qemucore_thread_lwp, qemucore_thread, object->core_thread->lwp)

/* Returns the thread, which has its name and role then. */
static const struct qemucore_thread *named(const struct qemucore_thread *thread)
{
    qc_process_name_threads(thread->threads->process);
    return thread;
}

QC_GETTER(const char *, qemucore_thread_name, qemucore_thread, named(object)->name)
QC_GETTER(const char *, qemucore_thread_name_from, qemucore_thread, named(object)->name_from)
QC_GETTER(const char *, qemucore_thread_role, qemucore_thread, qc_role_name(named(object)->role))
QC_GETTER(bool, qemucore_thread_crashed, qemucore_thread, object->crashed)
QC_ITERATOR(struct qemucore_frame, qemucore_frame_next, struct qemucore_thread,
            qc_thread_stack(object), frames)

QC_EXPORT const char *qemucore_thread_end(struct qemucore_thread *thread)
{
    const char *end = qc_thread_stack(thread)->end;
    return qc_str_or(end, "out of memory");
}

QC_FINDER(bool, qemucore_thread_end_is_outermost, qemucore_thread,
          qc_thread_stack(object)->outermost)
QC_FINDER(struct qemucore_frame *, qemucore_thread_own_frame, qemucore_thread,
          qc_stack_own_frame(qc_thread_stack(object)))
QC_GETTER(unsigned, qemucore_frame_level, qemucore_frame, object->level)
QC_GETTER(uint64_t, qemucore_frame_pc, qemucore_frame, object->pc)
QC_GETTER(const char *, qemucore_frame_function, qemucore_frame, object->function)
QC_GETTER(uint64_t, qemucore_frame_offset, qemucore_frame, object->offset)
QC_GETTER(struct qemucore_module *, qemucore_frame_module, qemucore_frame, object->module)
QC_GETTER(bool, qemucore_frame_inlined, qemucore_frame, object->inlined)
QC_GETTER(bool, qemucore_frame_signal, qemucore_frame, object->signal)
QC_GETTER(bool, qemucore_frame_guessed, qemucore_frame, object->guessed)
QC_GETTER(bool, qemucore_frame_tail_call, qemucore_frame, object->tail_call)
QC_GETTER(size_t, qemucore_frame_left_out, qemucore_frame, qc_stack_left_out(object))
QC_GETTER(const char *, qemucore_frame_source_file, qemucore_frame, object->source_file)
QC_GETTER(unsigned, qemucore_frame_source_line, qemucore_frame, object->source_line)

QC_EXPORT enum qemucore_status qemucore_frame_register(const struct qemucore_frame *frame,
                                                       const char *name, uint64_t *ret,
                                                       struct qemucore_error *error)
{
    const struct qc_frame *physical = &frame->stack->physical.items[frame->physical];
    const struct qc_arch *arch = frame->stack->arch;
    QC_FAIL_IF(name == NULL || ret == NULL, error, QEMUCORE_INVALID, "name or ret is NULL");
    for (size_t i = 0; i < arch->register_count; i++) {
        const struct qc_arch_register *row = &arch->registers[i];
        if (strcmp(row->name, name) == 0) {
            return qc_kept_registers_get(&physical->registers, row->dwarf, ret)
                       ? QEMUCORE_OK
                       : qc_error_set(error, QEMUCORE_ABSENT, "%s is not known in frame %u", name,
                                      frame->level);
        }
    }
    return qc_error_set(error, QEMUCORE_NOT_FOUND, "%s has no register %s", arch->name, name);
}

static const char *role_name(size_t index)
{
    return qc_role_name((enum qc_role)index);
}

QC_EXPORT const char *qemucore_role_next(const char *previous)
{
    return qc_api_word_next(role_name, QC_ROLE_UNKNOWN + 1, QC_ROLES, previous);
}

QC_EXPORT enum qemucore_status qemucore_threads_render(struct qemucore *core,
                                                       const struct qemucore_render *render,
                                                       char **ret, struct qemucore_error *error)
{
    const uint32_t allowed = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_JSON |
                           QEMUCORE_RENDER_COLOR | QEMUCORE_RENDER_BUILD_ID |
                           QEMUCORE_RENDER_LOCALS | QEMUCORE_RENDER_MEMBERS |
                           QEMUCORE_RENDER_GROUP;
    struct qemucore_render ours;
    QC_TRY(qc_api_copy_render(&ours, render, allowed, error));
    QC_FAIL_IF(ours.lwp != 0 && qc_process_thread(core->process, ours.lwp) == NULL,
               error, QEMUCORE_NOT_FOUND, "no thread %d in the dump", ours.lwp);
    char *text = QC_API_RENDER(core, &ours, qc_json_threads(core->waits, &ours),
                               qc_text_threads(core->waits, &ours, &buffer));
    return qc_api_give_text(text, &ours, ret, error);
}
