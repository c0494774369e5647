/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_source - the bytes as they are stored: of a file, a pipe, memory, or a function of the caller
 *
 * Decoders see a window of bytes that were read and not yet taken: fill, look at next[0..left-1],
 * take. Reads start small and grow while they go on in sequence, so that a look at a header reads
 * a page and a pass over the file reads in large steps.
 */
#ifndef QC_BYTES_SOURCE_H
#define QC_BYTES_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct qc_bytes_source {
    int fd;                /* -1: memory, or the caller's function */
    struct qemucore_source given; /* the caller's function; read is NULL: none */
    char *word;            /* the path as a word of a shell's command; "FILE": there is none */
    bool close_fd;         /* standard input stays open */
    bool regular;          /* a regular file, read by pread: the descriptor's offset, which we may
                              share with other processes, neither matters nor moves; or a function
                              that reads at any offset */
    bool nameless;         /* no path leads to the file */
    const uint8_t *memory;
    uint64_t size;         /* of what can be read at any offset, else 0 */
    uint64_t position;     /* of the next read: the stored bytes before it were read */
    size_t step;           /* the most that the next read brings */
    uint8_t *buffer;
    const uint8_t *next;   /* what was read and not yet taken */
    size_t left;
};

/* path may be "-". What failed needs no close. */
enum qemucore_status qc_bytes_source_open(struct qc_bytes_source *source, const char *path,
                                          struct qemucore_error *error);
/* The descriptor stays the caller's. */
enum qemucore_status qc_bytes_source_open_fd(struct qc_bytes_source *source, int fd,
                                             struct qemucore_error *error);
enum qemucore_status qc_bytes_source_open_given(struct qc_bytes_source *source,
                                                const struct qemucore_source *given,
                                                struct qemucore_error *error);
enum qemucore_status qc_bytes_source_open_memory(struct qc_bytes_source *source, const void *data,
                                                 size_t size, size_t step,
                                                 struct qemucore_error *error);
void qc_bytes_source_close(struct qc_bytes_source *source);

/* Reads until wanted bytes (a few: a header) are left, or fewer at the end. */
enum qemucore_status qc_bytes_source_fill(struct qc_bytes_source *source, size_t wanted,
                                          struct qemucore_error *error);
void qc_bytes_source_take(struct qc_bytes_source *source, size_t count);

/* Inside a part of the container, "frame" 3: reads until so many bytes are left. False: it fails, or the file
   ends before. */
bool qc_bytes_source_need(struct qc_bytes_source *source, size_t wanted, const char *part,
                          uint64_t number, struct qemucore_error *error);

/* Behind that part: the magic number, little-endian, of the next one, whose head has so many bytes. False: it
   fails, or there is no next one, which is no error. */
bool qc_bytes_source_magic(struct qc_bytes_source *source, size_t head_size, const char *part,
                           uint64_t number, uint32_t *ret, struct qemucore_error *error);

/* Moves bytes to buffer, at least one, with one read at most; *count is 0 at the end. */
enum qemucore_status qc_bytes_source_read(struct qc_bytes_source *source, void *buffer,
                                          size_t size, size_t *count,
                                          struct qemucore_error *error);

/* Of a source that can seek, without moving: how many bytes there were; 0 and *error if it fails. */
size_t qc_bytes_source_read_at(const struct qc_bytes_source *source, uint64_t offset, void *buffer,
                               size_t size, struct qemucore_error *error);

/* Stored bytes that were taken. */
static inline uint64_t qc_bytes_source_taken(const struct qc_bytes_source *source)
{
    return source->position - source->left;
}

/* Whether more than one thread may read: a function of the caller's is called by the caller's only. */
bool qc_bytes_source_is_shared(const struct qc_bytes_source *source);

/* Not of pipes: goes on at a position, without reading. */
bool qc_bytes_source_can_seek(const struct qc_bytes_source *source);
void qc_bytes_source_seek(struct qc_bytes_source *source, uint64_t position);

#endif
