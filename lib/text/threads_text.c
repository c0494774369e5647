/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * threads_text - stacks as gdb prints them
 */
#include "text/renderings.h"

#include <inttypes.h>

#include "dwarf/dwarf.h"
#include "text/text_common.h"
#include "text/text_limits.h"
#include "text/text_table.h"
#include "text/thread_label.h"
#include "text/value_text.h"

void qc_text_arguments(struct qemucore_frame *frame, unsigned depth, struct qc_strbuf *buffer)
{
    const struct qc_objects *arguments = qc_stack_arguments(frame);
    buffer->failed |= arguments == NULL;
    qc_strbuf_put(buffer, "(");
    for (size_t i = 0; arguments != NULL && i < arguments->count; i++) {
        qc_strbuf_put(buffer, i == 0 ? "" : ", ");
        qc_text_variable(&arguments->items[i], depth, buffer);
    }
    qc_strbuf_put(buffer, ")");
}

static void text_locals(struct qemucore_frame *frame, unsigned depth, struct qc_strbuf *buffer)
{
    const struct qc_objects *locals = qc_stack_locals(frame);
    buffer->failed |= locals == NULL;
    for (size_t i = 0; locals != NULL && i < locals->count; i++) {
        qc_strbuf_put(buffer, "        ");
        qc_text_variable(&locals->items[i], depth, buffer);
        qc_strbuf_put(buffer, "\n");
    }
}

static unsigned member_depth(const struct qemucore_render *render)
{
    return (render->flags & QEMUCORE_RENDER_MEMBERS) != 0 ? QC_LIMIT_SHOWN_DEPTH : 0;
}

/* Shows a function of C++ with its namespaces and classes, not by its mangled name. */
void qc_text_function(const struct qemucore_frame *frame, struct qc_strbuf *buffer)
{
    if (frame->function == NULL) {
        qc_strbuf_put(buffer, "??");
    } else {
        qc_full_name_put(frame->function, frame->has_scope ? &frame->scope : NULL, buffer);
    }
}

/* Tells whether the frame was unwound from a guessed one: then it needs no reason of its own. */
static bool follows_guess(const struct qemucore_frame *frame)
{
    return frame->level != 0 && frame->stack->frames.items[frame->level - 1].guessed;
}

void qc_text_frame_marks(const struct qemucore_frame *frame, struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, frame->inlined ? "  (inlined)" : "");
    qc_strbuf_put(buffer, frame->tail_call ? "  (tail call)" : "");
    qc_strbuf_put(buffer, frame->signal ? "  (signal handler called)" : "");
    if (frame->guessed) {
        qc_strbuf_put(buffer, follows_guess(frame)
                                  ? "  (guessed)"
                                  : "  (guessed: its callee has no unwind information)");
    }
}

static void text_frame(struct qemucore_frame *frame, const struct qemucore_render *render,
                       struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    qc_strbuf_printf(buffer, "#%-3u0x%016" PRIx64 " in %s", frame->level, frame->pc,
                     style->function);
    qc_text_function(frame, buffer);
    qc_strbuf_put(buffer, style->off);
    if (frame->function != NULL && frame->source_file == NULL) {
        qc_strbuf_printf(buffer, "+0x%" PRIx64, frame->offset);
    }
    qc_strbuf_put(buffer, " ");
    qc_text_arguments(frame, member_depth(render), buffer);
    if (frame->source_file != NULL) {
        qc_text_put(" at ", frame->source_file, "", buffer);
        qc_strbuf_printf(buffer, ":%u", frame->source_line);
    } else if (frame->module != NULL) {
        qc_text_put(" from ", qc_path_name(frame->module->path), "", buffer);
    }
    qc_text_frame_marks(frame, buffer);
    if ((render->flags & QEMUCORE_RENDER_BUILD_ID) != 0 && frame->module != NULL) {
        qc_strbuf_printf(buffer, "  [%s]", frame->module->build_id_text);
    }
}

