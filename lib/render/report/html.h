/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * html - writes a page: all markup is the library's, everything else becomes text
 *
 *     qc_html_put(&html, "<td>");
 *     qc_html_text(&html, thread->name);
 *     qc_html_put(&html, "</td>");
 *
 * A text of the dump cannot become markup: characters of markup become entities; control
 * characters, bytes that are not UTF-8 and characters that change the direction of writing are
 * spelled out. What the redaction leaves out never reaches the page.
 *
 * Texts of other renderings keep their styles: bytes of the dump are escaped in them, so that all
 * escape characters come from the library (text.h).
 */
#ifndef QC_RENDER_REPORT_HTML_H
#define QC_RENDER_REPORT_HTML_H

#include "render/report/redact.h"

struct qc_html {
    struct qc_strbuf text;
    const struct qc_redaction *redaction;
};

/* Append markup of the library. */
void qc_html_put(struct qc_html *html, const char *markup);
void qc_html_printf(struct qc_html *html, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends a text of the dump; nothing for NULL. */
void qc_html_text(struct qc_html *html, const char *text);

/* Appends a rendering and frees it. ANSI sequences become <span class=bold>, dim, fn or warn. */
void qc_html_rendering(struct qc_html *html, struct qc_strbuf *rendering);

/* The same for a cell of a table, which is freed by free(3). NULL: out of memory. */
void qc_html_cell(struct qc_html *html, char *cell);

/* Appends a rendering of labels with facts (text.h) as a list of terms and descriptions. */
void qc_html_parts(struct qc_html *html, struct qc_strbuf *rendering);

#endif
