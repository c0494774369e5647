/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * strbuf - a growing text
 *
 * After a failed allocation, later calls do nothing and qc_strbuf_take returns NULL: so a renderer
 * checks once, at its end.
 */
#pragma once

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
 * Appends text from the dump. Control characters, DEL, characters that change the direction of
 * text, and bytes that are not UTF-8 become \n, \t or \xNN: a file name in a core must not control
 * the reader's terminal.
 */
void qc_strbuf_put_escaped(struct qc_strbuf *buffer, const char *text);

/* Appends spaces, at least one, up to a column: a number of characters after the last newline. */
void qc_strbuf_pad(struct qc_strbuf *buffer, size_t column);

/* Returns the text, to be freed by free(3), and empties the buffer. NULL: out of memory. */
char *qc_strbuf_take(struct qc_strbuf *buffer);
void qc_strbuf_free(struct qc_strbuf *buffer);

/* Return a new text, to be freed by free(3). NULL: out of memory. */
char *qc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *qc_vformat(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Does the same in a variadic function, for `format`, its last named parameter. */
#define QC_FORMATTED(format)                             \
    __extension__({                                      \
        va_list arguments_;                              \
        va_start(arguments_, format);                    \
        char *formatted_ = qc_vformat(format, arguments_); \
        va_end(arguments_);                              \
        formatted_;                                      \
    })

/* Endings of a noun and of a verb: "1 thread waits", "2 threads wait". */
static inline const char *qc_noun_s(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static inline const char *qc_verb_s(uint64_t count)
{
    return count == 1 ? "s" : "";
}

/* Appends text as one word of a shell command, quoted if needed: by $'...' if it has a single
   quote, a control character or a byte that is not UTF-8, else by '...'. */
void qc_strbuf_put_word(struct qc_strbuf *buffer, const char *text);
