/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json - the same waits as a document: schema "qemucore-threads/1"
 *
 * Keys keep the order in which they are set.
 */
#include "base/guard.h"
#include "qemu/threads/own_frame.h"
#include "render/json_core.h"
#include "render/render_limits.h"
#include "render/value.h"

static json_t *json_source(const struct qemucore_frame *frame)
{
    if (frame->source_file == NULL) {
        return json_null();
    }
    json_t *object = json_object();
    json_object_set_new(object, "file", qc_json_text(frame->source_file));
    json_object_set_new(object, "line", json_integer(frame->source_line));
    return object;
}

static json_t *json_number(const struct qc_value *value)
{
    struct qc_strbuf text = {0};
    qc_value_spell(value, &text);
    QC_FREE char *taken = qc_strbuf_take(&text);
    return taken == NULL ? NULL : qc_json_text(taken);
}

static json_t *json_objects(const struct qc_objects *objects, unsigned depth);

static json_t *json_members(const struct qemucore_object *object, unsigned depth)
{
    QC_GUARD(qc_vec_guard) struct qc_objects members = {0};
    qc_object_members(object, &members);
    return json_objects(&members, depth);
}

/* depth: how many structures within each other have their members listed. */
static json_t *json_variable(const struct qemucore_object *object, unsigned depth)
{
    struct qc_value value;
    struct qc_value passed;
    struct qemucore_error error;
    json_t *entry = json_object();
    bool known = qc_object_value(object, &value, &error) == QEMUCORE_OK;
    bool told = qc_object_passed(object, &passed, NULL) == QEMUCORE_OK;
    QC_FREE char *type = qc_object_type(object);
    QC_GUARD(qc_value_names_free) struct qc_value_names names = {0};
    if (known) {
        names = qc_value_names(object, &value);
    }
    json_object_set_new(entry, "name", qc_json_text(object->name));
    json_object_set_new(entry, "type", qc_json_text(type));
    json_object_set_new(entry, "value", known ? json_number(&value) : json_null());
    json_object_set_new(entry, "symbol", qc_json_text(names.symbol));
    json_object_set_new(entry, "text", qc_json_text(names.text));
    json_object_set_new(entry, "text_cut", json_boolean(names.text_cut));
    json_object_set_new(entry, "why_absent", known ? json_null() : qc_json_text(error.message));
    json_object_set_new(entry, "entry_value", told ? json_number(&passed) : json_null());
    if (depth != 0 && known && object->type.kind == QC_TYPE_STRUCTURE) {
        json_object_set_new(entry, "members", json_members(object, depth - 1));
    }
    return entry;
}

static json_t *json_objects(const struct qc_objects *objects, unsigned depth)
{
    json_t *list = json_array();
    for (size_t i = 0; objects != NULL && i < objects->count; i++) {
        json_array_append_new(list, json_variable(&objects->items[i], depth));
    }
    return list;
}

static json_t *json_frame(struct qemucore_frame *frame, const struct qemucore_render *render)
{
    unsigned depth =
        (render->flags & QEMUCORE_RENDER_MEMBERS) != 0 ? QC_LIMIT_SHOWN_DEPTH : 0;
    const struct qemucore_module *module = frame->module;
    json_t *object = json_object();
    json_object_set_new(object, "level", json_integer(frame->level));
    json_object_set_new(object, "pc", qc_json_address(frame->pc));
    json_object_set_new(object, "function", qc_json_text(frame->function));
    json_object_set_new(object, "offset",
                        frame->function == NULL ? json_null() : qc_json_address(frame->offset));
    json_object_set_new(object, "inlined", json_boolean(frame->inlined));
    json_object_set_new(object, "signal", json_boolean(frame->signal));
    json_object_set_new(object, "guessed", json_boolean(frame->guessed));
    json_object_set_new(object, "module", qc_json_text(module == NULL ? NULL : module->path));
    json_object_set_new(object, "build_id",
                        qc_json_text(module == NULL || module->build_id.size == 0
                                      ? NULL
                                      : module->build_id_text));
    json_object_set_new(object, "source", json_source(frame));
    json_object_set_new(object, "args",
                        frame->has_scope ? json_objects(qc_stack_arguments(frame), depth)
                                         : json_null());
    if ((render->flags & QEMUCORE_RENDER_LOCALS) != 0) {
        json_object_set_new(object, "locals",
                            frame->has_scope ? json_objects(qc_stack_locals(frame), depth)
                                             : json_null());
    }
    return object;
}

static json_t *json_frames(struct qc_stack *stack, const struct qemucore_render *render)
{
    json_t *list = json_array();
    size_t count = stack->frames.count;
    if (render->max_frames != 0 && render->max_frames < count) {
        count = render->max_frames;
    }
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_frame(&stack->frames.items[i], render));
    }
    return list;
}

