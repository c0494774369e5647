/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * str - comparing texts that may be NULL; the letters of ASCII; the name in a path
 *
 * The functions of <ctype.h> go by the locale of the program that uses the library. In a Turkish one
 * 'I' has no lower case of one byte, and in an 8-bit one there are letters beyond 'z'.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* False if text is NULL: an unknown text equals nothing. */
static inline bool qc_str_is(const char *text, const char *other)
{
    return text != NULL && strcmp(text, other) == 0;
}

/* Returns other if text is NULL. */
static inline const char *qc_str_or(const char *text, const char *other)
{
    return text == NULL ? other : text;
}

static inline bool qc_str_begins(const char *text, const char *beginning)
{
    return text != NULL && strncmp(text, beginning, strlen(beginning)) == 0;
}

static inline bool qc_str_ends(const char *text, const char *ending)
{
    size_t length = text == NULL ? 0 : strlen(text);
    size_t cut = strlen(ending);
    return length >= cut && text != NULL && strcmp(text + length - cut, ending) == 0;
}

/* list ends with NULL, also below. */
static inline bool qc_str_is_one_of(const char *text, const char *const *list)
{
    while (*list != NULL && !qc_str_is(text, *list)) {
        list++;
    }
    return *list != NULL;
}

static inline bool qc_str_begins_one_of(const char *text, const char *const *list)
{
    while (*list != NULL && !qc_str_begins(text, *list)) {
        list++;
    }
    return *list != NULL;
}

static inline bool qc_is_lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static inline bool qc_is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static inline bool qc_is_alnum(char byte)
{
    return qc_is_lower(byte) || qc_is_upper(byte) || (byte >= '0' && byte <= '9');
}

static inline char qc_lower(char byte)
{
    return qc_is_upper(byte) ? (char)(byte - 'A' + 'a') : byte;
}

static inline char qc_upper(char byte)
{
    return qc_is_lower(byte) ? (char)(byte - 'a' + 'A') : byte;
}

/* Returns the last component of a path. */
static inline const char *qc_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}
