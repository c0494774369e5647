/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * html - writes a page: all markup is the library's, everything else becomes text
 *
 *     qc_html_put(&html, "<tr>");
 *     qc_html_tagged(&html, "<td>", thread->name, "</td></tr>\n");
 *
 * A text of the dump cannot become markup: characters of markup become entities; control
 * characters, bytes that are not UTF-8 and characters that change the direction of writing are
 * spelled out. What the redaction leaves out never reaches the page.
 *
 * Texts of other renderings keep their styles: bytes of the dump are escaped in them, so that all
 * escape characters come from the library (text.h).
 */
#pragma once

#include "report/redact.h"

struct qc_html {
    struct qc_strbuf text;
    const struct qc_redaction *redaction;
};

/* Append markup of the library. */
void qc_html_put(struct qc_html *html, const char *markup);
#define qc_html_printf(html, ...) qc_strbuf_printf(&(html)->text, __VA_ARGS__)

/* Append a text of the dump; the same between markup. Nothing for NULL. */
void qc_html_text(struct qc_html *html, const char *text);
void qc_html_tagged(struct qc_html *html, const char *before, const char *text, const char *after);

/* Appends a rendering and frees it. ANSI sequences become <span class=bold>, dim, fn or warn. */
void qc_html_rendering(struct qc_html *html, struct qc_strbuf *rendering);

/* The same for a cell of a table, which is freed by free(3). NULL: out of memory. */
void qc_html_cell(struct qc_html *html, char *cell);

/* Appends a rendering of labels with facts (text.h) as a list of terms and descriptions. */
void qc_html_parts(struct qc_html *html, struct qc_strbuf *rendering);
