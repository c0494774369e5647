/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * read_ahead - what follows in a file, read by another thread while the decoder is at work
 *
 * Copying from the page cache takes a tenth of the time that decoding does; where the file is not
 * in there, both would wait for each other. A regular file only: reads of a pipe may not end.
 */
#ifndef QC_BYTES_READ_AHEAD_H
#define QC_BYTES_READ_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What of one piece may be shown again in front of the next. */
#define QC_READ_AHEAD_KEPT 1024

struct qc_bytes_source;
struct qc_read_ahead;

/* From position on, step bytes at a time. The source outlives it; what else happens to it does not
   matter. NULL: out of memory. */
struct qc_read_ahead *qc_read_ahead_new(const struct qc_bytes_source *source, uint64_t position,
                                        size_t step);
void qc_read_ahead_free(struct qc_read_ahead *ahead);

/*
 * The next piece: its size; 0 at the end of the file or with *status, then and ever after. *next,
 * where `left` bytes lie that are not used yet, moves to a place where the piece follows them. That
 * place stays until the next call that has a piece.
 */
size_t qc_read_ahead_next(struct qc_read_ahead *ahead, const uint8_t **next, size_t left,
                          enum qemucore_status *status, struct qemucore_error *error);

/* Ends the thread; the next piece that is asked for starts another one. */
void qc_read_ahead_rest(struct qc_read_ahead *ahead);

#endif
