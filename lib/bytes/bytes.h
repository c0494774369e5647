/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes - the uncompressed bytes of a file, from front to back
 *
 * Two verbs. peek shows bytes at the current offset and moves nothing; consume moves past bytes
 * that a peek has shown. So a parser asks for what it needs, looks, and takes what it used:
 *
 *     const uint8_t *data;
 *     if (qc_bytes_peek(bytes, 64, &data) < 64) ... the stream ends inside the header
 *     ... parse data[0..63] ...
 *     qc_bytes_consume(bytes, 64);
 *
 * peek answers how many bytes there are at *data, which may be more than wanted: a caller that
 * only passes by takes them all ("peek(1), use n, consume(n)" is the loop of a copy). It answers
 * less than wanted only at the end of the stream; then qc_bytes_end tells a proper end from a
 * truncated file, damage, or a limit of ours. *data is valid until the next peek, skip, rewind or
 * close; a consume leaves it alone.
 *
 * A stream that is_random (a raw regular file, standard input redirected from one included) can
 * also be read at any offset without moving, and skips without reading. Others decompress what
 * they skip, but for whole frames and blocks whose sizes the container tells. A rewind starts again at offset 0 and works for all but pipes and sockets.
 */
#ifndef QC_BYTES_BYTES_H
#define QC_BYTES_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "bytes/bytes_block.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_writer.h"

struct qc_bytes;

struct qc_bytes_options {
    uint64_t window_limit; /* zstd; 0: QC_LIMIT_WINDOW_DEFAULT; cut to QC_LIMIT_WINDOW_MAX */
    uint64_t ratio_limit;  /* 0: QC_LIMIT_RATIO_DEFAULT */
    uint64_t ratio_from;   /* output from which on the ratio counts; 0: QC_LIMIT_RATIO_FROM */
    /* For tests. */
    bool by_zlib;          /* gzip by zlib where ISA-L is there too */
    uint64_t checkpoint_distance; /* 0: QC_LIMIT_CHECKPOINT_DISTANCE */
    /* Called once in some MiB of input, with stored bytes read and the size of a regular file
       or of memory, 0 for a pipe. A rewind starts at 0 again. False: the stream ends here
       (QEMUCORE_CANCELLED), and is not asked again. */
    bool (*progress)(void *opaque, uint64_t done, uint64_t total);
    void *progress_opaque;
    uint64_t deadline; /* by CLOCK_MONOTONIC, ns: then the stream ends (QEMUCORE_TIMED_OUT); 0: none */
};

/* Opens path ("-": standard input) and finds the container by its first bytes. Fails for what
   can't be opened, for anything but a regular file, pipe or socket, and for containers that are
   known but not ours (xz, lz4, ...): QEMUCORE_UNSUPPORTED, with a message that says what to do.
   Messages do not repeat the path. What only the decoding finds is told by qc_bytes_end. */
enum qemucore_status qc_bytes_open(const char *path, const struct qc_bytes_options *options,
                                   struct qc_bytes **ret, struct qemucore_error *error);

/* The same of a descriptor, or of what a function of the caller's answers: both stay the caller's. */
enum qemucore_status qc_bytes_open_fd(int fd, const struct qc_bytes_options *options,
                                      struct qc_bytes **ret, struct qemucore_error *error);
enum qemucore_status qc_bytes_open_given(const struct qemucore_source *given,
                                         const struct qc_bytes_options *options,
                                         struct qc_bytes **ret, struct qemucore_error *error);

/* The same over memory that is served at most `step` bytes at a time, 0: as much as fits; for
   tests and fuzzers, which want every boundary to fall everywhere. The memory is borrowed.
   Rewinds; is not random. */
enum qemucore_status qc_bytes_open_memory(const void *data, size_t size, size_t step,
                                          const struct qc_bytes_options *options,
                                          struct qc_bytes **ret, struct qemucore_error *error);

void qc_bytes_close(struct qc_bytes *bytes);

QC_DEFINE_GUARD(qc_guard_bytes, struct qc_bytes, qc_bytes_close)

/* "raw", "gzip", "zstd". */
const char *qc_bytes_container(const struct qc_bytes *bytes);

/* What a file begins with that is a container. */
struct qc_container {
    const char *name;    /* "gzip", "a zip file"; NULL: none that we know */
    const char *command; /* with the file's name behind it: writes the content to standard output */
    bool is_read;        /* by this build */
};
struct qc_container qc_bytes_container_of(const uint8_t *head, size_t size);

/* The command of this file's container; NULL: raw. */
const char *qc_bytes_command(const struct qc_bytes *bytes);
/* The file's path as one word of a shell's command; "FILE": standard input, or memory. */
const char *qc_bytes_word(const struct qc_bytes *bytes);

/* wanted is at most QC_LIMIT_PEEK. */
size_t qc_bytes_peek(struct qc_bytes *bytes, size_t wanted, const uint8_t **data);
/* count is at most what the last peek answered, less what was consumed since. */
void qc_bytes_consume(struct qc_bytes *bytes, size_t count);

/* Copies up to size bytes and moves behind them; answers how many there were. */
size_t qc_bytes_take(struct qc_bytes *bytes, void *buffer, size_t size);

/* Moves up to count bytes on; answers how many there were. */
uint64_t qc_bytes_skip(struct qc_bytes *bytes, uint64_t count);

/* Offset of the next byte that a peek shows, in uncompressed bytes. */
uint64_t qc_bytes_offset(const struct qc_bytes *bytes);

/* Once a peek or skip has come short: status QEMUCORE_OK at the proper end of the file, else why
   the stream ends here (QEMUCORE_TRUNCATED, _CORRUPT, _LIMIT, _SYSTEM, _NO_MEMORY, _CANCELLED,
   _TIMED_OUT), in words that
   name the container and the uncompressed offset. Junk behind the last member or frame, and a
   checksum that does not match, are _CORRUPT at an offset where all the data lies before. */
const struct qemucore_error *qc_bytes_end(const struct qc_bytes *bytes);

bool qc_bytes_is_random(const struct qc_bytes *bytes);
/* Of a file that has no name, or none any more: memfd_create(2), O_TMPFILE. */
bool qc_bytes_is_nameless(const struct qc_bytes *bytes);
/* Size of a random stream, as it was when it was opened; 0 for others. */
uint64_t qc_bytes_size(const struct qc_bytes *bytes);
/* Random streams only: reads at most size bytes at offset; answers how many there are, short at
   the end of the file; on a read error 0, and *error, which may be NULL and is untouched else. */
size_t qc_bytes_read_at(const struct qc_bytes *bytes, uint64_t offset, void *buffer, size_t size,
                        struct qemucore_error *error);

/* Uncompressed bytes that were decoded so far, those of earlier passes and skipped ones included:
   what it all has cost. What a container lets us jump over is not decoded. */
uint64_t qc_bytes_decoded(const struct qc_bytes *bytes);

void qc_bytes_set_deadline(struct qc_bytes *bytes, uint64_t deadline);

/* Returns when no thread decodes ahead: before the library returns to its caller. */
void qc_bytes_join(struct qc_bytes *bytes);

bool qc_bytes_can_rewind(const struct qc_bytes *bytes);
enum qemucore_status qc_bytes_rewind(struct qc_bytes *bytes, struct qemucore_error *error);
/* Forward by a skip, back by a rewind. Where the stream ends before offset a peek will tell. */
enum qemucore_status qc_bytes_seek(struct qc_bytes *bytes, uint64_t offset,
                                   struct qemucore_error *error);

#endif
