/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * html - writes a page: markup is ours alone, and whatever else there is becomes text
 *
 *     qc_html_put(&html, "<td>");
 *     qc_html_text(&html, thread->name);
 *     qc_html_put(&html, "</td>");
 *
 * A text of the dump can't leave its place: characters of markup become entities; control characters,
 * bytes that are not UTF-8 and characters that turn the direction of writing are spelled. What the
 * redaction leaves out never comes to the page.
 *
 * Texts that other renderings have made are taken over with their styles: no byte of the dump is an
 * escape character in them, so those that there are, are ours (text_header.h).
 */
#ifndef QC_RENDER_REPORT_HTML_H
#define QC_RENDER_REPORT_HTML_H

#include "render/report/redact.h"

struct qc_html {
    struct qc_strbuf text;
    const struct qc_redaction *redaction;
};

/* Markup of ours. */
void qc_html_put(struct qc_html *html, const char *markup);
void qc_html_printf(struct qc_html *html, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A text of the dump; NULL: nothing. */
void qc_html_text(struct qc_html *html, const char *text);

/* A rendering, which is emptied: ANSI sequences become <b> and <span>s of the classes dim, fn, warn. */
void qc_html_rendering(struct qc_html *html, struct qc_strbuf *rendering);

/* The same of a cell, malloc, which is freed; NULL: no memory. */
void qc_html_cell(struct qc_html *html, char *cell);

/* A rendering of labels and what belongs to each (text_part.h), as terms and their descriptions. */
void qc_html_parts(struct qc_html *html, struct qc_strbuf *rendering);

#endif
