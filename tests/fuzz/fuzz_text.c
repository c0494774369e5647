/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_text - any bytes as a text of the dump, escaped for JSON, HTML and a terminal
 */
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "json/json_writer.h"
#include "report/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* UTF-8 without control characters. */
static void check_characters(const char *text)
{
    for (size_t length; *text != '\0'; text += length) {
        length = qc_utf8_length(text);
        check(length != 0);
        check((unsigned char)*text >= 0x20 && *text != 0x7f);
    }
}

/* RFC 8259, 7: a quotation mark within the string is escaped, and each escape is a valid one. */
static void check_json(const char *text)
{
    check(text != NULL && text[0] == '"');
    check_characters(text);
    for (text++; *text != '"'; text++) {
        if (*text == '\\') {
            text++;
            check(*text != '\0' && strchr("\"\\/bfnrtu", *text) != NULL);
            check(*text != 'u' || strspn(text + 1, "0123456789abcdefABCDEF") >= 4);
        }
        check(*text != '\0');
    }
    check(text[1] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct qc_json json = {0};
    struct qc_html html = {0};
    struct qc_strbuf shown = {0};
    check(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    qc_json_set(&json, NULL, qc_json_text(text));
    qc_html_text(&html, text);
    qc_strbuf_put_escaped(&shown, text);
    qc_strbuf_put(&shown, "");
    char *taken[] = {qc_json_take(&json), qc_strbuf_take(&html.text), qc_strbuf_take(&shown)};
    check(taken[0] != NULL);
    taken[0][strcspn(taken[0], "\n")] = '\0';
    check_json(taken[0]);
    check(taken[1] == NULL || taken[1][strcspn(taken[1], "<>\"")] == '\0');
    for (size_t i = 1; i < 3; i++) {
        check(taken[i] != NULL || size == 0 || text[0] == '\0');
        check_characters(taken[i] == NULL ? "" : taken[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        free(taken[i]);
    }
    free(text);
    return 0;
}
