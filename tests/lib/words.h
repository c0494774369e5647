/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * words - the words of a line of mkcore's description, and errors that name the line
 *
 * Blanks separate words, and '#' begins a comment, but not in quotes; there, \" \\ \n and \xHH mean
 * the same as in C. The caller takes the words out of a line, by their key ("size=4096", anywhere)
 * or in their order. A word that is left in the end is an error.
 */
#pragma once

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 600

/* The words of the current line; NULL: already taken. */
static unsigned line_number;
static char *words[MAX_WORDS];
static size_t word_count;

static void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, line_number != 0 ? "mkcore: line %u: " : "mkcore: ", line_number);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static void split_line(char *at)
{
    static const char blanks[] = " \t\r\n";
    word_count = 0;
    while (at += strspn(at, blanks), *at != '\0' && *at != '#') {
        bool quoted = false;
        char *to = at;
        if (word_count == MAX_WORDS) {
            fail("more than %d words", MAX_WORDS);
        }
        words[word_count++] = to;
        while (*at != '\0' && (quoted || strchr(blanks, *at) == NULL)) {
            unsigned byte;
            int length;
            if (*at == '"') {
                quoted = !quoted;
                at++;
            } else if (quoted && sscanf(at, "\\x%2x%n", &byte, &length) == 1) {
                *to++ = (char)byte;
                at += length;
            } else if (quoted && at[0] == '\\' && at[1] != '\0') {
                *to++ = at[1] == 'n' ? '\n' : at[1];
                at += 2;
            } else {
                *to++ = *at++;
            }
        }
        if (quoted) {
            fail("a quote is not closed");
        }
        at += *at != '\0';
        *to = '\0';
    }
}

static uint64_t to_number(const char *text)
{
    char *end;
    uint64_t value;
    errno = 0;
    value = strtoull(text, &end, 0);
    if (*text == '\0' || *end != '\0' || errno != 0) {
        fail("'%s' is not a number", text);
    }
    return value;
}

/* Takes the first word that is left. Returns NULL if there is none. */
static char *next_word(void)
{
    for (size_t i = 0; i < word_count; i++) {
        if (words[i] != NULL) {
            char *word = words[i];
            words[i] = NULL;
            return word;
        }
    }
    return NULL;
}

static char *take_word(const char *what)
{
    char *word = next_word();
    return word != NULL ? word : (fail("%s is missing", what), NULL);
}

/* Cuts a word such as "key=value" at the separator. Returns the part after it. */
static const char *cut(char *word, char separator)
{
    char *at = strchr(word, separator);
    if (at == NULL) {
        fail("'%s' has no '%c'", word, separator);
    }
    *at = '\0';
    return at + 1;
}

/* Takes the word "key=value", wherever it is in the line. Returns its value, or `otherwise`. */
static const char *take_text(const char *key, const char *otherwise)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < word_count; i++) {
        if (words[i] != NULL && strncmp(words[i], key, length) == 0 && words[i][length] == '=') {
            const char *value = words[i] + length + 1;
            words[i] = NULL;
            return value;
        }
    }
    return otherwise;
}

static uint64_t take_number(const char *key, uint64_t otherwise)
{
    const char *value = take_text(key, NULL);
    return value != NULL ? to_number(value) : otherwise;
}
