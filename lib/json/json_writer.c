/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json/json_writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* JSON itself escapes the controls below space. DEL and C1 are not plain: terminals act on them. */
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

/* Appends UTF-8 in quotes (RFC 8259, section 7). */
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

static void put_newline(struct qc_json *json)
{
    qc_strbuf_put(&json->text, "\n");
    for (unsigned i = 0; i < json->depth; i++) {
        qc_strbuf_put(&json->text, "  ");
    }
}

/* ---- pages ---------------------------------------------------------------------------------- */

struct qc_json_page qc_json_page(const struct qemucore_render *render)
{
    return (struct qc_json_page){render->only, render->from, render->limit};
}

static bool is_named(const char *names, const char *name)
{
    size_t length = strlen(name);
    while (strncmp(names, name, length) != 0 || strchr(",", names[length]) == NULL) {
        names += strcspn(names, ",");
        if (*names++ == '\0') {
            return false;
        }
    }
    return true;
}

static bool is_cut(const struct qc_json_page *page, uint64_t count)
{
    return count != 0 && (page->from != 0 || (page->limit != 0 && count > page->limit));
}

/* Returns the innermost array if the page limits arrays and it is inside no other. Else NULL. */
static struct qc_json_level *paged_list(struct qc_json *json)
{
    struct qc_json_level *level = json->depth == 0 ? NULL : &json->levels[json->depth - 1];
    bool is_paged = json->page.from != 0 || json->page.limit != 0;
    return is_paged && level != NULL && level->closing == ']' && json->lists == 1 ? level : NULL;
}

/* Tells whether a member or element is shown. "schema" always is: it tells what the rest is. */
static bool is_on_page(struct qc_json *json, const char *key)
{
    const struct qc_json_page *page = &json->page;
    if (json->depth == 1 && page->only != NULL && key != NULL) {
        return strcmp(key, "schema") == 0 || is_named(page->only, key);
    }
    struct qc_json_level *list = paged_list(json);
    uint64_t index = list == NULL ? 0 : list->count++;
    return list == NULL || (index >= page->from &&
                            (page->limit == 0 || index - page->from < page->limit));
}

/* Adds an array that is not complete to "cut": "state.contexts": 12 */
static void note_cut(struct qc_json *json, uint64_t count)
{
    qc_strbuf_put(&json->cut, json->cut.length == 0 ? "\n    \"" : ",\n    \"");
    for (unsigned i = 1; i < json->depth; i++) {
        qc_strbuf_printf(&json->cut, "%s%s", i == 1 ? "" : ".", json->levels[i].key);
    }
    qc_strbuf_printf(&json->cut, "\": %" PRIu64, count);
    json->text.failed |= json->cut.failed;
}

static void put_cut(struct qc_json *json)
{
    qc_strbuf_put(&json->text, json->has_member ? "," : "");
    qc_strbuf_printf(&json->text, "\n  \"cut\": {%s\n  }", json->cut.text);
    json->has_member = true;
}

const char *qc_json_lacks(const char *document, const char *only, size_t *length)
{
    for (const char *name = only; name != NULL; name += *length + 1) {
        *length = strcspn(name, ",");
        /* Strings contain no newline, so this matches a member, and only of the document itself. */
        QC_FREE char *line = NULL;
        if (asprintf(&line, "\n  \"%.*s\": ", (int)*length, name) < 0 ||
            strstr(document, line) == NULL) {
            return name;
        }
        if (name[*length] == '\0') {
            break;
        }
    }
    return NULL;
}

/* ---- members -------------------------------------------------------------------------------- */

/* Begins a member or element. Returns false when it is not shown. */
static bool begin_member(struct qc_json *json, const char *key)
{
    if (json->hidden != 0 || !is_on_page(json, key)) {
        return false;
    }
    json->is_too_long |= json->most != 0 && json->text.length > json->most;
    json->text.failed |= json->is_too_long;
    if (json->depth != 0) {
        qc_strbuf_put(&json->text, json->has_member ? "," : "");
        put_newline(json);
    }
    if (key != NULL) {
        put_text(&json->text, key);
        qc_strbuf_put(&json->text, ": ");
    }
    json->has_member = true;
    return true;
}

void qc_json_set(struct qc_json *json, const char *key, struct qc_json_value value)
{
    if (!begin_member(json, key)) {
        return;
    }
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
    if (!begin_member(json, key)) {
        json->hidden++;
        return;
    }
    qc_strbuf_put(&json->text, opening);
    json->text.failed |= json->depth == QC_JSON_DEPTH;
    if (!json->text.failed) {
        json->levels[json->depth++] = (struct qc_json_level){key, closing, 0};
        json->lists += closing == ']';
    }
    json->has_member = false;
}

void qc_json_object(struct qc_json *json, const char *key)
{
    open_member(json, key, "{", '}');
}

bool qc_json_object_if(struct qc_json *json, const char *key, bool exists)
{
    if (exists) {
        qc_json_object(json, key);
    } else {
        qc_json_set(json, key, qc_json_null());
    }
    return exists;
}

void qc_json_array(struct qc_json *json, const char *key)
{
    open_member(json, key, "[", ']');
}

void qc_json_close(struct qc_json *json)
{
    if (json->hidden != 0) {
        json->hidden--;
        return;
    }
    if (json->text.failed) {
        return;
    }
    const struct qc_json_level *list = paged_list(json);
    if (list != NULL && is_cut(&json->page, list->count)) {
        note_cut(json, list->count);
    }
    if (json->depth == 1 && json->cut.length != 0) {
        put_cut(json);
    }
    json->depth--;
    if (json->has_member) {
        put_newline(json);
    }
    char closing = json->levels[json->depth].closing;
    qc_strbuf_printf(&json->text, "%c", closing);
    json->lists -= closing == ']';
    json->has_member = true;
}

/* Every newline of the document begins a line that is to be indented: strings contain none. */
void qc_json_document(struct qc_json *json, const char *key, const char *document)
{
    if (!begin_member(json, key)) {
        return;
    }
    while (*document != '\0') {
        size_t line = strcspn(document, "\n");
        qc_strbuf_printf(&json->text, "%.*s", (int)line, document);
        document += line;
        if (document[0] == '\n' && document[1] != '\0') {
            put_newline(json);
        }
        document += document[0] == '\n';
    }
}

char *qc_json_take(struct qc_json *json)
{
    qc_strbuf_put(&json->text, "\n");
    qc_strbuf_free(&json->cut);
    return qc_strbuf_take(&json->text);
}
