/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_json - the documents of the commands as one: schema "qemucore-report/1"
 */

#include "render/render_coroutines.h"
#include "render/render_locks.h"
#include "render/render_report.h"

static const struct qemucore_render all = {
    .size = sizeof(all),
    .flags = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_LOCALS,
};

/* Adds a document as a member, and frees it. NULL: out of memory. */
static void json_member(struct qc_json *json, const char *key, char *document)
{
    json->text.failed |= document == NULL;
    qc_json_document(json, key, qc_text_or(document, "null"));
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
    QC_FREE char *document = qc_json_take(&json);
    if (document == NULL || !report->redaction.is_on) {
        return qc_move(document);
    }
    return qc_redact_json(&report->redaction, document);
}
