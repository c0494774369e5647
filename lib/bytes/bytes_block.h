/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_block - compressed bytes of which all are in memory, into memory of the size that they are due
 *
 * Any thread may call these.
 */
#ifndef QC_BYTES_BYTES_BLOCK_H
#define QC_BYTES_BYTES_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

typedef enum qemucore_status qc_block_decoder(const uint8_t *in, size_t in_size, uint8_t *out,
                                              size_t out_size, struct qemucore_error *error);

/* A zlib stream (RFC 1950), by ISA-L where it is there. */
qc_block_decoder qc_block_zlib;

/* Frames of zstd (RFC 8878). */
qc_block_decoder qc_block_zstd;

/* How qc_block_zlib does it. */
qc_block_decoder qc_block_zlib_by_zlib;
qc_block_decoder qc_block_zlib_by_isal; /* where libisal was there */

/* What all say of a stream that is sound, but of another length. */
static inline enum qemucore_status qc_block_wrong_size(size_t due, struct qemucore_error *error)
{
    return qc_error_set(error, QEMUCORE_CORRUPT, "does not inflate to the %zu bytes that are due",
                        due);
}

#endif
