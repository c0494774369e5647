/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * threads_json - the threads as a document: schema "qemucore-threads/1"
 */
#include <stdio.h>
#include <stdlib.h>

#include "json/documents.h"
#include "json/json_common.h"
#include "json/json_limits.h"
#include "json/stacks_json.h"
#include "text/text.h"

static void json_source(struct qc_json *json, const char *key, const struct qemucore_frame *frame)
{
    if (qc_json_object_if(json, key, frame->source_file != NULL)) {
        qc_json_set(json, "file", qc_json_text(frame->source_file));
        qc_json_set(json, "line", qc_json_signed(frame->source_line));
        qc_json_close(json);
    }
}

static void json_variable(struct qc_json *json, const struct qemucore_object *object,
                          unsigned depth);

static void json_members(struct qc_json *json, const char *key,
                         const struct qemucore_object *object, unsigned depth)
{
    QC_GUARD(qc_vec_guard) struct qc_objects members = {0};
    json->text.failed |= !qc_object_members(object, &members);
    qc_json_list(json, key, &members, member, json_variable(json, member, depth));
}

/* depth: levels of nested structures whose members are listed. */
static void json_variable(struct qc_json *json, const struct qemucore_object *object,
                          unsigned depth)
{
    struct qc_value value;
    struct qc_value passed;
    struct qemucore_error error;
    bool known = qc_object_value(object, &value, &error) == QEMUCORE_OK;
    bool has_passed = qc_object_passed(object, &passed, NULL) == QEMUCORE_OK;
    QC_FREE char *type = qc_object_type(object);
    QC_GUARD(qc_value_names_free) struct qc_value_names names = {0};
    if (known) {
        names = qc_value_names(object, &value);
    }
    json->text.failed |= type == NULL;
    qc_json_set(json, "name", qc_json_text(object->name));
    qc_json_set(json, "type", qc_json_text(type));
    qc_json_number(json, "value", known ? &value : NULL);
    qc_json_same(json, &names, symbol, text, text_cut);
    qc_json_set(json, "why_absent", qc_json_if(!known, qc_json_text(error.message)));
    qc_json_number(json, "entry_value", has_passed ? &passed : NULL);
    if (depth != 0 && object->type.kind == QC_TYPE_STRUCTURE &&
        (known || qc_object_is_in_pieces(object))) {
        json_members(json, "members", object, depth - 1);
    }
}

/* Adds arguments or locals; null if no debug info describes them. */
static void json_variables(struct qc_json *json, const char *key, struct qemucore_frame *frame,
                           const struct qc_objects *(*list)(struct qemucore_frame *),
                           unsigned depth)
{
    const struct qc_objects *objects = list(frame);
    json->text.failed |= objects == NULL;
    if (objects != NULL && frame->has_scope) {
        qc_json_list(json, key, objects, object, json_variable(json, object, depth));
    } else {
        qc_json_set(json, key, qc_json_null());
    }
}

void qc_json_frame(struct qc_json *json, const char *key, struct qemucore_frame *frame,
                   const struct qemucore_render *render)
{
    if (frame == NULL) {
        qc_json_set(json, key, qc_json_null());
        return;
    }
    unsigned depth =
        (render->flags & QEMUCORE_RENDER_MEMBERS) != 0 ? QC_LIMIT_SHOWN_DEPTH : 0;
    const struct qemucore_module *module = frame->module;
    bool was_listed = frame->variables != NULL;
    size_t left_out = qc_stack_left_out(frame);
    qc_json_object(json, key);
    qc_json_set(json, "level", qc_json_signed(frame->level));
    if (left_out != 0) {
        qc_json_set(json, "left_out", qc_json_unsigned(left_out));
    }
    qc_json_set(json, "pc", qc_json_address(frame->pc));
    qc_json_set(json, "function", qc_json_text(frame->function));
    qc_json_set(json, "offset",
                qc_json_if(frame->function != NULL, qc_json_address(frame->offset)));
    qc_json_same(json, frame, inlined, signal, guessed, tail_call);
    qc_json_set(json, "module", qc_json_text(module == NULL ? NULL : module->path));
    bool has_build_id = module != NULL && module->build_id.size != 0;
    qc_json_set(json, "build_id", qc_json_text(has_build_id ? module->build_id_text : NULL));
    json_source(json, "source", frame);
    json_variables(json, "args", frame, qc_stack_arguments, depth);
    if ((render->flags & QEMUCORE_RENDER_LOCALS) != 0) {
        json_variables(json, "locals", frame, qc_stack_locals, depth);
    }
    qc_json_close(json);
    if (!was_listed) {
        qc_stack_forget(frame);
    }
}

