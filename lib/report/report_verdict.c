/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/report_sections.h"
#include "text/text.h"

/* Pieces of evidence that are shown unfolded. */
#define MOST_UNFOLDED 6
/* Warnings on the first screen; the findings have all of them. */
#define MOST_WARNINGS 4

bool qc_report_is_evidence(const struct qc_report *report, const struct qemucore_thread *thread)
{
    const struct qemucore_finding *finding = qc_why_decisive(report->why.verdict);
    return finding != NULL && qc_vec_any(&finding->evidence, piece, piece->thread == thread);
}

/* ---- the first screen ----------------------------------------------------------------------- */

static void html_card(struct qc_html *html, const char *title, const char *class,
                      const char *sentence)
{
    if (sentence != NULL && sentence[0] != '\0') {
        qc_html_printf(html, "<div class=\"card %s\"><h2>%s</h2><p>", class, title);
        qc_html_text(html, sentence);
        qc_html_put(html, "</p></div>\n");
    }
}

static void html_header(struct qc_html *html, const struct qc_report *report)
{
    struct qc_strbuf header = {0};
    qc_text_header(report->why.waits->process, qc_style_of(&qc_report_render), &header);
    qc_html_put(html, "<p class=process>");
    qc_html_rendering(html, &header);
    qc_html_tagged(html, "<br>QEMU ", report->info.version->version, "");
    qc_html_put(html, "</p>\n");
}

/* Tells whether the first screen shows warnings: only if nothing is stuck or has crashed. */
static bool has_warnings(const struct qc_verdict *verdict)
{
    return verdict->state != QC_VERDICT_STUCK && verdict->state != QC_VERDICT_CRASHED &&
           verdict->findings.list.count != 0 &&
           verdict->findings.list.items[0].severity == QC_SEVERITY_WARNING;
}

static void html_warnings(struct qc_html *html, const struct qc_verdict *verdict)
{
    for (size_t i = 0; has_warnings(verdict) && i < verdict->findings.list.count && i < MOST_WARNINGS;
         i++) {
        if (verdict->findings.list.items[i].severity == QC_SEVERITY_WARNING) {
            html_card(html, "Warning", "actor", verdict->findings.list.items[i].sentence);
        }
    }
}

static void html_moved(struct qc_html *html, const struct qc_comparison *comparison)
{
    struct qc_strbuf moved = {0};
    if (comparison != NULL) {
        qc_text_moved(comparison, &moved);
        QC_FREE char *sentence = qc_strbuf_take(&moved);
        html->text.failed |= sentence == NULL;
        html_card(html, "Since the earlier dump", "next", sentence);
    }
}

void qc_html_verdict(struct qc_html *html, const struct qc_report *report)
{
    const struct qc_verdict *verdict = report->why.verdict;
    const struct qemucore_finding *finding = qc_why_decisive(report->why.verdict);
    qc_html_printf(html, "<header class=\"verdict %s%s\">\n",
                   qc_verdict_state_name(verdict->state),
                   verdict->state == QC_VERDICT_HEALTHY && has_warnings(verdict) ? " warned" : "");
    html_header(html, report);
    qc_html_tagged(html, "<p class=warn>not QEMU? ", verdict->process_state->not_qemu, "</p>\n");
    qc_html_tagged(html, "<h1><span class=badge>", qc_text_headline(verdict), "</span> ");
    qc_html_text(html, verdict->sentence);
    qc_html_printf(html, "%s</h1>\n<div class=cards>\n", qc_text_full_stop(verdict->sentence));
    html_warnings(html, verdict);
    html_card(html, "Who must act", "actor", finding == NULL ? NULL : finding->actor);
    html_card(html, "Look next", "next", finding == NULL ? verdict->next : finding->next);
    html_moved(html, verdict->comparison);
    qc_html_put(html, "</div>\n</header>\n");
}

/* ---- findings ------------------------------------------------------------------------------- */

static void html_evidence(struct qc_html *html, const struct qemucore_evidence *evidence)
{
    struct qc_strbuf line = {0};
    qc_text_evidence(evidence, true, &line);
    qc_html_put(html, "<li>");
    qc_html_rendering(html, &line);
    if (evidence->thread != NULL) {
        int lwp = evidence->thread->core_thread->lwp;
        qc_html_printf(html, " <a href=\"#t%d\">stack of %d</a>", lwp, lwp);
    }
    qc_html_put(html, "</li>\n");
}

