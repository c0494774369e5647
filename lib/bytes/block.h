/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block - compressed bytes of which all are in memory, into memory of the size that they are due
 *
 * Any thread may call these.
 */
#ifndef QC_BYTES_BLOCK_H
#define QC_BYTES_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A zlib stream (RFC 1950), by ISA-L where it is there. */
enum qemucore_status qc_block_zlib(const uint8_t *in, size_t in_size, uint8_t *out,
                                   size_t out_size, struct qemucore_error *error);

/* Frames of zstd (RFC 8878). */
enum qemucore_status qc_block_zstd(const uint8_t *in, size_t in_size, uint8_t *out,
                                   size_t out_size, struct qemucore_error *error);

#endif