void qc_json_frames(struct qc_json *json, const char *key, struct qc_stack *stack,
                    const struct qemucore_render *render)
{
    qc_json_array(json, key);
    size_t count = stack->frames.count;
    if (render->max_frames != 0 && render->max_frames < count) {
        count = render->max_frames;
    }
    for (size_t i = 0; i < count && !json->text.failed; i++) {
        qc_json_frame(json, NULL, &stack->frames.items[i], render);
    }
    qc_json_close(json);
}

void qc_json_limit(struct qc_json *json, const struct qemucore_render *render)
{
    bool has_stacks = (render->flags & QEMUCORE_RENDER_BACKTRACE) != 0;
    *json = (struct qc_json){.page = qc_json_page(render),
                             .most = has_stacks ? QC_LIMIT_DOCUMENT : 0};
}

/* Reduces what render asks for. Returns a phrase for what is left of the stacks. */
static const char *ask_for_less(struct qemucore_render *render)
{
    if (render->max_frames == 0 || render->max_frames > QC_LIMIT_LONG_DOCUMENT_FRAMES) {
        render->max_frames = QC_LIMIT_LONG_DOCUMENT_FRAMES;
        return "only the innermost frames of each stack";
    }
    render->flags &= ~QEMUCORE_RENDER_BACKTRACE;
    return "no stacks";
}

bool qc_json_shorten(struct qc_json *json, struct qemucore_render *render, struct qc_core *core)
{
    if (!json->is_too_long) {
        return false;
    }
    free(qc_json_take(json));
    char sentence[128];
    snprintf(sentence, sizeof(sentence), "the document would be longer than %u MiB: it has %s",
             (unsigned)(QC_LIMIT_DOCUMENT / QC_MIB), ask_for_less(render));
    qc_core_add_doubt(core, QC_MISSING_PART, QEMUCORE_LIMIT, sentence);
    return true;
}

static void json_caller(struct qc_json *json, struct qc_caller *caller,
                        const struct qemucore_render *render)
{
    qc_json_set(json, "coroutine", qc_json_known_address(caller->coroutine));
    qc_json_set(json, "end", qc_json_text(caller->stack.end));
    qc_json_set(json, "end_is_outermost", qc_json_bool(caller->stack.outermost));
    qc_json_frames(json, "frames", &caller->stack, render);
}

/* Adds the stacks that entered the coroutine that a thread is in, up to the thread's own stack. */
static void json_callers(struct qc_json *json, const char *key, const struct qc_callers *callers,
                         const struct qemucore_render *render)
{
    if (callers->is_in_coroutine && callers->count == 0) {
        qc_json_set(json, key, qc_json_null());
    } else {
        qc_json_list(json, key, callers, caller, json_caller(json, caller, render));
    }
}

static void json_syscall(struct qc_json *json, const char *key, const struct qemucore_wait *wait)
{
    const struct qc_syscall *syscall = &wait->syscall;
    if (!qc_json_object_if(json, key, wait->in_syscall)) {
        return;
    }
    qc_json_set(json, "number", qc_json_signed(syscall->number));
    qc_json_set(json, "name", qc_json_text(syscall->name));
    qc_json_array(json, "args");
    for (size_t i = 0; i < QC_SYSCALL_ARGUMENTS; i++) {
        qc_json_set(json, NULL,
                    qc_json_if(syscall->known[i], qc_json_address(syscall->arguments[i])));
    }
    qc_json_close(json);
    qc_json_set(json, "result", qc_json_if(syscall->has_result, qc_json_signed(syscall->result)));
    qc_json_set(json, "interrupted", qc_json_bool(syscall->interrupted));
    qc_json_close(json);
}

static void json_wait(struct qc_json *json, const struct qemucore_wait *wait)
{
    bool blocked = wait->state == QC_WAIT_BLOCKED;
    qc_json_set(json, "state", qc_json_text(qc_wait_state_name(wait->state)));
    json_syscall(json, "syscall", wait);
    qc_json_set(json, "kind", qc_json_text(blocked ? qc_lock_types[wait->kind].name : NULL));
    qc_json_set(json, "object", qc_json_known_address(wait->object));
    qc_json_set(json, "name", qc_json_text(wait->name));
    qc_json_set(json, "mutex", qc_json_known_address(wait->mutex));
    qc_json_set(json, "mutex_name", qc_json_text(wait->mutex_name));
    qc_json_set(json, "timeout_ns",
                qc_json_if(wait->has_timeout && wait->timeout_ns >= 0,
                           qc_json_signed(wait->timeout_ns)));
    qc_json_same(json, wait, evidence, sentence);
}

