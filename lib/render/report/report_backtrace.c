/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_backtrace - the stacks as satyr and ABRT keep them in a file "core_backtrace"
 *
 * satyr's own unwinder sees only frames that have a return address. Inlined calls and tail calls
 * are left out here, so that the same crash has the same frames whichever program made the file.
 * What is not known has no member.
 */
#include "render/json/json.h"
#include "render/render_report.h"

static void json_known(struct qc_json *json, const char *key, const char *text)
{
    if (text != NULL) {
        qc_json_set(json, key, qc_json_text(text));
    }
}

static void json_frame(struct qc_json *json, const struct qemucore_frame *frame)
{
    const struct qemucore_module *module = frame->module;
    qc_json_object(json, NULL);
    qc_json_set(json, "address", qc_json_unsigned(frame->pc));
    if (module != NULL) {
        json_known(json, "build_id", module->build_id.size == 0 ? NULL : module->build_id_text);
        qc_json_set(json, "build_id_offset", qc_json_unsigned(frame->pc - module->start));
    }
    json_known(json, "function_name", frame->function);
    json_known(json, "file_name", module == NULL ? NULL : module->path);
    qc_json_close(json);
}

static void json_thread(struct qc_json *json, struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    qc_json_object(json, NULL);
    if (thread->crashed) {
        qc_json_set(json, "crash_thread", qc_json_bool(true));
    }
    qc_json_array(json, "frames");
    for (size_t i = 0; i < stack->frames.count; i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        if (!frame->inlined && !frame->tail_call) {
            json_frame(json, frame);
        }
    }
    qc_json_close(json);
    qc_json_close(json);
}

char *qc_backtrace_report(const struct qc_report *report)
{
    struct qc_process *process = report->why.waits->process;
    struct qc_json json = {0};
    int sender;
    qc_json_object(&json, NULL);
    qc_json_set(&json, "signal", qc_json_signed(qc_threads_signal(process->threads, &sender)));
    json_known(&json, "executable", qc_modules_executable_path(process->modules));
    qc_json_array(&json, "stacktrace");
    for (size_t i = 0; i < process->threads->count; i++) {
        json_thread(&json, &process->threads->items[i]);
    }
    qc_json_close(&json);
    qc_json_close(&json);
    QC_FREE char *document = qc_json_take(&json);
    return document == NULL || !report->redaction.is_on
               ? qc_move(document)
               : qc_redact_json(&report->redaction, document);
}
