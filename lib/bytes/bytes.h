/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes - the uncompressed bytes of a file, from front to back
 *
 * peek shows the bytes at the current offset without moving; consume moves past bytes that peek has
 * shown. A parser peeks at the bytes that it needs, and consumes those that it used:
 *
 *     const uint8_t *data;
 *     if (qc_bytes_peek(bytes, 64, &data) < 64) ... the stream ends inside the header
 *     ... parse data[0..63] ...
 *     qc_bytes_consume(bytes, 64);
 *
 * peek returns how many bytes are at *data, which may be more than wanted: a copy uses them all
 * ("peek(1), use n, consume(n)" is its loop). It returns less than wanted only at the end of the
 * stream; then qc_bytes_end tells a proper end from a truncated file, damage, or a limit of ours.
 * *data is valid until the next peek, skip, rewind or close, also after a consume.
 *
 * A stream for which qc_bytes_is_random is true (a raw regular file, also as standard input) can
 * also be read at any offset without moving, and skips without reading. Other streams decompress
 * what they skip, except whole frames and blocks whose sizes the container tells. A rewind goes
 * back to offset 0 and works for everything except pipes and sockets.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "bytes/bytes_block.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_writer.h"

struct qc_bytes;

struct qc_bytes_options {
    uint64_t window_limit; /* of zstd and xz, in bytes; 0: QC_LIMIT_WINDOW_DEFAULT; at most
                              QC_LIMIT_WINDOW_MAX */
    uint64_t ratio_limit;  /* most output per input byte; 0: QC_LIMIT_RATIO_DEFAULT */
    uint64_t ratio_from;   /* bytes of output before ratio_limit applies; 0: QC_LIMIT_RATIO_FROM */
    /* For tests. */
    bool by_zlib;          /* decode gzip with zlib even if ISA-L is available */
    uint64_t checkpoint_distance; /* 0: QC_LIMIT_CHECKPOINT_DISTANCE */
    /* Called every few MiB of input, with the stored bytes read and the size of a regular file or
       of memory, 0 for a pipe. After a rewind `done` starts at 0 again. False: the stream ends here
       (QEMUCORE_CANCELLED), and the function is not called again. */
    bool (*progress)(void *opaque, uint64_t done, uint64_t total);
    void *progress_opaque;
    uint64_t deadline; /* CLOCK_MONOTONIC in ns at which the stream ends (QEMUCORE_TIMED_OUT);
                          0: none */
    bool is_module; /* no core, but a module's file: messages do not pipe it into a command */
};

/* Opens path ("-": standard input) and recognizes the container by its first bytes. Fails if path
   can't be opened or is not a regular file, pipe or socket, and for containers that this build does
   not read: QEMUCORE_UNSUPPORTED, with a message that says what to do. Messages do not repeat the
   path. Damage that only decoding finds is reported by qc_bytes_end. */
enum qemucore_status qc_bytes_open(const char *path, const struct qc_bytes_options *options,
                                   struct qc_bytes **ret, struct qemucore_error *error);

/* The same for a descriptor, or for a read function of the caller. Both stay the caller's. */
enum qemucore_status qc_bytes_open_fd(int fd, const struct qc_bytes_options *options,
                                      struct qc_bytes **ret, struct qemucore_error *error);
enum qemucore_status qc_bytes_open_given(const struct qemucore_source *given,
                                         const struct qc_bytes_options *options,
                                         struct qc_bytes **ret, struct qemucore_error *error);

/* The same for memory, which is borrowed, read in steps of at most `step` bytes (0: no limit): for
   tests and fuzzers, to place step boundaries anywhere. The stream can rewind but is not random. */
enum qemucore_status qc_bytes_open_memory(const void *data, size_t size, size_t step,
                                          const struct qc_bytes_options *options,
                                          struct qc_bytes **ret, struct qemucore_error *error);

void qc_bytes_close(struct qc_bytes *bytes);

QC_DEFINE_GUARD(qc_guard_bytes, struct qc_bytes, qc_bytes_close)