/* Adds what /proc says of a thread, in a snapshot or a saved folder; null if there is neither. */
static void json_task(struct qc_json *json, const char *key, const struct qc_thread *thread)
{
    const struct qc_task *task = &thread->task;
    char state[] = {task->state, '\0'};
    bool is_dead = thread->caught == QC_CAUGHT_DEAD;
    if (!qc_json_object_if(json, key, !is_dead || task->tid != 0)) {
        return;
    }
    qc_json_set(json, "caught", qc_json_text(qc_caught_name(thread->caught)));
    qc_json_set(json, "comm", qc_json_text(task->comm));
    qc_json_set(json, "state", qc_json_if(task->state != 0, qc_json_text(state)));
    qc_json_same(json, task, wchan, stack);
    qc_json_set(json, "runs", qc_json_if(task->has_run, qc_json_unsigned(task->runs)));
    /* A saved folder shows a single moment, so it cannot tell. */
    qc_json_set(json, "ran_lately", qc_json_if(!is_dead, qc_json_bool(task->ran_lately)));
    qc_json_close(json);
}

static void json_thread(struct qc_json *json, struct qc_waits *waits,
                        struct qemucore_thread *thread, const struct qemucore_render *render)
{
    const struct qemucore_wait *wait = qc_waits_of(waits, thread);
    struct qc_stack *stack = qc_thread_stack(thread);
    const struct qc_callers *callers = qc_thread_callers(thread);
    qc_json_object(json, NULL);
    qc_json_thread(json, thread);
    qc_json_set(json, "name_from", qc_json_text(thread->name_from));
    qc_json_set(json, "role", qc_json_text(qc_role_name(thread->role)));
    qc_json_set(json, "crashed", qc_json_bool(thread->crashed));
    json_task(json, "kernel", thread->core_thread);
    qc_json_set(json, "end", qc_json_text(stack->end));
    qc_json_set(json, "end_is_outermost", qc_json_bool(stack->outermost));
    qc_json_member(json, "wait", json_wait(json, wait));
    qc_json_frame(json, "site", qc_stack_own_frame(stack), render);
    if ((render->flags & QEMUCORE_RENDER_BACKTRACE) != 0) {
        qc_json_frames(json, "frames", stack, render);
        uint64_t coroutine = callers->is_in_coroutine ? qc_coroutine_of(thread) : 0;
        qc_json_set(json, "coroutine", qc_json_known_address(coroutine));
        json_callers(json, "entered_by", callers, render);
        qc_json_set(json, "entered_by_why", qc_json_text(callers->why));
    }
    qc_json_close(json);
}

void qc_json_problems(struct qc_json *json, const char *key, const struct qc_modules *modules)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < modules->list.count; i++) {
        const struct qemucore_module *module = modules->list.items[i];
        if (module->problem != NULL) {
            qc_json_object(json, NULL);
            qc_json_set(json, "module", qc_json_text(module->path));
            qc_json_set(json, "sentence", qc_json_text(module->problem));
            qc_json_close(json);
        }
    }
    qc_json_close(json);
}

static void json_threads(struct qc_json *json, struct qc_waits *waits,
                         const struct qemucore_render *render)
{
    qc_json_limit(json, render);
    qc_json_begin(json, "qemucore-threads/1", waits->process);
    qc_json_array(json, "threads");
    for (size_t i = 0; i < waits->process->threads->count && !json->text.failed; i++) {
        struct qemucore_thread *thread = &waits->process->threads->items[i];
        if (render->lwp == 0 || render->lwp == thread->core_thread->lwp) {
            json_thread(json, waits, thread, render);
        }
    }
    qc_json_close(json);
    /* Last, because a module's file is searched for when a stack passes through it. */
    qc_json_problems(json, "problems", waits->process->modules);
    qc_json_close(json);
}

char *qc_json_threads(struct qc_waits *waits, const struct qemucore_render *render)
{
    struct qc_json json;
    struct qemucore_render shown = *render;
    /* Unwinds first: what stacks find missing belongs to the member "core", which precedes them. */
    for (size_t i = 0; i < waits->process->threads->count; i++) {
        qc_thread_stack(&waits->process->threads->items[i]);
    }
    do {
        json_threads(&json, waits, &shown);
    } while (qc_json_shorten(&json, &shown, waits->process->core));
    return qc_json_take(&json);
}
