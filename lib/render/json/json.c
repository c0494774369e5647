/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/json/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The controls below space have escapes of JSON's own; DEL and C1 would drive a terminal. */
static bool is_plain(const char *text)
{
    while (*text != '\0') {
        size_t length = (unsigned char)*text < 0x20 ? 1 : qc_utf8_length(text);
        if (length == 0) {
            return false;
        }
        text += length;
    }
    return true;
}

/* UTF-8 between quotes (RFC 8259, section 7). */
static void put_quoted(struct qc_strbuf *buffer, const char *text)
{
    static const char escaped[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    qc_strbuf_put(buffer, "\"");
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\') {
            plain++;
        }
        qc_strbuf_printf(buffer, "%.*s", (int)plain, text);
        text += plain;
        const char *found = *text == '\0' ? NULL : strchr(escaped, *text);
        if (found != NULL) {
            qc_strbuf_printf(buffer, "\\%c", letters[found - escaped]);
        } else if (*text != '\0') {
            qc_strbuf_printf(buffer, "\\u%04X", (unsigned char)*text);
        }
        text += *text != '\0';
    }
    qc_strbuf_put(buffer, "\"");
}

static void put_text(struct qc_strbuf *buffer, const char *text)
{
    struct qc_strbuf escaped = {0};
    if (is_plain(text)) {
        put_quoted(buffer, text);
        return;
    }
    qc_strbuf_put_escaped(&escaped, text);
    char *taken = qc_strbuf_take(&escaped);
    if (taken != NULL) {
        put_quoted(buffer, taken);
    }
    buffer->failed |= taken == NULL;
    free(taken);
}

static void put_line(struct qc_json *json)
{
    qc_strbuf_put(&json->text, "\n");
    for (unsigned i = 0; i < json->depth; i++) {
        qc_strbuf_put(&json->text, "  ");
    }
}

static void begin_member(struct qc_json *json, const char *key)
{
    if (json->depth != 0) {
        qc_strbuf_put(&json->text, json->has_member ? "," : "");
        put_line(json);
    }
    if (key != NULL) {
        put_text(&json->text, key);
        qc_strbuf_put(&json->text, ": ");
    }
    json->has_member = true;
}

void qc_json_set(struct qc_json *json, const char *key, struct qc_json_value value)
{
    begin_member(json, key);
    switch (value.kind) {
    case QC_JSON_NULL:
        qc_strbuf_put(&json->text, "null");
        break;
    case QC_JSON_BOOL:
        qc_strbuf_put(&json->text, value.number != 0 ? "true" : "false");
        break;
    case QC_JSON_SIGNED:
        qc_strbuf_printf(&json->text, "%" PRId64, (int64_t)value.number);
        break;
    case QC_JSON_UNSIGNED:
        qc_strbuf_printf(&json->text, "%" PRIu64, value.number);
        break;
    case QC_JSON_ADDRESS:
        qc_strbuf_printf(&json->text, "\"0x%" PRIx64 "\"", value.number);
        break;
    case QC_JSON_TEXT:
        put_text(&json->text, value.text);
        break;
    }
}

static void open_member(struct qc_json *json, const char *key, const char *opening, char closing)
{
    begin_member(json, key);
    qc_strbuf_put(&json->text, opening);
    json->text.failed |= json->depth == QC_JSON_DEPTH;
    if (!json->text.failed) {
        json->closing[json->depth++] = closing;
    }
    json->has_member = false;
}

void qc_json_object(struct qc_json *json, const char *key)
{
    open_member(json, key, "{", '}');
}

void qc_json_array(struct qc_json *json, const char *key)
{
    open_member(json, key, "[", ']');
}

void qc_json_close(struct qc_json *json)
{
    if (json->text.failed) {
        return;
    }
    json->depth--;
    if (json->has_member) {
        put_line(json);
    }
    qc_strbuf_printf(&json->text, "%c", json->closing[json->depth]);
    json->has_member = true;
}

/* No string of ours has a line's end in it. */
void qc_json_document(struct qc_json *json, const char *key, const char *document)
{
    begin_member(json, key);
    while (*document != '\0') {
        size_t line = strcspn(document, "\n");
        qc_strbuf_printf(&json->text, "%.*s", (int)line, document);
        document += line;
        if (document[0] == '\n' && document[1] != '\0') {
            put_line(json);
        }
        document += document[0] == '\n';
    }
}

char *qc_json_take(struct qc_json *json)
{
    qc_strbuf_put(&json->text, "\n");
    return qc_strbuf_take(&json->text);
}
