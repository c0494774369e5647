/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * xxhash - the checksums of zstd's frames (XXH64) and lz4's (XXH32), both with the seed 0
 *
 * doc/xxhash_spec.md of the xxHash project. The codecs' libraries have them inside and let nobody
 * in; here they are so that another thread than the decoder's can compute them.
 */
#ifndef QC_BYTES_XXHASH_H
#define QC_BYTES_XXHASH_H

#include <stddef.h>
#include <stdint.h>

struct qc_xxh64 {
    uint64_t lanes[4];
    uint8_t held[32]; /* less than a stripe, until the rest of it comes */
    size_t held_size;
    uint64_t size;    /* of all */
};

void qc_xxh64_begin(struct qc_xxh64 *hash);
void qc_xxh64_add(struct qc_xxh64 *hash, const uint8_t *data, size_t size);
/* Of all that was added so far. */
uint64_t qc_xxh64_value(const struct qc_xxh64 *hash);

struct qc_xxh32 {
    uint32_t lanes[4];
    uint8_t held[16];
    size_t held_size;
    uint64_t size;
};

void qc_xxh32_begin(struct qc_xxh32 *hash);
void qc_xxh32_add(struct qc_xxh32 *hash, const uint8_t *data, size_t size);
uint32_t qc_xxh32_value(const struct qc_xxh32 *hash);

#endif
