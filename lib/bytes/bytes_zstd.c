/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_zstd - RFC 8878: frames one behind the other, each with a header, blocks of at most
 * 128 KiB and perhaps a checksum; skippable frames hold no data of ours
 */
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/cursor.h"
#include "base/guard.h"
#include "base/limits.h"

#define ZSTD_HEAD_SIZE 18 /* magic 4, descriptor 1, window 1, dictionary 4, content size 8 */
#define ZSTD_FIRST_SIZE 5 /* of a frame, for zstd to know how long its header is */
#define ZSTD_BLOCK_HEAD_SIZE 3

struct zstd {
    ZSTD_DCtx *context;
    uint64_t window_limit;
    uint64_t frame;   /* counted from 1, skippable ones too; 0 before the first */
    bool in_frame;
    size_t feed;      /* bytes up to the end of the block, block header or checksum at hand */
};

static bool zstd_is_frame(uint32_t magic)
{
    return magic == 0xfd2fb528;
}

static bool zstd_is_skippable(uint32_t magic)
{
    return (magic & 0xfffffff0) == 0x184d2a50;
}

static unsigned zstd_bid(const uint8_t *head, size_t size)
{
    struct qc_cursor cursor = qc_cursor_new(head, size, false);
    uint32_t magic = qc_cursor_u32(&cursor);
    return zstd_is_frame(magic) ? 32 : zstd_is_skippable(magic) ? 28 : 0;
}

/* The smallest window log of zstd that takes in all that window_limit does. */
static int zstd_window_log(uint64_t window_limit)
{
    ZSTD_bounds bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax);
    int log = bounds.lowerBound;
    while (log < bounds.upperBound && ((uint64_t)1 << log) < window_limit) {
        log++;
    }
    return log;
}

static enum qemucore_status zstd_open(void **state, const struct qc_bytes_source *source,
                                      const struct qc_bytes_options *options,
                                      struct qemucore_error *error)
{
    (void)source;
    QC_FREE struct zstd *zstd = calloc(1, sizeof(*zstd));
    if (zstd == NULL || (zstd->context = ZSTD_createDCtx()) == NULL) {
        return qc_error_memory(error);
    }
    zstd->window_limit = options->window_limit;
    ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax,
                           zstd_window_log(zstd->window_limit));
    *state = qc_move(zstd);
    return QEMUCORE_OK;
}

/*
 * How much memory a frame asks for (RFC 8878, 3.1.1.1). zstd's own reader of frame headers is not
 * part of its stable interface. 0 where the header is cut: the decoding finds that.
 */
static uint64_t zstd_frame_window(const uint8_t *head, size_t size)
{
    static const uint8_t dictionary_sizes[] = {0, 1, 2, 4};
    static const uint8_t content_sizes[] = {1, 2, 4, 8};
    struct qc_cursor cursor = qc_cursor_new(head, size, false);
    qc_cursor_u32(&cursor);
    uint8_t descriptor = qc_cursor_u8(&cursor);
    if ((descriptor & 0x20) == 0) {
        uint8_t window = qc_cursor_u8(&cursor);
        uint64_t base = (uint64_t)1 << (10 + (window >> 3));
        return cursor.failed ? 0 : base + base / 8 * (window & 7);
    }
    /* A single segment: the content is its own window. */
    qc_cursor_take(&cursor, dictionary_sizes[descriptor & 3]);
    uint64_t content = qc_cursor_number(&cursor, content_sizes[descriptor >> 6]);
    return cursor.failed ? 0 : content + ((descriptor >> 6) == 1 ? 256 : 0);
}

