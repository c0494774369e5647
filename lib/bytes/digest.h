/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * digest - the checksum of what a decoder writes, computed by another thread where there is much
 *
 * XXH32 is two fifths of what lz4's library takes for a frame, XXH64 a tenth of zstd's. Neither is
 * needed before the frame has ended. So from some MiB of a frame on pieces are lent to a thread,
 * which reads them where they are; without one they are added at once.
 */
#ifndef QC_BYTES_DIGEST_H
#define QC_BYTES_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum qc_digest_kind { QC_DIGEST_XXH64, QC_DIGEST_XXH32 };

struct qc_digest;

/* from: size of a frame's content from which on another thread helps; UINT64_MAX: never. NULL: out
   of memory. */
struct qc_digest *qc_digest_new(enum qc_digest_kind kind, uint64_t from);
void qc_digest_free(struct qc_digest *digest);

/* A frame begins; an earlier one is forgotten. */
void qc_digest_begin(struct qc_digest *digest);
/* True: the piece is lent. It has to stay as it is until QC_BYTES_LENT further ones were lent, or
   one of the other functions was called. */
bool qc_digest_add(struct qc_digest *digest, const uint8_t *data, size_t size);
/* What a frame has of the checksum: its lower 32 bits. */
uint32_t qc_digest_end(struct qc_digest *digest);

/* Ends the thread; another one is started when needed. */
void qc_digest_rest(struct qc_digest *digest);

#endif