/* Returns the container's name: "raw", "gzip", "zstd", ... */
const char *qc_bytes_container(const struct qc_bytes *bytes);

/* A container, recognized by its first bytes. */
struct qc_container {
    const char *name;    /* "gzip", "a zip file"; NULL: not a known container */
    const char *command; /* followed by a file's name, writes its content to standard output */
    bool is_read;        /* this build can read it */
};
struct qc_container qc_bytes_container_of(const uint8_t *head, size_t size);

/* Returns the command of this file's container. NULL: raw. */
const char *qc_bytes_command(const struct qc_bytes *bytes);
/* Returns the file's path as one word of a shell command; "FILE" if the stream has no path. */
const char *qc_bytes_shell_word(const struct qc_bytes *bytes);

/* wanted is at most QC_LIMIT_PEEK. */
size_t qc_bytes_peek(struct qc_bytes *bytes, size_t wanted, const uint8_t **data);
/* count is at most what the last peek returned, less what was consumed since. */
void qc_bytes_consume(struct qc_bytes *bytes, size_t count);

/* Copies the next size bytes and moves past them. Returns how many it copied: fewer at the end. */
size_t qc_bytes_take(struct qc_bytes *bytes, void *buffer, size_t size);

/* Moves past the next count bytes. Returns how many it moved past: fewer at the end. */
uint64_t qc_bytes_skip(struct qc_bytes *bytes, uint64_t count);

/* Returns the offset of the next byte that peek will show, in uncompressed bytes. */
uint64_t qc_bytes_offset(const struct qc_bytes *bytes);

/* After a short peek or skip: the status is QEMUCORE_OK at the proper end of the file, else it is
   why the stream ends here (QEMUCORE_TRUNCATED, _CORRUPT, _LIMIT, _SYSTEM, _NO_MEMORY, _CANCELLED,
   _TIMED_OUT), and the message names the container and the uncompressed offset. Junk after the last
   member or frame, and a wrong checksum, are _CORRUPT at the offset where the data ends. */
const struct qemucore_error *qc_bytes_end(const struct qc_bytes *bytes);
/* Tells whether a peek or skip was short: the stream has no further bytes, until a rewind. */
bool qc_bytes_is_at_end(const struct qc_bytes *bytes);

/* Tells whether the stream can be read at any offset: see above. */
bool qc_bytes_is_random(const struct qc_bytes *bytes);
/* Tells whether the file has no name (memfd_create(2), O_TMPFILE), or was unlinked. */
bool qc_bytes_is_nameless(const struct qc_bytes *bytes);
/* Returns the size of a random stream when it was opened; 0 for others. */
uint64_t qc_bytes_size(const struct qc_bytes *bytes);
/* Reads size bytes at offset of a random stream. Returns how many it read: fewer at the end of the
   file. On a read error, returns 0 and sets *error, which may be NULL and else is not touched. */
size_t qc_bytes_read_at(const struct qc_bytes *bytes, uint64_t offset, void *buffer, size_t size,
                        struct qemucore_error *error);

/* Returns how many uncompressed bytes were decoded so far, in all passes, skipped ones included: a
   measure of the cost. Bytes that a container's structure allows to jump over are not decoded. */
uint64_t qc_bytes_decoded(const struct qc_bytes *bytes);

void qc_bytes_set_deadline(struct qc_bytes *bytes, uint64_t deadline);

/* Waits for the threads that decode ahead. Called before the library returns to its caller. */
void qc_bytes_join(struct qc_bytes *bytes);

bool qc_bytes_can_rewind(const struct qc_bytes *bytes);
enum qemucore_status qc_bytes_rewind(struct qc_bytes *bytes, struct qemucore_error *error);
/* Moves to offset, by a skip or a rewind. Succeeds even if the stream ends before offset. */
enum qemucore_status qc_bytes_seek(struct qc_bytes *bytes, uint64_t offset,
                                   struct qemucore_error *error);
