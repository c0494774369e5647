/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info_json - the document of qemucore-info: schema "qemucore-info/1"
 */
#include "json/documents.h"
#include "json/json_state.h"
#include "text/text.h"

static void json_arguments(struct qc_json *json, const char *key,
                           const struct qc_command_line *line)
{
    if (line->arguments == NULL) {
        qc_json_set(json, key, qc_json_null());
        return;
    }
    qc_json_array(json, key);
    const char *argument = NULL;
    while ((argument = qc_command_line_next(line, argument)) != NULL) {
        qc_json_set(json, NULL, qc_json_text(argument));
    }
    qc_json_close(json);
}

/* Adds the whole command line, quoted for a shell; if it is not known, what NT_PRPSINFO has. */
static void json_command_line(struct qc_json *json, const char *key, const struct qc_info *info)
{
    const struct qc_command_line *line = info->command_line;
    const struct qc_core *core = info->waits->process->core;
    if (line->arguments == NULL) {
        qc_json_set(json, key,
                    qc_json_text(core->has_process_information ? core->shown_command_line : NULL));
        return;
    }
    struct qc_strbuf buffer = {0};
    const char *argument = NULL;
    while ((argument = qc_command_line_next(line, argument)) != NULL) {
        qc_strbuf_put(&buffer, argument == line->arguments ? "" : " ");
        qc_strbuf_put_word(&buffer, argument);
    }
    json->text.failed |= buffer.failed;
    QC_FREE char *text = qc_strbuf_take(&buffer);
    qc_json_set(json, key, qc_json_text(text));
}

static void json_process(struct qc_json *json, const struct qc_info *info)
{
    struct qc_process *process = info->waits->process;
    const struct qc_core *core = process->core;
    bool has_info = core->has_process_information;
    bool has_signal = qc_signal_has_information(process->threads);
    uint64_t user;
    uint64_t system;
    bool has_time = qc_core_cpu_time(process->core, &user, &system);
    qc_json_set(json, "name", qc_json_text(has_info ? core->process_name : NULL));
    qc_json_set(json, "parent_pid", qc_json_if(has_info, qc_json_signed(core->parent_id)));
    qc_json_set(json, "uid", qc_json_if(has_info, qc_json_signed(core->user_id)));
    qc_json_set(json, "signal_code", qc_json_if(has_signal, qc_json_signed(core->signal_code)));
    qc_json_set(json, "signal_reason", qc_json_text(qc_signal_reason(process->threads)));
    qc_json_set(json, "fault_address",
                qc_json_if(has_signal && core->has_fault_address,
                           qc_json_address(core->fault_address)));
    qc_json_set(json, "user_microseconds", qc_json_if(has_time, qc_json_unsigned(user)));
    qc_json_set(json, "system_microseconds", qc_json_if(has_time, qc_json_unsigned(system)));
    json_arguments(json, "arguments", info->command_line);
    json_command_line(json, "command_line", info);
    qc_json_set(json, "command_line_complete", qc_json_bool(info->command_line->arguments != NULL));
    qc_json_set(json, "command_line_why", qc_json_text(info->command_line->why_absent));
}

static void json_qemu(struct qc_json *json, const struct qc_version *version)
{
    qc_json_set(json, "version", qc_json_text(version->version));
    qc_json_set(json, "version_from", qc_json_text(version->from));
    qc_json_set(json, "version_why", qc_json_text(version->why_absent));
}

static void json_module(struct qc_json *json, const struct qc_remedy *remedy)
{
    const struct qemucore_module *module = remedy->module;
    qc_json_set(json, "path", qc_json_text(module->path));
    qc_json_set(json, "start", qc_json_address(module->start));
    qc_json_set(json, "end", qc_json_address(module->end));
    qc_json_set(json, "executable", qc_json_bool(module->is_executable_of_process));
    qc_json_set(json, "build_id",
                qc_json_text(module->build_id.size == 0 ? NULL : module->build_id_text));
    qc_json_same(json, module, file, debug_file, problem);
    qc_json_texts(json, "how_to_get", remedy->lines, remedy->line_count);
}

char *qc_json_info(const struct qc_info *info, const struct qemucore_render *render)
{
    struct qc_json document = {.page = qc_json_page(render)};
    struct qc_json *json = &document;
    qc_json_begin(json, "qemucore-info/1", info->waits->process);
    qc_json_member(json, "process", json_process(json, info));
    qc_json_member(json, "qemu", json_qemu(json, info->version));
    qc_json_member(json, "state", qc_json_state(json, info->waits, info->state));
    qc_json_list(json, "modules", info->remedies, remedy, json_module(json, remedy));
    qc_json_close(json);
    return qc_json_take(json);
}

/* ---- what a slim core left out --------------------------------------------------------------- */

static void json_part(struct qc_json *json, const struct qc_guest_part *part)
{
    qc_json_set(json, "start", qc_json_address(part->start));
    qc_json_set(json, "end", qc_json_address(part->end));
    qc_json_set(json, "held", qc_json_unsigned(part->held));
    qc_json_set(json, "name", qc_json_text(part->name));
}

char *qc_json_slim(const struct qc_slim_report *report, const struct qemucore_render *render)
{
    const struct qc_guest_memory *guest = report->guest;
    struct qc_json document = {.page = qc_json_page(render)};
    struct qc_json *json = &document;
    qc_json_object(json, NULL);
    qc_json_set(json, "schema", qc_json_text("qemucore-slim/1"));
    qc_json_set(json, "output", qc_json_text(report->output));
    qc_json_set(json, "size", qc_json_unsigned(report->size));
    qc_json_set(json, "core_size", qc_json_unsigned(report->core_size));
    qc_json_set(json, "by", qc_json_text(guest->by_rule ? "size" : "ram_list"));
    qc_json_set(json, "by_why", qc_json_text(guest->why_by_rule));
    qc_json_list(json, "left_out", &guest->parts, part, json_part(json, part));
    qc_json_close(json);
    return qc_json_take(json);
}
