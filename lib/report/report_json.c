/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_json - the documents of the commands as one: schema "qemucore-report/1"; and the stacks as
 * satyr and ABRT keep them in a file "core_backtrace"
 */
#include "json/json.h"
#include "report/report.h"

static const struct qemucore_render all = {
    .size = sizeof(all),
    .flags = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_LOCALS,
};

/* Returns the document, redacted if the report is, for free(3). NULL: out of memory. */
static char *take(struct qc_json *json, const struct qc_report *report)
{
    QC_FREE char *document = qc_json_take(json);
    return document == NULL || !report->redaction.is_on
               ? qc_move(document)
               : qc_redact_json(&report->redaction, document);
}

/* Adds a document as a member, and frees it. NULL: out of memory. */
static void json_member(struct qc_json *json, const char *key, char *document)
{
    json->text.failed |= document == NULL;
    qc_json_document(json, key, qc_str_or(document, "null"));
    free(document);
}

char *qc_json_report(const struct qc_report *report)
{
    struct qc_waits *waits = report->why.waits;
    struct qc_json json = {0};
    qc_json_object(&json, NULL);
    qc_json_set(&json, "schema", qc_json_text("qemucore-report/1"));
    qc_json_set(&json, "redacted", qc_json_bool(report->redaction.is_on));
    qc_json_set(&json, "signature", qc_json_text(report->why.verdict->signature));
    json_member(&json, "why", qc_json_why(&report->why, &all));
    json_member(&json, "threads", qc_json_threads(waits, &all));
    json_member(&json, "coroutines", qc_json_coroutines(waits->process, report->coroutines, &all));
    json_member(&json, "locks", qc_json_locks(waits, report->graph, &all));
    json_member(&json, "info", qc_json_info(&report->info, &all));
    qc_json_close(&json);
    return take(&json, report);
}

/* ---- core_backtrace -------------------------------------------------------------------------- */

/* What is not known has no member. */
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

/* satyr's own unwinder sees only frames that have a return address. Inlined and tail calls are
   left out, so that the same crash has the same frames whichever program made the file. */
static void json_thread(struct qc_json *json, struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    if (thread->crashed) {
        qc_json_set(json, "crash_thread", qc_json_bool(true));
    }
    qc_json_array(json, "frames");
    qc_vec_each(&stack->frames, frame) {
        if (!frame->inlined && !frame->tail_call) {
            json_frame(json, frame);
        }
    }
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
    qc_json_list(&json, "stacktrace", process->threads, thread, json_thread(&json, thread));
    qc_json_close(&json);
    return take(&json, report);
}
