/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * strbuf - a growing text
 *
 * A failed allocation is remembered, later calls do nothing, and qc_strbuf_take answers NULL: so
 * a rendering checks once, at its end.
 */
#ifndef QC_BASE_STRBUF_H
#define QC_BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qc_strbuf {
    char *text;
    size_t length;
    size_t capacity;
    bool failed;
};

void qc_strbuf_put(struct qc_strbuf *buffer, const char *text);
void qc_strbuf_printf(struct qc_strbuf *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Text from the dump: control characters, DEL, what turns the direction of text, and bytes that are not UTF-8 become
 * \n, \t or \xNN, so that a file name in a core can't drive the reader's terminal.
 */
void qc_strbuf_put_escaped(struct qc_strbuf *buffer, const char *text);

/* Spaces up to a column, at least one; columns are counted from the last newline, in characters. */
void qc_strbuf_pad(struct qc_strbuf *buffer, size_t column);

/* The text, to be freed by free(3); NULL when memory ran out. Empties the buffer. */
char *qc_strbuf_take(struct qc_strbuf *buffer);
void qc_strbuf_free(struct qc_strbuf *buffer);

/* A text of its own, to be freed by free(3); NULL: out of memory. */
char *qc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *qc_vformat(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* "1 thread waits", "2 threads wait". */
static inline const char *qc_noun_s(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static inline const char *qc_verb_s(uint64_t count)
{
    return count == 1 ? "s" : "";
}

/* As one word of a shell's command; control characters and what is not UTF-8 by $'...'. */
void qc_strbuf_put_word(struct qc_strbuf *buffer, const char *text);

#endif
