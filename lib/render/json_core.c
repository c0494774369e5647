/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/json_core.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/signal.h"

/* jansson escapes controls below space itself; DEL and C1 it would pass on to a terminal. */
static bool is_plain(const char *text)
{
    while (*text != '\0') {
        size_t length = (unsigned char)*text < 0x20 ? 1 : qc_utf8_length(text);
        if (length == 0) {
            return false;
        }
        text += length;
    }
    return true;
}

json_t *qc_json_text(const char *text)
{
    if (text == NULL) {
        return json_null();
    }
    if (is_plain(text)) {
        return json_string(text);
    }
    struct qc_strbuf escaped = {0};
    qc_strbuf_put_escaped(&escaped, text);
    char *taken = qc_strbuf_take(&escaped);
    json_t *value = taken == NULL ? NULL : json_string(taken);
    free(taken);
    return value;
}

json_t *qc_json_address(uint64_t address)
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
        json_object_set_new(entry, "offset", qc_json_address(missing->offset));
        json_object_set_new(entry, "sentence", qc_json_text(missing->sentence));
        json_array_append_new(list, entry);
    }
    return list;
}

json_t *qc_json_core(struct qc_process *process)
{
    const struct qc_core *core = process->core;
    int sender;
    int signal = qc_threads_signal(process->threads, &sender);
    char signal_name[32];
    qc_signal_name(signal, signal_name, sizeof(signal_name));
    json_t *object = json_object();
    json_object_set_new(object, "path", qc_json_text(process->core->path));
    json_object_set_new(object, "container", json_string(qc_bytes_container(core->bytes)));
    json_object_set_new(object, "machine", json_string(qc_core_machine(process->core)));
    json_object_set_new(object, "pid", json_pid(qc_core_pid(process->core)));
    json_object_set_new(object, "executable", qc_json_text(qc_modules_executable_path(process->modules)));
    json_object_set_new(object, "command_line",
                        core->has_process_information ? qc_json_text(core->command_line)
                                                      : json_null());
    json_object_set_new(object, "signal", signal == 0 ? json_null() : json_string(signal_name));
    json_object_set_new(object, "signal_sender", json_pid(sender));
    json_object_set_new(object, "complete", json_boolean(core->missing.count == 0));
    json_object_set_new(object, "missing", json_missing(core));
    return object;
}

char *qc_json_end(json_t *document)
{
    char *text = json_dumps(document, JSON_INDENT(2));
    json_decref(document);
    struct qc_strbuf line = {0};
    qc_strbuf_put(&line, text == NULL ? "" : text);
    qc_strbuf_put(&line, "\n");
    line.failed |= text == NULL;
    free(text);
    return qc_strbuf_take(&line);
}
