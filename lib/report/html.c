/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/html.h"

#include <string.h>

#include "text/text.h"

void qc_html_put(struct qc_html *html, const char *markup)
{
    qc_strbuf_put(&html->text, markup);
}

/* ---- characters ----------------------------------------------------------------------------- */

static const char *entity_of(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return "&#39;";
    }
}

/* Appends a tag: "\033[31m" opens a warning, "\033[0m" closes all. Returns the length read. */
static size_t put_style(struct qc_html *html, const char *text, unsigned *open)
{
    static const struct {
        const char *sequence;
        const char *tag;
    } styles[] = {{"\033[1m", "<span class=bold>"},
                  {"\033[2m", "<span class=dim>"},
                  {"\033[33m", "<span class=fn>"},
                  {"\033[31m", "<span class=warn>"}};
    for (size_t i = 0; i < qc_count(styles); i++) {
        size_t length = strlen(styles[i].sequence);
        if (strncmp(text, styles[i].sequence, length) == 0) {
            ++*open;
            qc_html_put(html, styles[i].tag);
            return length;
        }
    }
    for (; *open != 0; --*open) {
        qc_html_put(html, "</span>");
    }
    return qc_str_begins(text, "\033[0m") ? 4 : 1;
}

/* Appends a rendering that has been redacted. */
static void put_characters(struct qc_html *html, const char *text)
{
    unsigned open = 0;
    while (*text != '\0') {
        size_t plain = strcspn(text, "&<>\"'\033");
        qc_strbuf_printf(&html->text, "%.*s", (int)plain, text);
        text += plain;
        if (*text == '\033') {
            text += put_style(html, text, &open);
        } else if (*text != '\0') {
            qc_html_put(html, entity_of(*text++));
        }
    }
    for (; open != 0; open--) {
        qc_html_put(html, "</span>");
    }
}

/* ---- texts ---------------------------------------------------------------------------------- */

/* Drops leading newlines: a page needs no empty line before a rendering. */
static void put_redacted(struct qc_html *html, const char *text)
{
    QC_FREE char *redacted = qc_redact(html->redaction, text);
    html->text.failed |= redacted == NULL;
    put_characters(html, redacted == NULL ? "" : redacted + strspn(redacted, "\n"));
}

void qc_html_rendering(struct qc_html *html, struct qc_strbuf *rendering)
{
    html->text.failed |= rendering->failed;
    put_redacted(html, rendering->length == 0 ? "" : rendering->text);
    qc_strbuf_free(rendering);
}

void qc_html_text(struct qc_html *html, const char *text)
{
    struct qc_strbuf escaped = {0};
    if (text != NULL) {
        qc_strbuf_put_escaped(&escaped, text);
        qc_html_rendering(html, &escaped);
    }
}

void qc_html_tagged(struct qc_html *html, const char *before, const char *text, const char *after)
{
    if (text != NULL) {
        qc_html_put(html, before);
        qc_html_text(html, text);
        qc_html_put(html, after);
    }
}

void qc_html_cell(struct qc_html *html, char *cell)
{
    html->text.failed |= cell == NULL;
    put_redacted(html, qc_str_or(cell, ""));
    free(cell);
}

/* Appends a line of a part. The first has the label in front, the others blanks of that width. */
static void put_part_line(struct qc_html *html, char *line, bool *is_open)
{
    bool has_label = qc_str_begins(line, "\033[1m");
    char *label_end = has_label ? strstr(line, "\033[0m") : NULL;
    if (label_end != NULL) {
        *label_end = '\0';
        qc_html_put(html, *is_open ? "</dd></div>\n<div><dt>" : "<div><dt>");
        put_characters(html, line + 4);
        qc_html_put(html, "</dt><dd>");
        *is_open = true;
        line = label_end + 4;
        put_characters(html, line + strspn(line, " "));
    } else if (*is_open) {
        size_t indent = strspn(line, " ");
        qc_html_put(html, "\n");
        put_characters(html, line + qc_min(indent, QC_TEXT_COLUMN_FACT));
    }
}

void qc_html_parts(struct qc_html *html, struct qc_strbuf *rendering)
{
    QC_FREE char *redacted =
        qc_redact(html->redaction, rendering->length == 0 ? "" : rendering->text);
    bool is_open = false;
    char *rest = redacted;
    char *line;
    html->text.failed |= rendering->failed || redacted == NULL;
    qc_html_put(html, "<dl class=parts>\n");
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (*line != '\0') {
            put_part_line(html, line, &is_open);
        }
    }
    qc_html_put(html, is_open ? "</dd></div>\n</dl>\n" : "</dl>\n");
    qc_strbuf_free(rendering);
}
