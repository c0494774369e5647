/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_html - the page: the verdict first, then who waits for whom, stacks, state, modules
 */
#include <inttypes.h>
#include <string.h>

#include "report/report_page.h"
#include "report/report_sections.h"
#include "text/text.h"

/* ---- the wait graph ------------------------------------------------------------------------- */

/* Appends an SVG file without its prologue, which no page may have. Returns false for no SVG. */
static bool html_svg(struct qc_html *html, char *svg)
{
    char *start = svg == NULL ? NULL : strstr(svg, "<svg");
    char *end = start == NULL ? NULL : strstr(start, "</svg>");
    if (end == NULL) {
        return false;
    }
    end[strlen("</svg>")] = '\0';
    qc_html_put(html, "<div class=graph role=img tabindex=0 aria-label=\"The wait graph; the lines "
                      "below say the same\">\n");
    qc_html_put(html, start);
    qc_html_put(html, "\n</div>\n");
    return true;
}

static void html_picture(struct qc_html *html, const struct qc_report *report)
{
    struct qc_strbuf dot = {0};
    bool is_drawn = qc_dot_locks(report->why.waits, report->graph, true, &dot);
    QC_FREE char *text = qc_strbuf_take(&dot);
    QC_FREE char *redacted = text == NULL ? NULL : qc_redact_labels(&report->redaction, text);
    html->text.failed |= redacted == NULL;
    if (redacted == NULL || !is_drawn) {
        return;
    }
    QC_FREE char *svg = report->draw == NULL ? NULL : report->draw(report->opaque, redacted);
    if (!html_svg(html, svg)) {
        qc_html_put(html, "<p class=dim>The graph is not drawn: Graphviz was not there to do it. "
                          "These are its lines:</p>\n");
    }
}

static void html_waits(struct qc_html *html, const struct qc_report *report)
{
    struct qc_strbuf summary = {0};
    qc_html_put(html, "<section id=waits><h2>Who waits for whom</h2>\n");
    html_picture(html, report);
    qc_text_locks_story(report->why.waits, report->graph, &qc_report_render, &summary);
    qc_html_put(html, "<pre>");
    qc_html_rendering(html, &summary);
    qc_html_put(html, "</pre>\n</section>\n");
}

/* ---- locks ---------------------------------------------------------------------------------- */

static void html_lock_cell(struct qc_html *html, const struct qemucore_lock *lock,
                           void (*fill)(const struct qemucore_lock *, struct qc_strbuf *))
{
    struct qc_strbuf cell = {0};
    fill(lock, &cell);
    qc_html_put(html, "<td>");
    qc_html_rendering(html, &cell);
    qc_html_put(html, "</td>");
}

static void html_locks(struct qc_html *html, const struct qc_report *report)
{
    QC_GUARD(qc_vec_guard) struct qc_lock_rows rows = {0};
    html->text.failed |= !qc_locks_rows(report->graph, &qc_report_render, &rows);
    size_t busy = 0;
    for (size_t i = 0; i < rows.count; i++) {
        busy += !rows.items[i]->quiet; /* the BQL is a row even if it is free */
    }
    qc_html_printf(html, "<section id=locks><h2>Locks <small>%zu that somebody holds or waits for"
                         "</small></h2>\n", busy);
    qc_html_put(html, "<div class=table tabindex=0 role=region aria-label=Locks><table>\n<thead><tr>"
                      "<th>Kind</th><th>Object</th><th>State</th><th>Threads</th></tr></thead>\n"
                      "<tbody>\n");
    for (size_t i = 0; i < rows.count; i++) {
        qc_html_tagged(html, "<tr><td>", qc_lock_types[rows.items[i]->kind].name, "</td>");
        html_lock_cell(html, rows.items[i], qc_text_lock);
        html_lock_cell(html, rows.items[i], qc_text_lock_state);
        html_lock_cell(html, rows.items[i], qc_text_lock_waiters);
        qc_html_put(html, "</tr>\n");
    }
    qc_html_put(html, "</tbody></table></div>\n</section>\n");
}

/* ---- state, process, modules ---------------------------------------------------------------- */

static void html_state(struct qc_html *html, const struct qc_report *report)
{
    struct qc_strbuf state = {0};
    qc_text_state(report->why.waits, report->why.verdict->process_state, &qc_report_render, false,
                  &state);
    qc_html_put(html, "<section id=state><h2>State and RAM</h2>\n");
    qc_html_parts(html, &state);
    qc_html_put(html, "</section>\n");
}

/* Appends the command line of a redacted report: its options, without their values. */
static void text_options(const struct qc_report *report, struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(&qc_report_render);
    const char *argument = NULL;
    qc_strbuf_printf(buffer, "%scommand%s    ", style->bold, style->off);
    while ((argument = qc_command_line_next(report->info.command_line, argument)) != NULL) {
        qc_text_put(" ", qc_redact_argument(&report->redaction, argument), "", buffer);
    }
    qc_strbuf_put(buffer, "\n");
}