/* Appends " waits for QemuEvent rcu_call_ready_event (busy)", " is running". */
static void text_wait(const struct qemucore_wait *wait, const struct qemucore_render *render,
                      struct qc_strbuf *buffer)
{
    static const char *const verbs[] = {
        [QC_WAIT_UNKNOWN] = " is ",
        [QC_WAIT_RUNNING] = " is ",
        [QC_WAIT_SYSCALL] = " is in ",
        [QC_WAIT_BLOCKED] = " waits for ",
        [QC_WAIT_KERNEL] = " was ",
    };
    if (wait->sentence == NULL || (wait->state == QC_WAIT_UNKNOWN && wait->evidence == NULL)) {
        return;
    }
    qc_text_put(verbs[wait->state], wait->sentence, "", buffer);
    if ((render->flags & QEMUCORE_RENDER_LOCALS) != 0 && wait->evidence != NULL) {
        qc_text_put(" (by ", wait->evidence, ")", buffer);
    }
}

void qc_text_left_out(const struct qemucore_frame *frame, struct qc_strbuf *buffer)
{
    size_t count = qc_stack_left_out(frame);
    if (count != 0) {
        qc_strbuf_printf(buffer, "… %zu frame%s %s left out: the stack has more than %d …", count,
                         qc_noun_s(count), count == 1 ? "is" : "are", QC_LIMIT_FRAMES);
    }
}

static void text_left_out(const struct qemucore_frame *frame, const struct qc_style *style,
                          struct qc_strbuf *buffer)
{
    if (qc_stack_left_out(frame) != 0) {
        qc_strbuf_printf(buffer, "     %s", style->warning);
        qc_text_left_out(frame, buffer);
        qc_strbuf_printf(buffer, "%s\n", style->off);
    }
}

static size_t shown_frames(const struct qc_stack *stack, const struct qemucore_render *render)
{
    size_t count = stack->frames.count;
    return render->max_frames != 0 ? qc_min(render->max_frames, count) : count;
}

void qc_text_frames(struct qc_stack *stack, const struct qemucore_render *render,
                    struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    size_t count = stack->frames.count;
    size_t shown = shown_frames(stack, render);
    for (size_t i = 0; i < shown; i++) {
        struct qemucore_frame *frame = &stack->frames.items[i];
        bool was_listed = frame->variables != NULL;
        text_left_out(frame, style, buffer);
        text_frame(frame, render, buffer);
        bool last = i + 1 == count && stack->outermost;
        qc_strbuf_printf(buffer, "%s%s%s\n", last ? style->dim : "",
                         last ? "  -- end of stack" : "", last ? style->off : "");
        if ((render->flags & QEMUCORE_RENDER_LOCALS) != 0) {
            text_locals(frame, member_depth(render), buffer);
        }
        if (!was_listed) {
            qc_stack_forget(frame);
        }
    }
    if (shown < count) {
        qc_strbuf_printf(buffer, "     %s%zu more frames", style->dim, count - shown);
        qc_text_more(render, buffer);
        qc_strbuf_printf(buffer, "%s\n", style->off);
    }
}

void qc_text_end(const struct qc_stack *stack, const struct qemucore_render *render,
                 struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    if (!stack->outermost && shown_frames(stack, render) == stack->frames.count) {
        qc_strbuf_printf(buffer, "     %sthe stack ends early: ", style->warning);
        qc_strbuf_put_escaped(buffer, qc_str_or(stack->end, "out of memory"));
        qc_strbuf_printf(buffer, "%s\n", style->off);
    }
}

/* Appends " coroutine 0x55d0c1e0a2c0, begun in job_co_entry". Appends nothing if none is known. */
static void text_coroutine(const struct qc_process *process, uint64_t coroutine,
                           struct qc_strbuf *buffer)
{
    const char *entry = coroutine == 0 ? NULL : qc_coroutine_entry_name(process, coroutine);
    if (coroutine != 0) {
        qc_strbuf_printf(buffer, " coroutine 0x%" PRIx64, coroutine);
    }
    qc_text_put(", begun in ", entry, "", buffer);
}

