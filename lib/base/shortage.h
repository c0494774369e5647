/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * shortage - what this machine has refused us: memory, descriptors, the bytes of a file
 *
 * Who asks for memory mostly goes on without what it was for, and what was not read for want of it
 * must not look like what is not in the dump. So each refusal is counted where it happens, and a
 * handle that sees the counts grow says that what it tells is not all (core/dump.h).
 *
 * The counts are the process's, since what is refused to one is soon refused to all: at worst a sound
 * answer is called incomplete.
 *
 * Including this header makes the C library's functions count.
 */
#ifndef QC_BASE_SHORTAGE_H
#define QC_BASE_SHORTAGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum qc_shortage {
    QC_SHORTAGE_MEMORY,
    QC_SHORTAGE_DESCRIPTORS, /* EMFILE, ENFILE */
    QC_SHORTAGE_INPUT,       /* EIO and its kin: a file that is there, and can't be read */
    QC_SHORTAGE_COUNT,
};

void qc_shortage_add(enum qc_shortage shortage);

/* Of a system call that has failed. Most reasons are none. */
void qc_shortage_add_errno(int os_errno);

unsigned long qc_shortage_count(enum qc_shortage shortage);

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

#endif
