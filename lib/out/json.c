/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json - the same report as a document: schema "qemucore-threads/1"
 *
 * Keys keep the order in which they are set. jansson refuses text that is not UTF-8, so bytes of
 * the dump that are not are escaped as in the text output.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "out/report.h"
#include "qemu/site.h"

/* NULL stands for null. */
static json_t *json_text(const char *text)
{
    if (text == NULL) {
        return json_null();
    }
    json_t *value = json_string(text);
    if (value != NULL) {
        return value;
    }
    struct qc_strbuf escaped = {0};
    qc_strbuf_put_escaped(&escaped, text);
    char *taken = qc_strbuf_take(&escaped);
    value = taken == NULL ? NULL : json_string(taken);
    free(taken);
    return value;
}

static json_t *json_address(uint64_t address)
{
    char text[24];
    snprintf(text, sizeof(text), "0x%" PRIx64, address);
    return json_string(text);
}

/* 0 is no process: not known. */
static json_t *json_pid(int pid)
{
    return pid == 0 ? json_null() : json_integer(pid);
}

static json_t *json_missing(const struct qc_core *core)
{
    json_t *list = json_array();
    for (size_t i = 0; i < core->missing.count; i++) {
        const struct qemucore_missing *missing = &core->missing.items[i];
        json_t *entry = json_object();
        json_object_set_new(entry, "status", json_string(qemucore_status_name(missing->status)));
        json_object_set_new(entry, "offset", json_address(missing->offset));
        json_object_set_new(entry, "sentence", json_text(missing->sentence));
        json_array_append_new(list, entry);
    }
    return list;
}

static json_t *json_core(const struct qc_report *report)
{
    const struct qc_core *core = report->core;
    int sender;
    int signal = qc_report_signal(report, &sender);
    char signal_name[32];
    qc_report_signal_name(signal, signal_name, sizeof(signal_name));
    json_t *object = json_object();
    json_object_set_new(object, "path", json_text(report->path));
    json_object_set_new(object, "container", json_string(qc_bytes_container(core->bytes)));
    json_object_set_new(object, "machine", json_string(qc_report_machine(report)));
    json_object_set_new(object, "pid", json_pid(qc_report_pid(report)));
    json_object_set_new(object, "executable", json_text(qc_report_executable(report)));
    json_object_set_new(object, "command_line",
                        core->has_process_information ? json_text(core->command_line)
                                                      : json_null());
    json_object_set_new(object, "signal", signal == 0 ? json_null() : json_string(signal_name));
    json_object_set_new(object, "signal_sender", json_pid(sender));
    json_object_set_new(object, "complete", json_boolean(core->missing.count == 0));
    json_object_set_new(object, "missing", json_missing(core));
    return object;
}

static json_t *json_source(const struct qemucore_frame *frame)
{
    if (frame->source_file == NULL) {
        return json_null();
    }
    json_t *object = json_object();
    json_object_set_new(object, "file", json_text(frame->source_file));
    json_object_set_new(object, "line", json_integer(frame->source_line));
    return object;
}

static json_t *json_variables(const struct qc_variables *variables)
{
    json_t *list = json_array();
    for (size_t i = 0; i < variables->list.count; i++) {
        const struct qemucore_variable *variable = &variables->list.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "name", json_text(variable->name));
        json_object_set_new(object, "type", json_text(variable->type));
        json_object_set_new(object, "value", json_text(variable->value));
        json_object_set_new(object, "symbol", json_text(variable->symbol));
        json_object_set_new(object, "text", json_text(variable->text));
        json_object_set_new(object, "text_cut", json_boolean(variable->text_cut));
        json_object_set_new(object, "why_absent", json_text(variable->why_absent));
        json_object_set_new(object, "entry_value", json_text(variable->entry));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_frame(struct qemucore_frame *frame, const struct qemucore_render *render)
{
    const struct qemucore_module *module = frame->module;
    json_t *object = json_object();
    json_object_set_new(object, "level", json_integer(frame->level));
    json_object_set_new(object, "pc", json_address(frame->pc));
    json_object_set_new(object, "function", json_text(frame->function));
    json_object_set_new(object, "offset",
                        frame->function == NULL ? json_null() : json_address(frame->offset));
    json_object_set_new(object, "inlined", json_boolean(frame->inlined));
    json_object_set_new(object, "signal", json_boolean(frame->signal));
    json_object_set_new(object, "guessed", json_boolean(frame->guessed));
    json_object_set_new(object, "module", json_text(module == NULL ? NULL : module->path));
    json_object_set_new(object, "build_id",
                        json_text(module == NULL || module->build_id.size == 0
                                      ? NULL
                                      : module->build_id_text));
    json_object_set_new(object, "source", json_source(frame));
    json_object_set_new(object, "args",
                        frame->has_scope ? json_variables(qc_stack_arguments(frame)) : json_null());
    if ((render->flags & QEMUCORE_RENDER_LOCALS) != 0) {
        json_object_set_new(object, "locals",
                            frame->has_scope ? json_variables(qc_stack_locals(frame))
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

static json_t *json_thread(struct qemucore_thread *thread, const struct qemucore_render *render)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    json_t *object = json_object();
    json_object_set_new(object, "lwp", json_integer(thread->core_thread->lwp));
    json_object_set_new(object, "name", json_text(thread->name));
    json_object_set_new(object, "name_from", json_text(thread->name_from));
    json_object_set_new(object, "role", json_null());
    json_object_set_new(object, "crashed", json_boolean(thread->crashed));
    json_object_set_new(object, "end", json_text(stack->end));
    json_object_set_new(object, "end_is_outermost", json_boolean(stack->outermost));
    json_object_set_new(object, "wait", json_null());
    struct qemucore_frame *site = qc_site_find(stack);
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
            json_object_set_new(entry, "module", json_text(module->path));
            json_object_set_new(entry, "sentence", json_text(module->problem));
            json_array_append_new(list, entry);
        }
    }
    return list;
}

char *qc_json_threads(const struct qc_report *report, const struct qemucore_render *render)
{
    json_t *document = json_object();
    json_t *threads = json_array();
    json_object_set_new(document, "schema", json_string("qemucore-threads/1"));
    json_object_set_new(document, "core", json_core(report));
    for (size_t i = 0; i < report->threads->count; i++) {
        struct qemucore_thread *thread = &report->threads->items[i];
        if (qc_render_wants(render, thread)) {
            json_array_append_new(threads, json_thread(thread, render));
        }
    }
    json_object_set_new(document, "threads", threads);
    /* Last: a module's file is looked for when a stack passes through it. */
    json_object_set_new(document, "problems", json_problems(report->modules));
    char *text = json_dumps(document, JSON_INDENT(2));
    json_decref(document);
    struct qc_strbuf line = {0};
    qc_strbuf_put(&line, text == NULL ? "" : text);
    qc_strbuf_put(&line, "\n");
    line.failed |= text == NULL;
    free(text);
    return qc_strbuf_take(&line);
}