static void html_evidence_list(struct qc_html *html, const struct qemucore_finding *finding,
                               size_t first, size_t end)
{
    if (first != end) {
        qc_html_put(html, "<ul class=evidence>\n");
        for (size_t i = first; i < end; i++) {
            html_evidence(html, &finding->evidence.items[i]);
        }
        qc_html_put(html, "</ul>\n");
    }
}

static void html_finding(struct qc_html *html, const struct qemucore_finding *finding)
{
    size_t count = finding->evidence.count;
    for (size_t i = 0; i < finding->known.count; i++) {
        qc_html_tagged(html, "<p class=known>", finding->known.items[i].sentence, ".</p>\n");
    }
    html_evidence_list(html, finding, 0, qc_min(count, MOST_UNFOLDED));
    if (count > MOST_UNFOLDED) {
        qc_html_printf(html, "<details><summary>and %zu more</summary>\n", count - MOST_UNFOLDED);
        html_evidence_list(html, finding, MOST_UNFOLDED, count);
        qc_html_put(html, "</details>\n");
    }
    qc_html_put(html, finding->evidence_is_cut ? "<p>And more: the list ends at a limit.</p>\n" : "");
    qc_html_tagged(html, "<p class=rule>Rule ", finding->rule, "");
    qc_html_tagged(html, ", learned from: ", finding->origin, "</p>\n");
}

static void html_line(struct qc_html *html, const char *title, const char *sentence)
{
    if (sentence != NULL && sentence[0] != '\0') {
        qc_html_printf(html, "<p><b>%s</b> ", title);
        qc_html_text(html, sentence);
        qc_html_put(html, "</p>\n");
    }
}

static void html_other(struct qc_html *html, const struct qemucore_finding *finding)
{
    qc_html_tagged(html, "<details><summary><span class=severity>",
                   qc_severity_name(finding->severity), "");
    qc_html_tagged(html, "</span> ", finding->sentence, "</summary>\n");
    html_line(html, "Who must act", finding->actor);
    html_line(html, "Look next", finding->next);
    html_finding(html, finding);
    qc_html_put(html, "</details>\n");
}

void qc_html_findings(struct qc_html *html, const struct qc_report *report)
{
    const struct qc_verdict *verdict = report->why.verdict;
    const struct qemucore_finding *decisive = qc_why_decisive(report->why.verdict);
    qc_html_put(html, "<section id=evidence><h2>Evidence</h2>\n");
    if (decisive != NULL) {
        html_finding(html, decisive);
    } else {
        qc_html_put(html, "<p>No rule has found anything.</p>\n");
    }
    bool has_others = verdict->findings.list.count > (decisive != NULL);
    qc_html_put(html, has_others ? "<h3>Also found</h3>\n" : "");
    for (size_t i = 0; i < verdict->findings.list.count; i++) {
        if (&verdict->findings.list.items[i] != decisive) {
            html_other(html, &verdict->findings.list.items[i]);
        }
    }
    qc_html_put(html, verdict->findings.are_cut ? "<p>And more: the list ends at a limit.</p>\n" : "");
    qc_html_put(html, "</section>\n");
}

/* ---- what could not be told ----------------------------------------------------------------- */

static void html_sentence(struct qc_html *html, const char *sentence, size_t *count)
{
    if (sentence != NULL) {
        qc_html_put(html, (*count)++ == 0 ? "<ul>\n<li>" : "<li>");
        qc_html_text(html, sentence);
        qc_html_put(html, "</li>\n");
    }
}

void qc_html_unknown(struct qc_html *html, const struct qc_report *report)
{
    const struct qc_verdict *verdict = report->why.verdict;
    const struct qc_core *core = report->why.waits->process->core;
    size_t count = 0;
    qc_html_put(html, "<section id=unknown><h2>What could not be told</h2>\n");
    html_sentence(html, report->why.remedy, &count);
    for (size_t i = 0; i < verdict->findings.unknown.count; i++) {
        html_sentence(html, verdict->findings.unknown.items[i], &count);
    }
    for (size_t i = 0; i < report->graph->problems.count; i++) {
        html_sentence(html, report->graph->problems.items[i], &count);
    }
    html_sentence(html, report->coroutines->coroutines->why_cut, &count);
    for (size_t i = 0; i < core->missing.count; i++) {
        html_sentence(html, core->missing.items[i].sentence, &count);
    }
    for (size_t i = 0; i < report->info.remedies->count; i++) {
        html_sentence(html, report->info.remedies->items[i].module->problem, &count);
    }
    qc_html_put(html, count == 0 ? "<p>Nothing that was looked for was missing.</p>\n" : "</ul>\n");
    qc_html_put(html, "</section>\n");
}
