/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/json/json_core.h"

#include "render/signal.h"

void qc_json_number(struct qc_json *json, const char *key, const struct qc_value *value)
{
    char text[QC_VALUE_TEXT];
    if (value != NULL) {
        qc_value_spell(value, text);
    }
    qc_json_set(json, key, qc_json_text(value == NULL ? NULL : text));
}

/* A pid of 0 means that it is not known. */
static struct qc_json_value json_pid(int pid)
{
    return pid == 0 ? qc_json_null() : qc_json_signed(pid);
}

static void json_missing(struct qc_json *json, const char *key, const struct qc_core *core)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < core->missing.count; i++) {
        const struct qemucore_missing *missing = &core->missing.items[i];
        qc_json_object(json, NULL);
        qc_json_set(json, "status", qc_json_text(qemucore_status_name(missing->status)));
        qc_json_set(json, "offset", qc_json_address(missing->offset));
        qc_json_set(json, "sentence", qc_json_text(missing->sentence));
        qc_json_close(json);
    }
    qc_json_close(json);
}

void qc_json_core(struct qc_json *json, const char *key, struct qc_process *process)
{
    struct qc_core *core = process->core;
    int sender;
    int signal = qc_threads_signal(process->threads, &sender);
    char signal_name[32];
    qc_signal_name(signal, signal_name, sizeof(signal_name));
    qc_json_object(json, key);
    qc_json_set(json, "path", qc_json_text(process->core->path));
    qc_json_set(json, "container", qc_json_text(qc_bytes_container(core->bytes)));
    qc_json_set(json, "machine", qc_json_text(qc_core_machine(process->core)));
    qc_json_set(json, "pid", json_pid(qc_core_pid(process->core)));
    qc_json_set(json, "executable", qc_json_text(qc_modules_executable_path(process->modules)));
    qc_json_set(json, "command_line",
                core->has_process_information ? qc_json_text(core->shown_command_line) : qc_json_null());
    qc_json_set(json, "signal", signal == 0 ? qc_json_null() : qc_json_text(signal_name));
    qc_json_set(json, "signal_sender", json_pid(sender));
    qc_core_see_shortages(core);
    qc_json_set(json, "complete", qc_json_bool(core->missing.count == 0));
    json_missing(json, "missing", core);
    qc_json_close(json);
}