static json_t *json_syscall(const struct qemucore_wait *wait)
{
    const struct qc_syscall *syscall = &wait->syscall;
    if (!wait->in_syscall) {
        return json_null();
    }
    json_t *object = json_object();
    json_t *arguments = json_array();
    for (size_t i = 0; i < QC_SYSCALL_ARGUMENTS; i++) {
        json_array_append_new(arguments, syscall->known[i] ? qc_json_address(syscall->arguments[i])
                                                           : json_null());
    }
    json_object_set_new(object, "number", json_integer(syscall->number));
    json_object_set_new(object, "name", qc_json_text(syscall->name));
    json_object_set_new(object, "args", arguments);
    json_object_set_new(object, "result",
                        syscall->has_result ? json_integer(syscall->result) : json_null());
    json_object_set_new(object, "interrupted", json_boolean(syscall->interrupted));
    return object;
}

/* 0 is no object's address: not known. */
static json_t *json_known_address(uint64_t address)
{
    return address == 0 ? json_null() : qc_json_address(address);
}

static json_t *json_wait(const struct qemucore_wait *wait)
{
    bool blocked = wait->state == QC_WAIT_BLOCKED;
    json_t *object = json_object();
    json_object_set_new(object, "state", json_string(qc_wait_state_name(wait->state)));
    json_object_set_new(object, "syscall", json_syscall(wait));
    json_object_set_new(object, "kind",
                        blocked ? json_string(qc_lock_types[wait->kind].name) : json_null());
    json_object_set_new(object, "object", json_known_address(wait->object));
    json_object_set_new(object, "name", qc_json_text(wait->name));
    json_object_set_new(object, "mutex", json_known_address(wait->mutex));
    json_object_set_new(object, "mutex_name", qc_json_text(wait->mutex_name));
    json_object_set_new(object, "timeout_ns", wait->has_timeout && wait->timeout_ns >= 0
                                                  ? json_integer(wait->timeout_ns)
                                                  : json_null());
    json_object_set_new(object, "evidence", qc_json_text(wait->evidence));
    json_object_set_new(object, "sentence", qc_json_text(wait->sentence));
    return object;
}

static json_t *json_thread(struct qc_waits *waits, struct qemucore_thread *thread,
                           const struct qemucore_render *render)
{
    const struct qemucore_wait *wait = qc_waits_of(waits, thread);
    struct qc_stack *stack = qc_thread_stack(thread);
    json_t *object = json_object();
    json_object_set_new(object, "lwp", json_integer(thread->core_thread->lwp));
    json_object_set_new(object, "name", qc_json_text(thread->name));
    json_object_set_new(object, "name_from", qc_json_text(thread->name_from));
    json_object_set_new(object, "role", qc_json_text(qc_role_name(thread->role)));
    json_object_set_new(object, "crashed", json_boolean(thread->crashed));
    json_object_set_new(object, "end", qc_json_text(stack->end));
    json_object_set_new(object, "end_is_outermost", json_boolean(stack->outermost));
    json_object_set_new(object, "wait", json_wait(wait));
    struct qemucore_frame *site = qc_stack_own_frame(stack);
    json_object_set_new(object, "site", site == NULL ? json_null() : json_frame(site, render));
    if ((render->flags & QEMUCORE_RENDER_BACKTRACE) != 0) {
        json_object_set_new(object, "frames", json_frames(stack, render));
    }
    return object;
}

static json_t *json_problems(const struct qc_modules *modules)
{
    json_t *list = json_array();
    for (size_t i = 0; i < modules->list.count; i++) {
        const struct qemucore_module *module = modules->list.items[i];
        if (module->problem != NULL) {
            json_t *entry = json_object();
            json_object_set_new(entry, "module", qc_json_text(module->path));
            json_object_set_new(entry, "sentence", qc_json_text(module->problem));
            json_array_append_new(list, entry);
        }
    }
    return list;
}

char *qc_json_threads(struct qc_waits *waits, const struct qemucore_render *render)
{
    json_t *document = json_object();
    json_t *threads = json_array();
    json_object_set_new(document, "schema", json_string("qemucore-threads/1"));
    json_object_set_new(document, "core", qc_json_core(waits->process));
    for (size_t i = 0; i < waits->process->threads->count; i++) {
        struct qemucore_thread *thread = &waits->process->threads->items[i];
        if (render->lwp == 0 || render->lwp == thread->core_thread->lwp) {
            json_array_append_new(threads, json_thread(waits, thread, render));
        }
    }
    json_object_set_new(document, "threads", threads);
    /* Last: a module's file is looked for when a stack passes through it. */
    json_object_set_new(document, "problems", json_problems(waits->process->modules));
    return qc_json_end(document);
}
