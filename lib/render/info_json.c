/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info_json - the same as a document: schema "qemucore-info/1"
 */
#include <string.h>

#include "render/info.h"
#include "render/json_state.h"
#include "render/signal.h"

static json_t *json_arguments(const struct qc_command_line *line)
{
    if (line->arguments == NULL) {
        return json_null();
    }
    json_t *list = json_array();
    const char *argument = NULL;
    while ((argument = qc_command_line_next(line, argument)) != NULL) {
        json_array_append_new(list, qc_json_text(argument));
    }
    return list;
}

/* All of it as words of a shell, else what NT_PRPSINFO has. */
static json_t *json_command_line(const struct qc_info *info)
{
    const struct qc_command_line *line = info->command_line;
    const struct qc_core *core = info->waits->process->core;
    if (line->arguments == NULL) {
        return qc_json_text(core->has_process_information ? core->command_line : NULL);
    }
    struct qc_strbuf buffer = {0};
    const char *argument = NULL;
    while ((argument = qc_command_line_next(line, argument)) != NULL) {
        qc_strbuf_put(&buffer, argument == line->arguments ? "" : " ");
        qc_strbuf_put_word(&buffer, argument);
    }
    char *text = qc_strbuf_take(&buffer);
    json_t *value = qc_json_text(text);
    free(text);
    return value;
}

static json_t *json_process(const struct qc_info *info)
{
    struct qc_process *process = info->waits->process;
    const struct qc_core *core = process->core;
    bool told = core->has_process_information;
    int signal = qc_threads_signal(process->threads, NULL);
    bool signal_told = signal != 0 && core->has_signal_information && core->signal == signal;
    uint64_t user;
    uint64_t system;
    bool timed = qc_core_cpu_time(process->core, &user, &system);
    json_t *object = json_object();
    json_object_set_new(object, "name", qc_json_text(told ? core->process_name : NULL));
    json_object_set_new(object, "parent_pid", told ? json_integer(core->parent_id) : json_null());
    json_object_set_new(object, "uid", told ? json_integer(core->user_id) : json_null());
    json_object_set_new(object, "signal_code",
                        signal_told ? json_integer(core->signal_code) : json_null());
    json_object_set_new(object, "signal_reason", qc_json_text(qc_signal_reason(process->threads)));
    json_object_set_new(object, "fault_address",
                        signal_told && core->has_fault_address
                            ? qc_json_address(core->fault_address)
                            : json_null());
    json_object_set_new(object, "user_microseconds",
                        timed ? json_integer((json_int_t)user) : json_null());
    json_object_set_new(object, "system_microseconds",
                        timed ? json_integer((json_int_t)system) : json_null());
    json_object_set_new(object, "arguments", json_arguments(info->command_line));
    json_object_set_new(object, "command_line", json_command_line(info));
    json_object_set_new(object, "command_line_complete",
                        json_boolean(info->command_line->arguments != NULL));
    json_object_set_new(object, "command_line_why", qc_json_text(info->command_line->why_absent));
    return object;
}

static json_t *json_qemu(const struct qc_version *version)
{
    json_t *object = json_object();
    json_object_set_new(object, "version", qc_json_text(version->version));
    json_object_set_new(object, "version_from", qc_json_text(version->from));
    json_object_set_new(object, "version_why", qc_json_text(version->why_absent));
    return object;
}

static json_t *json_module(const struct qc_remedy *info)
{
    const struct qemucore_module *module = info->module;
    json_t *object = json_object();
    json_t *lines = json_array();
    for (size_t i = 0; i < info->line_count; i++) {
        json_array_append_new(lines, qc_json_text(info->lines[i]));
    }
    json_object_set_new(object, "path", qc_json_text(module->path));
    json_object_set_new(object, "start", qc_json_address(module->start));
    json_object_set_new(object, "end", qc_json_address(module->end));
    json_object_set_new(object, "executable", json_boolean(module->is_executable_of_process));
    json_object_set_new(object, "build_id",
                        qc_json_text(module->build_id.size == 0 ? NULL : module->build_id_text));
    json_object_set_new(object, "file", qc_json_text(module->file));
    json_object_set_new(object, "debug_file", qc_json_text(module->debug_file));
    json_object_set_new(object, "problem", qc_json_text(module->problem));
    json_object_set_new(object, "how_to_get", lines);
    return object;
}

char *qc_json_info(const struct qc_info *info)
{
    json_t *document = json_object();
    json_t *modules = json_array();
    json_object_set_new(document, "schema", json_string("qemucore-info/1"));
    json_object_set_new(document, "core", qc_json_core(info->waits->process));
    json_object_set_new(document, "process", json_process(info));
    json_object_set_new(document, "qemu", json_qemu(info->version));
    json_object_set_new(document, "state", qc_json_state(info->waits, info->state));
    for (size_t i = 0; i < info->remedies->count; i++) {
        json_array_append_new(modules, json_module(&info->remedies->items[i]));
    }
    json_object_set_new(document, "modules", modules);
    return qc_json_end(document);
}
