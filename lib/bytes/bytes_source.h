/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_source - the stored bytes of a file, a pipe, memory, or a read function of the caller
 *
 * A decoder sees a window of bytes that were read and not yet taken: it calls fill, looks at
 * next[0..left-1], and calls take. Reads start small and grow while they are sequential: looking at
 * a header reads a page, and a pass over the file reads in large steps.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct qc_bytes_source {
    int fd;                /* -1: memory, or the caller's function */
    struct qemucore_source given; /* the caller's function; its read is NULL: none */
    char *word;            /* the path as a word of a shell command; "FILE": no path */
    bool close_fd;         /* close fd at the end; false for the caller's, and standard input */
    bool regular;          /* a regular file, read by pread: the descriptor's offset, which other
                              processes may share, is neither used nor moved; or a function that
                              reads at any offset */
    bool nameless;         /* the file has no path */
    const uint8_t *memory;
    uint64_t size;         /* size if any offset can be read, else 0 */
    uint64_t position;     /* offset of the next read */
    size_t step;           /* size of the next read, at most */
    uint8_t *buffer;
    const uint8_t *next;   /* the bytes that were read and not yet taken */
    size_t left;           /* the number of these bytes */
};

/* path may be "-". After a failure no close is needed. */
enum qemucore_status qc_bytes_source_open(struct qc_bytes_source *source, const char *path,
                                          struct qemucore_error *error);
/* The descriptor, or the function, stays the caller's. */
enum qemucore_status qc_bytes_source_open_fd(struct qc_bytes_source *source, int fd,
                                             struct qemucore_error *error);
enum qemucore_status qc_bytes_source_open_given(struct qc_bytes_source *source,
                                                const struct qemucore_source *given,
                                                struct qemucore_error *error);
enum qemucore_status qc_bytes_source_open_memory(struct qc_bytes_source *source, const void *data,
                                                 size_t size, size_t step,
                                                 struct qemucore_error *error);
void qc_bytes_source_close(struct qc_bytes_source *source);

/* Reads until `left` is wanted bytes (a few: a header) or more; fewer at the end. */
enum qemucore_status qc_bytes_source_fill(struct qc_bytes_source *source, size_t wanted,
                                          struct qemucore_error *error);
void qc_bytes_source_take(struct qc_bytes_source *source, size_t count);

/* Does the same inside a part of the container, e.g. "frame" 3. False, with *error: the read fails,
   or the file ends first. */
bool qc_bytes_source_need(struct qc_bytes_source *source, size_t wanted, const char *part,
                          uint64_t number, struct qemucore_error *error);

/* Reads the little-endian magic number of the frame after that one; its header has head_size bytes.
   False: the read fails, or, without an error, there is no further frame. */
bool qc_bytes_source_magic(struct qc_bytes_source *source, size_t head_size, uint64_t number,
                           uint32_t *ret, struct qemucore_error *error);

/* Moves bytes to buffer, at least one, with at most one read. *count is 0 at the end. */
enum qemucore_status qc_bytes_source_read(struct qc_bytes_source *source, void *buffer,
                                          size_t size, size_t *count,
                                          struct qemucore_error *error);

/* Reads at an offset of a source that can seek, without moving. Returns how many bytes it read;
   0, with *error, if that fails. */
size_t qc_bytes_source_read_at(const struct qc_bytes_source *source, uint64_t offset, void *buffer,
                               size_t size, struct qemucore_error *error);

/* Returns how many stored bytes were taken: the offset of the next one. */
static inline uint64_t qc_bytes_source_taken(const struct qc_bytes_source *source)
{
    return source->position - source->left;
}

/* Tells whether several threads may read at once. A function of the caller's is only called from
   the caller's thread. */
bool qc_bytes_source_is_shared(const struct qc_bytes_source *source);

/* Tells whether seek works: not for pipes. seek itself reads nothing. */
bool qc_bytes_source_can_seek(const struct qc_bytes_source *source);
void qc_bytes_source_seek(struct qc_bytes_source *source, uint64_t position);
