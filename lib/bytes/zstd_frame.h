/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd_frame - reading the frames' sizes from a zstd file without decoding: RFC 8878, and the
 * seekable format (zstd's contrib/seekable_format), whose table is a skippable frame at the end
 *
 * libzstd's functions that read frame headers need the whole frame in memory, or are not part of
 * its stable interface.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "bytes/bytes_source.h"

/* Magic 4, descriptor 1, window 1, dictionary 4, content size 8. */
#define QC_ZSTD_FRAME_HEAD 18
#define QC_ZSTD_MAGIC 0xfd2fb528u
/* Most bytes of a block's content. */
#define QC_ZSTD_BLOCK_MAX ((size_t)(128 * QC_KIB))
#define QC_ZSTD_SKIPPABLE_HEAD 8 /* magic 4, size of what follows 4 */
/* zstd_seekable_compression_format.md: magic of the table's frame, and the table's last bytes. */
#define QC_ZSTD_SEEKABLE_FRAME 0x184d2a5eu
#define QC_ZSTD_SEEKABLE_FOOTER 9 /* count of frames 4, descriptor 1, magic 4 */
#define QC_ZSTD_SEEKABLE_MAGIC 0x8f92eab1u

/* Skippable frames of LZ4 are the same. */
static inline bool qc_zstd_is_skippable(uint32_t magic)
{
    return (magic & 0xfffffff0) == 0x184d2a50;
}

struct qc_zstd_frame {
    size_t head_size;
    uint64_t window; /* bytes of memory that decoding needs */
    uint32_t dictionary; /* number of the dictionary that decoding needs; 0: none, or a raw one */
    bool has_content; /* the header tells the content's size */
    uint64_t content; /* size of the content, in uncompressed bytes */
    bool has_checksum;
};

/* Reads a frame header, which begins with the magic. False: cut, or no frame. */
bool qc_zstd_frame_read(const uint8_t *head, size_t size, struct qc_zstd_frame *ret);

/* Returns the stored size of the frame at that position of the file, by reading its block headers,
   of which *blocks becomes the number. 0: it is damaged, cut, or has more than `most` blocks. */
uint64_t qc_zstd_frame_stored(const struct qc_bytes_source *source, uint64_t position,
                              const struct qc_zstd_frame *frame, uint64_t most, uint64_t *blocks);

/* Where a frame begins, from a seek table. */
struct qc_zstd_place {
    uint64_t stored; /* offset in the file */
    uint64_t offset; /* offset in the uncompressed bytes */
};

struct qc_zstd_table {
    struct qc_zstd_place *places; /* one a frame, and one more: the end */
    size_t count;                 /* number of places; 0: no table */
};

/* Reads the seek table; *ret is empty (places NULL) if the file has none, or a contradictory one.
   False: out of memory. */
bool qc_zstd_table_read(const struct qc_bytes_source *source, struct qc_zstd_table *ret);

/* Returns the last place at or before an uncompressed offset. NULL: no table. */
const struct qc_zstd_place *qc_zstd_table_find(const struct qc_zstd_table *table, uint64_t offset);