/* Between two frames: false at the end of the stream. */
static bool zstd_next_frame(struct zstd *zstd, struct qc_bytes_source *source,
                            struct qemucore_error *error)
{
    if (qc_bytes_source_fill(source, ZSTD_HEAD_SIZE, error) != QEMUCORE_OK ||
        source->left == 0) {
        return false;
    }
    struct qc_cursor cursor = qc_cursor_new(source->next, source->left, false);
    uint32_t magic = qc_cursor_u32(&cursor);
    if (cursor.failed) {
        qc_error_set(error, QEMUCORE_TRUNCATED, "the file ends behind frame %" PRIu64
                     ", inside a header", zstd->frame);
        return false;
    }
    if (zstd_is_frame(magic)) {
        uint64_t window = zstd_frame_window(source->next, source->left);
        if (window > zstd->window_limit) {
            qc_error_set(error, QEMUCORE_LIMIT, "frame %" PRIu64 " needs a window of %" PRIu64
                         " MiB, the limit is %" PRIu64 " MiB (raise it with --window)",
                         zstd->frame + 1, window / QC_MIB + (window % QC_MIB != 0),
                         zstd->window_limit / QC_MIB);
            return false;
        }
    } else if (!zstd_is_skippable(magic)) {
        qc_error_set(error, QEMUCORE_CORRUPT, "junk behind frame %" PRIu64, zstd->frame);
        return false;
    }
    zstd->frame++;
    zstd->in_frame = true;
    zstd->feed = ZSTD_FIRST_SIZE;
    return true;
}

static void zstd_fail(const struct zstd *zstd, size_t result, struct qemucore_error *error)
{
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) {
        qc_error_memory(error);
    } else {
        qc_error_set(error, QEMUCORE_CORRUPT, "frame %" PRIu64 " is damaged (%s)", zstd->frame,
                     ZSTD_getErrorName(result));
    }
}

static bool zstd_decode(void *state, struct qc_bytes_source *source,
                        struct qc_bytes_output *output, struct qemucore_error *error)
{
    struct zstd *zstd = state;
    while (output->written == 0) {
        if (!zstd->in_frame && !zstd_next_frame(zstd, source, error)) {
            return false;
        }
        /* First without new input: zstd may hold bytes that the last output had no room for. */
        ZSTD_inBuffer in = {source->next, source->left, 0};
        if (in.size > zstd->feed) {
            in.size = zstd->feed;
        }
        ZSTD_outBuffer out = {output->data, output->room, 0};
        size_t result = ZSTD_decompressStream(zstd->context, &out, &in);
        if (ZSTD_isError(result)) {
            zstd_fail(zstd, result, error);
            return false;
        }
        qc_bytes_source_take(source, in.pos);
        output->written = out.pos;
        zstd->in_frame = result != 0;
        /*
         * A call that fails says nothing about what it wrote before. So that a good block in
         * front of a bad one is not lost, each call gets one thing: a block, or a block's header.
         * The result is what zstd would like next: a block together with the header behind it.
         */
        zstd->feed = result > ZSTD_BLOCK_HEAD_SIZE ? result - ZSTD_BLOCK_HEAD_SIZE : result;
        if (zstd->in_frame && in.pos == 0 && out.pos == 0) {
            if (qc_bytes_source_fill(source, 1, error) != QEMUCORE_OK) {
                return false;
            }
            if (source->left == 0) {
                qc_error_set(error, QEMUCORE_TRUNCATED, "the file ends inside frame %" PRIu64,
                             zstd->frame);
                return false;
            }
        }
    }
    return true;
}

static void zstd_reset(void *state)
{
    struct zstd *zstd = state;
    ZSTD_DCtx_reset(zstd->context, ZSTD_reset_session_only);
    zstd->frame = 0;
    zstd->in_frame = false;
}

static void zstd_close(void *state)
{
    struct zstd *zstd = state;
    ZSTD_freeDCtx(zstd->context);
    free(zstd);
}

const struct qc_bytes_decoder qc_bytes_zstd = {
    .name = "zstd",
    .bid = zstd_bid,
    .open = zstd_open,
    .decode = zstd_decode,
    .reset = zstd_reset,
    .close = zstd_close,
};
