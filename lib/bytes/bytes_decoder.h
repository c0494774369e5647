/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_decoder - the functions that a container's decoder consists of
 *
 * To add one: write bytes_NAME.c with a const struct qc_bytes_decoder, declare it below, and put
 * it into the table of bytes.c. Its library's header is included in that file and nowhere else.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes/bytes.h"
#include "bytes/bytes_source.h"

/* Bytes of the file that bid is given, fewer if the file is shorter. */
#define QC_BYTES_HEAD 16

struct qc_bytes_output {
    uint8_t *data;
    size_t room;
    size_t written;
    uint64_t may_skip; /* number of bytes at the start that need not be written */
    uint64_t skipped;  /* number of them that were not written */
};

struct qc_bytes_decoder {
    const char *name;
    const char *command; /* writes a file's content to standard output; NULL for raw and refused */

    /* Returns how many bits of a signature match: the highest bid wins. raw always bids 1, and so
       gets what no other decoder recognizes. */
    unsigned (*bid)(const uint8_t *head, size_t size);

    /* Creates the state. The source shows the start of the file, of which nothing may be taken. All
       defaults of options are filled in. Without a state, open, reset and close are NULL. */
    enum qemucore_status (*open)(void **state, const struct qc_bytes_source *source,
                                 const struct qc_bytes_options *options,
                                 struct qemucore_error *error);

    /* Takes from the source, and writes or skips at least one byte of output, better as many as
       come cheaply. False: the stream ends after what was written; error->status, QEMUCORE_OK at
       the call, says why if it is no proper end. The message is without the container's name and
       the offset. After false, decode is not called again, but reset may be. */
    bool (*decode)(void *state, struct qc_bytes_source *source, struct qc_bytes_output *output,
                   struct qemucore_error *error);

    /* Moves forward without decoding, in a source that can seek: from `at`, the stream's
       uncompressed offset, to the last place not after `to` where decoding can start. Returns that
       place's offset, or `at` if there is none. Leaves damage on the way for decode to report.
       NULL: cannot jump. */
    uint64_t (*jump)(void *state, struct qc_bytes_source *source, uint64_t at, uint64_t to);

    /* Starts anew: the source is back at its start. */
    void (*reset)(void *state);
    /* Waits for the decoder's threads; the next decode may start others. NULL: it has none. */
    void (*join)(void *state);
    void (*close)(void *state);
};

extern const struct qc_bytes_decoder qc_bytes_raw;
extern const struct qc_bytes_decoder qc_bytes_gzip;
extern const struct qc_bytes_decoder qc_bytes_zstd;
extern const struct qc_bytes_decoder qc_bytes_xz;  /* if built with liblzma */
extern const struct qc_bytes_decoder qc_bytes_lz4; /* if built with liblz4 */
extern const struct qc_bytes_decoder qc_bytes_refused;

/* Returns the container that qc_bytes_refused recognizes; name NULL: none. */
struct qc_container qc_bytes_refused_container(const uint8_t *head, size_t size);
