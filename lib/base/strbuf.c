/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/strbuf.h"

#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/utf8.h"

static bool strbuf_reserve(struct qc_strbuf *buffer, size_t more)
{
    if (buffer->failed) {
        return false;
    }
    size_t needed = buffer->length + more + 1;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity < 256 ? 256 : buffer->capacity * 2;
        if (capacity < needed) {
            capacity = needed;
        }
        char *grown = realloc(buffer->text, capacity);
        if (grown == NULL) {
            buffer->failed = true;
            return false;
        }
        buffer->text = grown;
        buffer->capacity = capacity;
    }
    return true;
}

static void strbuf_append(struct qc_strbuf *buffer, const char *text, size_t length)
{
    if (strbuf_reserve(buffer, length)) {
        memcpy(buffer->text + buffer->length, text, length);
        buffer->length += length;
        buffer->text[buffer->length] = '\0';
    }
}

void qc_strbuf_put(struct qc_strbuf *buffer, const char *text)
{
    strbuf_append(buffer, text, strlen(text));
}

/* Switches this thread to the locale "C", in which numbers have a decimal point; returns the locale
   to go back to. "C" for all categories is a constant of the C library, and takes no memory. */
static locale_t locale_leave(void)
{
    return uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

void qc_strbuf_printf(struct qc_strbuf *buffer, const char *format, ...)
{
    locale_t outer = locale_leave();
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || !strbuf_reserve(buffer, (size_t)length)) {
        buffer->failed = true;
    } else {
        va_start(arguments, format);
        vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, arguments);
        va_end(arguments);
        buffer->length += (size_t)length;
    }
    uselocale(outer);
}

void qc_strbuf_put_escaped(struct qc_strbuf *buffer, const char *text)
{
    while (*text != '\0') {
        size_t length = qc_utf8_length(text);
        if (length != 0) {
            strbuf_append(buffer, text, length);
            text += length;
        } else if (*text == '\n' || *text == '\t') {
            qc_strbuf_put(buffer, *text == '\n' ? "\\n" : "\\t");
            text++;
        } else {
            qc_strbuf_printf(buffer, "\\x%02x", (uint8_t)*text);
            text++;
        }
    }
}

void qc_strbuf_pad(struct qc_strbuf *buffer, size_t column)
{
    size_t at = 0;
    for (size_t i = buffer->length; i > 0 && buffer->text[i - 1] != '\n'; i--) {
        at += (buffer->text[i - 1] & 0xc0) != 0x80;
    }
    do {
        strbuf_append(buffer, " ", 1);
        at++;
    } while (at < column && !buffer->failed);
}

char *qc_strbuf_take(struct qc_strbuf *buffer)
{
    if (!strbuf_reserve(buffer, 0)) {
        qc_strbuf_free(buffer);
        return NULL;
    }
    char *text = buffer->text;
    text[buffer->length] = '\0';
    *buffer = (struct qc_strbuf){0};
    return text;
}

void qc_strbuf_free(struct qc_strbuf *buffer)
{
    free(buffer->text);
    *buffer = (struct qc_strbuf){0};
}

static bool needs_no_quotes(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%+=:,./_-";
    return text[0] != '\0' && text[strspn(text, plain)] == '\0';
}

static bool fits_single_quotes(const char *text)
{
    while (*text != '\0') {
        size_t length = qc_utf8_length(text);
        if (length == 0 || *text == '\'') {
            return false;
        }
        text += length;
    }
    return true;
}

void qc_strbuf_put_word(struct qc_strbuf *buffer, const char *text)
{
    if (needs_no_quotes(text)) {
        qc_strbuf_put(buffer, text);
    } else if (fits_single_quotes(text)) {
        qc_strbuf_put(buffer, "'");
        qc_strbuf_put(buffer, text);
        qc_strbuf_put(buffer, "'");
    } else {
        /* $'...' reads the escapes of put_escaped. Only ' and \ need a backslash of their own. */
        qc_strbuf_put(buffer, "$'");
        for (const char *at = text; *at != '\0';) {
            size_t plain = strcspn(at, "'\\");
            QC_FREE char *part = strndup(at, plain);
            buffer->failed |= part == NULL;
            qc_strbuf_put_escaped(buffer, part == NULL ? "" : part);
            at += plain;
            if (*at != '\0') {
                qc_strbuf_printf(buffer, "\\%c", *at);
                at++;
            }
        }
        qc_strbuf_put(buffer, "'");
    }
}

char *qc_vformat(const char *format, va_list arguments)
{
    char *text;
    locale_t outer = locale_leave();
    int length = vasprintf(&text, format, arguments);
    uselocale(outer);
    return length < 0 ? NULL : text;
}

char *qc_format(const char *format, ...)
{
    return QC_FORMATTED(format);
}
