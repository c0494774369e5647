/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd_frame - what a zstd file tells of its frames without being decoded: RFC 8878, and the
 * seekable format (zstd's contrib/seekable_format), whose table is a skippable frame at the end
 *
 * zstd's own readers of frame headers want the whole frame in memory, or are not part of its stable
 * interface.
 */
#ifndef QC_BYTES_ZSTD_FRAME_H
#define QC_BYTES_ZSTD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "bytes/bytes_source.h"

/* Magic 4, descriptor 1, window 1, dictionary 4, content size 8. */
#define QC_ZSTD_FRAME_HEAD 18
#define QC_ZSTD_MAGIC 0xfd2fb528u
/* What a block holds at most. */
#define QC_ZSTD_BLOCK_MAX ((size_t)(128 * QC_KIB))
#define QC_ZSTD_SKIPPABLE_HEAD 8 /* magic, size of what follows */
/* zstd_seekable_compression_format.md: the frame with the table, and how that ends. */
#define QC_ZSTD_SEEKABLE_FRAME 0x184d2a5eu
#define QC_ZSTD_SEEKABLE_FOOTER 9 /* count of frames 4, descriptor 1, magic 4 */
#define QC_ZSTD_SEEKABLE_MAGIC 0x8f92eab1u

static inline bool qc_zstd_is_skippable(uint32_t magic)
{
    return (magic & 0xfffffff0) == 0x184d2a50;
}

struct qc_zstd_frame {
    size_t head_size;
    uint64_t window; /* bytes of memory that decoding asks for */
    bool has_content;
    uint64_t content; /* uncompressed bytes, where the header tells */
    bool has_checksum;
};

/* Of the bytes from the magic on. False: too few, or no frame. */
bool qc_zstd_frame_read(const uint8_t *head, size_t size, struct qc_zstd_frame *ret);

/* Stored bytes of the frame at that place in the file, from the heads of its blocks; 0: it is
   damaged, cut, or has more than `most` of them. *blocks: how many were looked at. */
uint64_t qc_zstd_frame_stored(const struct qc_bytes_source *source, uint64_t position,
                              const struct qc_zstd_frame *frame, uint64_t most, uint64_t *blocks);

/* Where frames begin, by a seek table: in the file, and in what it decodes to. */
struct qc_zstd_place {
    uint64_t stored;
    uint64_t offset;
};

struct qc_zstd_table {
    struct qc_zstd_place *places; /* count of frames and one: the end */
    size_t count;                 /* of places; 0: no table */
};

/* Empty (places NULL) where the file has none, or one that does not add up. False: out of memory. */
bool qc_zstd_table_read(const struct qc_bytes_source *source, struct qc_zstd_table *ret);

/* The last place at or before an uncompressed offset; NULL: no table. */
const struct qc_zstd_place *qc_zstd_table_find(const struct qc_zstd_table *table, uint64_t offset);

#endif