static void html_process(struct qc_html *html, const struct qc_report *report)
{
    const struct qc_style *style = qc_style_of(&qc_report_render);
    struct qc_strbuf process = {0};
    qc_text_info_process(&report->info, style, &process);
    if (report->redaction.is_on) {
        text_options(report, &process);
    } else {
        qc_text_info_command(&report->info, style, &process);
    }
    qc_text_info_debug(&report->info, style, &process);
    qc_html_put(html, "<section id=process><h2>Process</h2>\n");
    qc_html_parts(html, &process);
    qc_html_put(html, "</section>\n");
}

static void html_module(struct qc_html *html, const struct qc_remedy *remedy)
{
    const struct qemucore_module *module = remedy->module;
    qc_html_tagged(html, "<tr><td>", module->path[0] == '\0' ? "(no name)" : module->path, "");
    qc_html_tagged(html, "<br><span class=warn>", module->problem, "</span>");
    qc_html_printf(html, "</td><td>%s</td><td><code>%s</code></td>", qc_text_debug_word(remedy),
                   module->build_id.size == 0 ? "-" : module->build_id_text);
    qc_html_printf(html, "<td><code>0x%" PRIx64 "</code></td><td><code>0x%" PRIx64
                         "</code></td></tr>\n", module->start, module->end);
}

static void html_modules(struct qc_html *html, const struct qc_report *report)
{
    const struct qc_remedies *remedies = report->info.remedies;
    qc_html_printf(html, "<section id=modules><h2>Modules <small>%zu</small></h2>\n",
                   remedies->count);
    qc_html_put(html, "<div class=table tabindex=0 role=region aria-label=Modules><table>\n<thead>"
                      "<tr><th>Module</th><th>Debug info</th><th>Build-id</th><th>Start</th>"
                      "<th>End</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < remedies->count; i++) {
        html_module(html, &remedies->items[i]);
    }
    qc_html_put(html, "</tbody></table></div>\n</section>\n");
}

/* ---- the page ------------------------------------------------------------------------------- */

static void html_head(struct qc_html *html, const struct qc_report *report)
{
    qc_html_put(html, "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
                      "<meta http-equiv=Content-Security-Policy content=\"" QC_PAGE_POLICY "\">\n"
                      "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=color-scheme content=\"light dark\">\n<title>");
    qc_html_text(html, qc_text_headline(report->why.verdict));
    qc_html_put(html, ": ");
    qc_html_text(html, report->why.verdict->sentence);
    qc_html_put(html, "</title>\n<style>\n" QC_PAGE_STYLE "</style>\n</head>\n<body>\n");
}

static void html_navigation(struct qc_html *html)
{
    static const struct {
        const char *id;
        const char *title;
    } links[] = {{"evidence", "Evidence"}, {"requests", "Requests"}, {"waits", "Waits"},
                 {"threads", "Threads"},   {"coroutines", "Coroutines"}, {"locks", "Locks"},
                 {"state", "State"},       {"process", "Process"}, {"modules", "Modules"},
                 {"unknown", "Not told"}};
    qc_html_put(html, "<nav aria-label=Sections><ol>\n");
    for (size_t i = 0; i < qc_count(links); i++) {
        qc_html_printf(html, "<li><a href=\"#%s\">%s</a></li>\n", links[i].id, links[i].title);
    }
    qc_html_put(html, "</ol></nav>\n");
}

static void html_footer(struct qc_html *html, const struct qc_report *report)
{
    qc_html_tagged(html, "</main>\n<footer><p>Signature, the same for the same hang: <code>",
                   report->why.verdict->signature, "</code></p>\n");
    qc_html_put(html, report->redaction.is_on
                          ? "<p>Strings, paths and the values of the command line are left out.</p>\n"
                          : "<p>This page has strings, paths and the command line of the process.</p>\n");
    qc_html_put(html, "</footer>\n<script>" QC_PAGE_SCRIPT "</script>\n</body>\n</html>\n");
}

char *qc_html_report(const struct qc_report *report)
{
    struct qc_html page = {.redaction = &report->redaction};
    html_head(&page, report);
    qc_html_verdict(&page, report);
    html_navigation(&page);
    qc_html_put(&page, "<main>\n");
    qc_html_findings(&page, report);
    qc_html_requests(&page, report);
    html_waits(&page, report);
    qc_html_threads(&page, report);
    qc_html_coroutines(&page, report);
    html_locks(&page, report);
    html_state(&page, report);
    html_process(&page, report);
    html_modules(&page, report);
    qc_html_unknown(&page, report);
    html_footer(&page, report);
    return qc_strbuf_take(&page.text);
}
