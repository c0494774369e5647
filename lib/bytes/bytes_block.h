/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_block - decompressing a whole block in memory, whose uncompressed size is known
 *
 * Any thread may call these.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

typedef enum qemucore_status qc_block_decoder(const uint8_t *in, size_t in_size, uint8_t *out,
                                              size_t out_size, struct qemucore_error *error);

/* Decodes a zlib stream (RFC 1950), with ISA-L if available. */
qc_block_decoder qc_block_zlib;

/* Decodes frames of zstd (RFC 8878). */
qc_block_decoder qc_block_zstd;

/* The two that qc_block_zlib (bytes_zlib.c) chooses from. */
qc_block_decoder qc_block_zlib_by_zlib;
qc_block_decoder qc_block_zlib_by_isal; /* if built with libisal */

/* The error for a sound stream of another length than expected. */
static inline enum qemucore_status qc_block_wrong_size(size_t due, struct qemucore_error *error)
{
    return qc_error_set(error, QEMUCORE_CORRUPT,
                        "does not inflate to the %zu bytes that its header promises", due);
}
