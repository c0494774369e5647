/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/zstd_frame.h"

#include <stdlib.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"

/* Block header. RFC 8878, 3.1.1.2: last block 1 bit, type 2 bits, size 21 bits. */
#define BLOCK_HEAD 3
#define BLOCK_RAW 0
#define BLOCK_RLE 1
#define BLOCK_COMPRESSED 2
#define HAS_CHECKSUM 0x04 /* flag of the frame header's descriptor */
#define CHECKSUM_SIZE 4

#define SEEKABLE_HAS_CHECKSUMS 0x80
#define SEEKABLE_RESERVED 0x7c

bool qc_zstd_frame_read(const uint8_t *head, size_t size, struct qc_zstd_frame *ret)
{
    static const uint8_t dictionary_sizes[] = {0, 1, 2, 4};
    static const uint8_t content_sizes[] = {0, 2, 4, 8};
    struct qc_cursor cursor = qc_cursor_new(head, size, false);
    uint32_t magic = qc_cursor_u32(&cursor);
    uint8_t descriptor = qc_cursor_u8(&cursor);
    bool single_segment = (descriptor & 0x20) != 0;
    uint64_t window = 0;
    if (!single_segment) {
        uint8_t code = qc_cursor_u8(&cursor);
        uint64_t base = (uint64_t)1 << (10 + (code >> 3));
        window = base + base / 8 * (code & 7);
    }
    size_t dictionary_size = dictionary_sizes[descriptor & 3];
    uint64_t dictionary = dictionary_size == 0 ? 0 : qc_cursor_number(&cursor, dictionary_size);
    size_t content_size = content_sizes[descriptor >> 6];
    if (content_size == 0 && single_segment) {
        content_size = 1;
    }
    uint64_t content = content_size == 0 ? 0 : qc_cursor_number(&cursor, content_size);
    content += content_size == 2 ? 256 : 0;
    if (cursor.failed || magic != QC_ZSTD_MAGIC) {
        return false;
    }
    *ret = (struct qc_zstd_frame){
        .head_size = cursor.position,
        /* The window of a single segment is its content. */
        .window = single_segment ? content : window,
        .dictionary = (uint32_t)dictionary,
        .has_content = content_size != 0,
        .content = content,
        .has_checksum = (descriptor & HAS_CHECKSUM) != 0,
    };
    return true;
}

uint64_t qc_zstd_frame_stored(const struct qc_bytes_source *source, uint64_t position,
                              const struct qc_zstd_frame *frame, uint64_t most, uint64_t *blocks)
{
    uint64_t at = position + frame->head_size;
    uint64_t largest = qc_min(frame->window, QC_ZSTD_BLOCK_MAX);
    for (*blocks = 0; *blocks < most;) {
        uint8_t head[BLOCK_HEAD];
        ++*blocks;
        if (qc_bytes_source_read_at(source, at, head, sizeof(head), NULL) != sizeof(head)) {
            return 0;
        }
        struct qc_cursor cursor = qc_cursor_new(head, sizeof(head), false);
        uint64_t word = qc_cursor_number(&cursor, sizeof(head));
        uint64_t type = word >> 1 & 3;
        if ((type != BLOCK_RAW && type != BLOCK_RLE && type != BLOCK_COMPRESSED) ||
            word >> 3 > largest) {
            return 0;
        }
        at += BLOCK_HEAD + (type == BLOCK_RLE ? 1 : word >> 3);
        if ((word & 1) != 0) {
            at += frame->has_checksum ? CHECKSUM_SIZE : 0;
            return at <= source->size ? at - position : 0;
        }
    }
    return 0;
}

/* Fills the table from its entries, which lie before the footer. False: they do not add up. */
static bool table_fill(struct qc_zstd_table *table, struct qc_cursor entries, bool has_checksums,
                       uint64_t table_at)
{
    struct qc_zstd_place place = {0};
    for (size_t i = 0; i + 1 < table->count; i++) {
        table->places[i] = place;
        place.stored += qc_cursor_u32(&entries);
        place.offset += qc_cursor_u32(&entries);
        qc_cursor_take(&entries, has_checksums ? 4 : 0);
    }
    table->places[table->count - 1] = place;
    return !entries.failed && place.stored == table_at;
}

bool qc_zstd_table_read(const struct qc_bytes_source *source, struct qc_zstd_table *ret)
{
    uint8_t footer[QC_ZSTD_SEEKABLE_FOOTER];
    *ret = (struct qc_zstd_table){0};
    if (source->size < QC_ZSTD_SKIPPABLE_HEAD + QC_ZSTD_SEEKABLE_FOOTER ||
        qc_bytes_source_read_at(source, source->size - sizeof(footer), footer, sizeof(footer),
                                NULL) != sizeof(footer)) {
        return true;
    }
    struct qc_cursor cursor = qc_cursor_new(footer, sizeof(footer), false);
    uint64_t frames = qc_cursor_u32(&cursor);
    uint8_t descriptor = qc_cursor_u8(&cursor);
    bool has_checksums = (descriptor & SEEKABLE_HAS_CHECKSUMS) != 0;
    uint64_t size = frames * (has_checksums ? 12 : 8) + QC_ZSTD_SEEKABLE_FOOTER;
    if (qc_cursor_u32(&cursor) != QC_ZSTD_SEEKABLE_MAGIC || (descriptor & SEEKABLE_RESERVED) != 0 ||
        frames > QC_LIMIT_SEEK_TABLE || source->size - QC_ZSTD_SKIPPABLE_HEAD < size) {
        return true;
    }
    uint64_t table_at = source->size - size - QC_ZSTD_SKIPPABLE_HEAD;
    QC_FREE uint8_t *bytes = malloc(QC_ZSTD_SKIPPABLE_HEAD + size);
    QC_FREE struct qc_zstd_place *places = calloc(frames + 1, sizeof(*places));
    if (bytes == NULL || places == NULL) {
        return false;
    }
    if (qc_bytes_source_read_at(source, table_at, bytes, QC_ZSTD_SKIPPABLE_HEAD + size, NULL) !=
        QC_ZSTD_SKIPPABLE_HEAD + size) {
        return true;
    }
    cursor = qc_cursor_new(bytes, QC_ZSTD_SKIPPABLE_HEAD + size - QC_ZSTD_SEEKABLE_FOOTER, false);
    struct qc_zstd_table table = {.places = places, .count = frames + 1};
    if (qc_zstd_is_skippable(qc_cursor_u32(&cursor)) && qc_cursor_u32(&cursor) == size &&
        table_fill(&table, cursor, has_checksums, table_at)) {
        table.places = qc_move(places);
        *ret = table;
    }
    return true;
}

const struct qc_zstd_place *qc_zstd_table_find(const struct qc_zstd_table *table, uint64_t offset)
{
    size_t low = qc_lower_bound(table->count, i, table->places[i].offset <= offset);
    return low == 0 ? NULL : &table->places[low - 1];
}
