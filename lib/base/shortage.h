/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * shortage - counts of what this machine refused us: memory, descriptors, the bytes of a file
 *
 * Most callers go on without the memory that they could not get. Data that could not be read for
 * that reason must not look absent from the dump. So each refusal is counted where it happens, and
 * a handle that sees the counts grow reports that its answers are incomplete (core/dump.h).
 *
 * The counts are per process, since a refusal to one handle soon hits all: at worst, a complete
 * answer is called incomplete.
 *
 * Including this header makes the allocating functions of the C library count their failures.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum qc_shortage {
    QC_SHORTAGE_MEMORY,
    QC_SHORTAGE_DESCRIPTORS, /* EMFILE, ENFILE */
    QC_SHORTAGE_INPUT,       /* EIO, ESTALE, ETIMEDOUT: a file exists but can't be read */
    QC_SHORTAGE_COUNT,
};

void qc_shortage_add(enum qc_shortage shortage);

/* Counts the errno of a failed system call if it is one of the above; most are not. */
void qc_shortage_add_errno(int os_errno);

unsigned long qc_shortage_count(enum qc_shortage shortage);

/* Returns memory; counts NULL. */
static inline void *qc_shortage_got(void *memory)
{
    if (__builtin_expect(memory == NULL, 0)) {
        qc_shortage_add(QC_SHORTAGE_MEMORY);
    }
    return memory;
}

static inline int qc_shortage_printed(int length)
{
    if (__builtin_expect(length < 0, 0)) {
        qc_shortage_add(QC_SHORTAGE_MEMORY);
    }
    return length;
}

#define malloc(size) qc_shortage_got(malloc(size))
#define calloc(count, size) qc_shortage_got(calloc(count, size))
#define realloc(memory, size) qc_shortage_got(realloc(memory, size))
#define reallocarray(memory, count, size) qc_shortage_got(reallocarray(memory, count, size))
#define strdup(text) ((char *)qc_shortage_got(strdup(text)))
#define strndup(text, size) ((char *)qc_shortage_got(strndup(text, size)))
#define asprintf(...) qc_shortage_printed(asprintf(__VA_ARGS__))
#define vasprintf(...) qc_shortage_printed(vasprintf(__VA_ARGS__))