/* Appends the stacks that entered a thread's coroutine. The last one is the thread's own. */
static void text_callers(const struct qc_process *process, const struct qc_callers *callers,
                         const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    for (size_t i = 0; i < callers->count; i++) {
        qc_strbuf_printf(buffer, "     %sentered by%s", style->bold, style->off);
        if (i + 1 < callers->count) {
            text_coroutine(process, callers->items[i].coroutine, buffer);
        }
        qc_strbuf_put(buffer, "\n");
        qc_text_frames(&callers->items[i].stack, render, buffer);
    }
    if (callers->count != 0) {
        qc_text_end(&qc_vec_last(callers)->stack, render, buffer);
    }
    if (callers->why != NULL) {
        qc_strbuf_printf(buffer, "     %s%s", style->dim,
                         callers->count == 0 ? QC_TEXT_NO_CALLER : "");
        qc_strbuf_put_escaped(buffer, callers->why);
        qc_strbuf_printf(buffer, "%s\n", style->off);
    }
}

void qc_text_stack(struct qc_waits *waits, struct qemucore_thread *thread,
                   const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    const struct qemucore_wait *wait = qc_waits_of(waits, thread);
    struct qc_stack *stack = qc_thread_stack(thread);
    const struct qc_callers *callers = qc_thread_callers(thread);
    qc_strbuf_printf(buffer, "\n%sThread ", style->bold);
    qc_text_put("", thread->name, " ", buffer);
    qc_strbuf_printf(buffer, "(LWP %d)%s", thread->core_thread->lwp, style->off);
    text_wait(wait, render, buffer);
    uint64_t coroutine = callers->is_in_coroutine ? qc_coroutine_of(thread) : 0;
    if (coroutine != 0) {
        qc_strbuf_put(buffer, "; in");
        text_coroutine(waits->process, coroutine, buffer);
    }
    qc_strbuf_printf(buffer, "%s\n", thread->crashed ? "  the signal's thread" : "");
    qc_text_frames(stack, render, buffer);
    if (callers->count == 0) {
        qc_text_end(stack, render, buffer);
    }
    text_callers(waits->process, callers, render, buffer);
}

/* Appends one stack for each group of threads with the same stack, below the names of the group. */
static void text_groups(struct qc_waits *waits, const struct qemucore_render *render,
                        struct qc_strbuf *buffer)
{
    struct qc_stack_groups groups = {0};
    buffer->failed |= !qc_stack_groups_find(waits->process->threads, render->lwp,
                                            (render->flags & QEMUCORE_RENDER_GROUP) != 0, &groups);
    for (size_t i = 0; i < groups.list.count; i++) {
        const struct qc_thread_list *threads = &groups.list.items[i].threads;
        qc_process_name_threads(waits->process);
        if (threads->count > 1) {
            qc_strbuf_printf(buffer, "\n%zu threads with the same stack: ", threads->count);
            qc_text_thread_labels(threads, SIZE_MAX, buffer);
        }
        qc_text_stack(waits, threads->items[0], render, buffer);
    }
    qc_stack_groups_free(&groups);
}

static void text_stacks(struct qc_waits *waits, const struct qemucore_render *render,
                        struct qc_strbuf *buffer)
{
    qc_vec_each(waits->process->threads, thread) {
        if (render->lwp == 0 || render->lwp == thread->core_thread->lwp) {
            qc_text_stack(waits, thread, render, buffer);
        }
    }
}

void qc_text_threads(struct qc_waits *waits, const struct qemucore_render *render,
                     struct qc_strbuf *buffer)
{
    size_t start = buffer->length;
    if ((render->flags & QEMUCORE_RENDER_BACKTRACE) == 0) {
        qc_text_table(waits, render, buffer);
    } else if ((render->flags & QEMUCORE_RENDER_GROUP) != 0) {
        text_groups(waits, render, buffer);
    } else {
        text_stacks(waits, render, buffer);
    }
    qc_text_header_above(waits->process, qc_style_of(render), start, buffer);
}
