/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_lz4 - the LZ4 frame format: frames one behind the other, each of blocks of at most 4 MiB;
 * skippable frames hold no data of ours
 */
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <lz4frame.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/guard.h"

#define LZ4_BLOCK_HEAD_SIZE 4
#define LZ4_MAGIC_SIZE 4

struct lz4 {
    LZ4F_dctx *context;
    uint64_t frame; /* counted from 1, skippable ones too; 0 before the first */
    bool in_frame;
    size_t feed;    /* bytes up to the end of what is at hand: a header, a block, a checksum */
};

static bool lz4_is_frame(uint32_t magic)
{
    return magic == 0x184d2204;
}

static bool lz4_is_skippable(uint32_t magic)
{
    return (magic & 0xfffffff0) == 0x184d2a50;
}

/* A skippable frame may be zstd's as well, which bids higher. */
static unsigned lz4_bid(const uint8_t *head, size_t size)
{
    struct qc_cursor cursor = qc_cursor_new(head, size, false);
    return lz4_is_frame(qc_cursor_u32(&cursor)) ? 32 : 0;
}

static enum qemucore_status lz4_open(void **state, const struct qc_bytes_source *source,
                                     const struct qc_bytes_options *options,
                                     struct qemucore_error *error)
{
    (void)source;
    (void)options;
    QC_FREE struct lz4 *lz4 = calloc(1, sizeof(*lz4));
    if (lz4 == NULL || LZ4F_isError(LZ4F_createDecompressionContext(&lz4->context,
                                                                    LZ4F_VERSION))) {
        return qc_error_memory(error);
    }
    *state = qc_move(lz4);
    return QEMUCORE_OK;
}

/* Between two frames: false at the end of the stream. */
static bool lz4_next_frame(struct lz4 *lz4, struct qc_bytes_source *source,
                           struct qemucore_error *error)
{
    if (qc_bytes_source_fill(source, LZ4_MAGIC_SIZE, error) != QEMUCORE_OK ||
        source->left == 0) {
        return false;
    }
    struct qc_cursor cursor = qc_cursor_new(source->next, source->left, false);
    uint32_t magic = qc_cursor_u32(&cursor);
    if (cursor.failed) {
        qc_error_set(error, QEMUCORE_TRUNCATED, "the file ends behind frame %" PRIu64
                     ", inside a header", lz4->frame);
        return false;
    }
    if (!lz4_is_frame(magic) && !lz4_is_skippable(magic)) {
        qc_error_set(error, QEMUCORE_CORRUPT, "junk behind frame %" PRIu64, lz4->frame);
        return false;
    }
    lz4->frame++;
    lz4->in_frame = true;
    lz4->feed = LZ4F_MIN_SIZE_TO_KNOW_HEADER_LENGTH;
    return true;
}

static bool lz4_decode(void *state, struct qc_bytes_source *source,
                       struct qc_bytes_output *output, struct qemucore_error *error)
{
    struct lz4 *lz4 = state;
    while (output->written == 0) {
        if (!lz4->in_frame && !lz4_next_frame(lz4, source, error)) {
            return false;
        }
        /* First without new input: there may be bytes that the last output had no room for. */
        size_t taken = source->left < lz4->feed ? source->left : lz4->feed;
        size_t written = output->room;
        size_t result = LZ4F_decompress(lz4->context, output->data, &written, source->next, &taken,
                                        NULL);
        if (LZ4F_isError(result)) {
            qc_error_set(error, QEMUCORE_CORRUPT, "frame %" PRIu64 " is damaged (%s)", lz4->frame,
                         LZ4F_getErrorName(result));
            return false;
        }
        qc_bytes_source_take(source, taken);
        output->written = written;
        lz4->in_frame = result != 0;
        /* So that a good block in front of a bad one is not lost, each call gets a block, or a
           block's header; the result is what would be next: a block with the header behind it. */
        lz4->feed = result > LZ4_BLOCK_HEAD_SIZE ? result - LZ4_BLOCK_HEAD_SIZE : result;
        if (lz4->in_frame && taken == 0 && written == 0) {
            if (qc_bytes_source_fill(source, 1, error) != QEMUCORE_OK) {
                return false;
            }
            if (source->left == 0) {
                qc_error_set(error, QEMUCORE_TRUNCATED, "the file ends inside frame %" PRIu64,
                             lz4->frame);
                return false;
            }
        }
    }
    return true;
}

static void lz4_reset(void *state)
{
    struct lz4 *lz4 = state;
    LZ4F_resetDecompressionContext(lz4->context);
    lz4->frame = 0;
    lz4->in_frame = false;
}

static void lz4_close(void *state)
{
    struct lz4 *lz4 = state;
    LZ4F_freeDecompressionContext(lz4->context);
    free(lz4);
}

const struct qc_bytes_decoder qc_bytes_lz4 = {
    .name = "lz4",
    .bid = lz4_bid,
    .open = lz4_open,
    .decode = lz4_decode,
    .reset = lz4_reset,
    .close = lz4_close,
};
