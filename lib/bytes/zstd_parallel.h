/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd_parallel - frames that do not tell what they hold, several at a time, a job each
 *
 * pzstd makes such files. A frame of a few MiB, whose end is found by the heads of its blocks, is
 * decoded whole into memory while those before it are looked at. One that is damaged is left to be
 * decoded from front to back, which loses nothing of what comes before the damage.
 */
#ifndef QC_BYTES_ZSTD_PARALLEL_H
#define QC_BYTES_ZSTD_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

#include "bytes/bytes_decoder.h"

struct qc_zstd_parallel;

/* NULL: there is one CPU only, or no memory; then all is decoded one by one. The source can seek,
   and outlives this. */
struct qc_zstd_parallel *qc_zstd_parallel_new(const struct qc_bytes_source *source,
                                              uint64_t window_limit);
void qc_zstd_parallel_free(struct qc_zstd_parallel *parallel);

/*
 * Between frames, or inside one that the last call began: passes or writes to output what is next, and has the
 * source behind the frame once all of it was written. *frames grows by those that were passed,
 * skippable ones too. False: what is next is no frame of that sort.
 */
bool qc_zstd_parallel_decode(struct qc_zstd_parallel *parallel, struct qc_bytes_source *source,
                             struct qc_bytes_output *output, uint64_t *frames);

/* A frame was begun, and there is more of it. NULL: no. */
bool qc_zstd_parallel_is_inside(const struct qc_zstd_parallel *parallel);

/* Returns when no thread is at work; what was decoded stays. NULL does nothing. */
void qc_zstd_parallel_join(struct qc_zstd_parallel *parallel);

/* Forgets what was decoded ahead. NULL does nothing. */
void qc_zstd_parallel_reset(struct qc_zstd_parallel *parallel);

#endif
