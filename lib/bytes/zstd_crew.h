/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd_crew - frames that do not tell what they hold, several at a time, a thread each
 *
 * pzstd makes such files. A frame of a few MiB, whose end is found by the heads of its blocks, is
 * decoded whole into memory while those before it are looked at. One that is damaged is left to be
 * decoded from front to back, which loses nothing of what comes before the damage.
 */
#ifndef QC_BYTES_ZSTD_CREW_H
#define QC_BYTES_ZSTD_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "bytes/bytes_decoder.h"

struct qc_zstd_crew;

/* NULL: there is one CPU only, or no memory; then all is decoded one by one. The source can seek,
   and outlives the crew. */
struct qc_zstd_crew *qc_zstd_crew_new(const struct qc_bytes_source *source, uint64_t window_limit);
void qc_zstd_crew_free(struct qc_zstd_crew *crew);

/*
 * Between frames, or inside one that the last call began: writes to output what is next, and has the
 * source behind the frame once all of it was written. *frames grows by those that were passed,
 * skippable ones too. False: what is next is nothing for a crew.
 */
bool qc_zstd_crew_decode(struct qc_zstd_crew *crew, struct qc_bytes_source *source,
                         struct qc_bytes_output *output, uint64_t *frames);

/* A frame was begun, and there is more of it. */
bool qc_zstd_crew_is_inside(const struct qc_zstd_crew *crew);

/* Ends the threads; the next decode starts them again. */
void qc_zstd_crew_rest(struct qc_zstd_crew *crew);

/* Forgets what was decoded ahead. */
void qc_zstd_crew_reset(struct qc_zstd_crew *crew);

#endif
