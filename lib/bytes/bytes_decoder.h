/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_decoder - what a container is made of
 *
 * To add one: write bytes_NAME.c with a const struct qc_bytes_decoder, declare it below, and put
 * it into the table of bytes.c. Its library's header is included in that file and nowhere else.
 */
#ifndef QC_BYTES_DECODER_H
#define QC_BYTES_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes/bytes.h"
#include "bytes/bytes_source.h"

/* Bytes of the file that a bid gets to see, fewer if the file is shorter. */
#define QC_BYTES_HEAD 16

struct qc_bytes_output {
    uint8_t *data;
    size_t room;
    size_t written;
    uint64_t unwanted; /* so many bytes, the next ones, nobody will look at */
    uint64_t passed;   /* of these: left out before what was written */
};

struct qc_bytes_decoder {
    const char *name;
    const char *command; /* writes the content of a file to standard output; NULL: raw, refused */

    /* How many bits of a signature match: the highest bid wins. raw takes what nobody else wants,
       with 1. */
    unsigned (*bid)(const uint8_t *head, size_t size);

    /* The source shows the head of the file, nothing of it is taken. options has no defaults
       left. A decoder without a state leaves open, reset and close NULL. */
    enum qemucore_status (*open)(void **state, const struct qc_bytes_source *source,
                                 const struct qc_bytes_options *options,
                                 struct qemucore_error *error);

    /* Takes from the source and writes at least one byte to output, or passes it; as many as come
       easily is best. False: the stream ends behind what was written, and error->status tells how, where
       it is not QEMUCORE_OK, as it was at the call. The message is without the container's name
       and the offset. decode isn't called again then, but reset may be. */
    bool (*decode)(void *state, struct qc_bytes_source *source, struct qc_bytes_output *output,
                   struct qemucore_error *error);

    /* NULL: none. Of a source that can seek: goes towards `to`, an uncompressed offset behind `at`,
       where the stream is, without decoding, to the last place not behind it where the container
       can be entered. Answers that place's offset, `at` where there is none better. Whatever looks
       wrong on the way is left to decode, which says what it is. */
    uint64_t (*jump)(void *state, struct qc_bytes_source *source, uint64_t at, uint64_t to);

    /* The source is back at its start. */
    void (*reset)(void *state);
    /* NULL: none. Returns when no thread of its is at work; the next decode may begin others. */
    void (*join)(void *state);
    void (*close)(void *state);
};

extern const struct qc_bytes_decoder qc_bytes_raw;
extern const struct qc_bytes_decoder qc_bytes_gzip;
extern const struct qc_bytes_decoder qc_bytes_zstd;
extern const struct qc_bytes_decoder qc_bytes_xz;  /* where liblzma was there */
extern const struct qc_bytes_decoder qc_bytes_lz4; /* where liblz4 was there */
extern const struct qc_bytes_decoder qc_bytes_refused;

/* What a file is that qc_bytes_refused bids for; else no name. */
struct qc_container qc_bytes_refused_container(const uint8_t *head, size_t size);

#endif
