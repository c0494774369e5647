/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd_parallel - decoding several frames at a time, if their headers tell no size
 *
 * pzstd writes such files. A frame of a few MiB, whose end its block headers tell, is decoded whole
 * into memory while earlier frames are in use. A damaged frame is left to bytes_zstd, which decodes
 * it from front to back and so loses nothing before the damage.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bytes/bytes_decoder.h"

struct qc_zstd_parallel;

/* The source must be able to seek, and must outlive the result. NULL: only one CPU, or out of
   memory; the frames are then decoded one after the other. */
struct qc_zstd_parallel *qc_zstd_parallel_new(const struct qc_bytes_source *source,
                                              uint64_t window_limit);
void qc_zstd_parallel_free(struct qc_zstd_parallel *parallel);

/*
 * Skips or writes the next output, when the stream is between frames or inside one that the
 * previous call began. Moves the source past a frame once all of it was written, and adds to
 * *frames the frames that ended, skippable ones included. False: the next frame is not of this
 * kind.
 */
bool qc_zstd_parallel_decode(struct qc_zstd_parallel *parallel, struct qc_bytes_source *source,
                             struct qc_bytes_output *output, uint64_t *frames);

/* Tells whether a frame is partly written. parallel NULL: false. */
bool qc_zstd_parallel_is_inside(const struct qc_zstd_parallel *parallel);

/* Waits for all threads; keeps the frames that were decoded. NULL does nothing. */
void qc_zstd_parallel_join(struct qc_zstd_parallel *parallel);

/* Drops the frames that were decoded ahead. NULL does nothing. */
void qc_zstd_parallel_reset(struct qc_zstd_parallel *parallel);
