/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "base/base.h"
#include "report/report.h"

static enum qemucore_status copy_report(struct qemucore_report *ours,
                                        const struct qemucore_report *report,
                                        struct qemucore_error *error)
{
    *ours = (struct qemucore_report){.size = sizeof(*ours)};
    if (report == NULL) {
        return QEMUCORE_OK;
    }
    QC_TRY(qc_api_take_struct(ours, sizeof(*ours), report, "report", error));
    if (ours->format > QEMUCORE_REPORT_BACKTRACE || (ours->flags & ~QEMUCORE_REPORT_REDACT) != 0) {
        return qc_error_set(error, QEMUCORE_INVALID,
                            "report.format %u, report.flags 0x%x", ours->format, ours->flags);
    }
    return QEMUCORE_OK;
}

/* Collects what the formats of a report are rendered from. */
static enum qemucore_status report_find(struct qemucore *core, struct qc_report *report,
                                        struct qemucore_error *error)
{
    struct qc_verdict *verdict;
    QC_TRY(qc_api_verdict(core, &verdict, error));
    report->why.waits = core->waits;
    report->why.verdict = verdict;
    report->graph = verdict->graph;
    report->coroutines = qc_waits_coroutines(core->waits);
    report->info.waits = core->waits;
    report->info.command_line = qc_api_command_line(core);
    report->info.version = qc_api_version(core);
    report->info.state = verdict->process_state;
    qc_waits_coroutine_timers(core->waits, report->info.state);
    return report->coroutines == NULL ? qc_error_memory(error) : QEMUCORE_OK;
}

static char *report_text(const struct qc_report *report, uint32_t format)
{
    switch (format) {
    case QEMUCORE_REPORT_MARKDOWN:
        return qc_markdown_report(report);
    case QEMUCORE_REPORT_JSON:
        return qc_json_report(report);
    case QEMUCORE_REPORT_BACKTRACE:
        return qc_backtrace_report(report);
    default:
        return qc_html_report(report);
    }
}

QC_EXPORT enum qemucore_status qemucore_report_render(struct qemucore *core,
                                                      const struct qemucore_report *report,
                                                      char **ret, struct qemucore_error *error)
{
    struct qemucore_report ours;
    QC_TRY(copy_report(&ours, report, error));
    struct qc_report all = {.draw = ours.draw, .opaque = ours.opaque};
    QC_TRY(report_find(core, &all, error));
    QC_FREE char *remedy = qc_api_remedy(core, all.info.state);
    QC_GUARD(qc_remedies_free) struct qc_remedies remedies = {0};
    qc_remedies_find(core->modules, NULL, &remedies);
    all.why.remedy = remedy;
    all.info.remedies = &remedies;
    bool redacted = (ours.flags & QEMUCORE_REPORT_REDACT) == 0 ||
                    qc_redaction_find(all.why.waits, all.why.verdict, &all.redaction);
    char *text = remedies.failed || !redacted ? NULL : report_text(&all, ours.format);
    qc_redaction_free(&all.redaction);
    QC_TRY_MEMORY(text != NULL, error);
    *ret = text;
    return QEMUCORE_OK;
}
