/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text - comparing texts that may be NULL; the name in a path
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* False if text is NULL: an unknown text equals nothing. */
static inline bool qc_text_is(const char *text, const char *other)
{
    return text != NULL && strcmp(text, other) == 0;
}

/* Returns other if text is NULL. */
static inline const char *qc_text_or(const char *text, const char *other)
{
    return text == NULL ? other : text;
}

static inline bool qc_text_begins(const char *text, const char *beginning)
{
    return text != NULL && strncmp(text, beginning, strlen(beginning)) == 0;
}

static inline bool qc_text_ends(const char *text, const char *ending)
{
    size_t length = text == NULL ? 0 : strlen(text);
    size_t cut = strlen(ending);
    return length >= cut && text != NULL && strcmp(text + length - cut, ending) == 0;
}

/* list ends with NULL, also below. */
static inline bool qc_text_is_one_of(const char *text, const char *const *list)
{
    while (*list != NULL && !qc_text_is(text, *list)) {
        list++;
    }
    return *list != NULL;
}

static inline bool qc_text_begins_one_of(const char *text, const char *const *list)
{
    while (*list != NULL && !qc_text_begins(text, *list)) {
        list++;
    }
    return *list != NULL;
}

/* Returns the last component of a path. */
static inline const char *qc_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}
