/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_zstd - RFC 8878: frames one behind the other, each with a header, blocks of at most
 * 128 KiB and perhaps a checksum; skippable frames hold no data of ours
 */
#include "bytes/bytes_block.h"
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_frame.h"
#include "bytes/zstd_parallel.h"

#define ZSTD_FIRST_SIZE 5 /* of a frame, for zstd to know how long its header is */
#define ZSTD_BLOCK_HEAD_SIZE 3

struct zstd {
    ZSTD_DCtx *context;
    struct qc_zstd_table table; /* of a seekable file */
    struct qc_zstd_parallel *parallel; /* NULL: none */
    size_t place;     /* in it: of the frame at hand or the next one */
    uint64_t written; /* of the frame at hand */
    bool has_content; /* its header tells what it holds: */
    uint64_t content;
    bool has_expected;
    uint64_t expected; /* what the seek table says of it */
    uint64_t window_limit;
    uint64_t frame;   /* counted from 1, skippable ones too; 0 before the first */
    bool in_frame;
    uint64_t heads_left; /* of blocks, that may be read to pass frames over */
    size_t feed;      /* bytes up to the end of the block, block header or checksum at hand */
};

static unsigned zstd_bid(const uint8_t *head, size_t size)
{
    struct qc_cursor cursor = qc_cursor_new(head, size, false);
    uint32_t magic = qc_cursor_u32(&cursor);
    return magic == QC_ZSTD_MAGIC ? 32 : qc_zstd_is_skippable(magic) ? 28 : 0;
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

static void zstd_close(void *state)
{
    struct zstd *zstd = state;
    if (zstd == NULL) {
        return;
    }
    qc_zstd_parallel_free(zstd->parallel);
    ZSTD_freeDCtx(zstd->context);
    free(zstd->table.places);
    free(zstd);
}

static void zstd_guard(struct zstd **zstd)
{
    zstd_close(*zstd);
}

static enum qemucore_status zstd_open(void **state, const struct qc_bytes_source *source,
                                      const struct qc_bytes_options *options,
                                      struct qemucore_error *error)
{
    QC_GUARD(zstd_guard) struct zstd *zstd = calloc(1, sizeof(*zstd));
    if (zstd == NULL || (zstd->context = ZSTD_createDCtx()) == NULL ||
        (qc_bytes_source_can_seek(source) && !qc_zstd_table_read(source, &zstd->table))) {
        return qc_error_memory(error);
    }
    zstd->window_limit = options->window_limit;
    zstd->heads_left = QC_LIMIT_BLOCK_HEADS;
    /* By a table frames are passed over, and what is decoded ahead would be in vain. */
    if (qc_bytes_source_is_shared(source) && zstd->table.count == 0) {
        zstd->parallel = qc_zstd_parallel_new(source, zstd->window_limit);
    }
    ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax,
                           zstd_window_log(zstd->window_limit));
    *state = qc_move(zstd);
    return QEMUCORE_OK;
}

/* How much the frame at that place of the file holds, by the seek table; false: there is none, or
   it knows of no such frame. */
static bool zstd_expected(struct zstd *zstd, uint64_t position, uint64_t *ret)
{
    const struct qc_zstd_table *table = &zstd->table;
    while (zstd->place + 1 < table->count && table->places[zstd->place].stored < position) {
        zstd->place++;
    }
    if (zstd->place + 1 >= table->count || table->places[zstd->place].stored != position) {
        return false;
    }
    const struct qc_zstd_place *place = &table->places[zstd->place];
    *ret = place[1].offset - place->offset;
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

/* What zstd would like next is a block together with the head behind it. A call that fails says
   nothing about what it wrote before: so that a good block in front of a bad one is not lost, each
   call gets one thing, a block or a block's head. */
static size_t zstd_feed(size_t wanted)
{
    return wanted > ZSTD_BLOCK_HEAD_SIZE ? wanted - ZSTD_BLOCK_HEAD_SIZE : wanted;
}

/* Between two frames: false at the end of the stream. */
static bool zstd_next_frame(struct zstd *zstd, struct qc_bytes_source *source,
                            struct qemucore_error *error)
{
    uint32_t magic;
    struct qc_zstd_frame frame = {0};
    if (!qc_bytes_source_magic(source, QC_ZSTD_FRAME_HEAD, "frame", zstd->frame, &magic, error)) {
        return false;
    }
    if (magic == QC_ZSTD_MAGIC) {
        /* Where the header is cut the decoding finds that. */
        if (qc_zstd_frame_read(source->next, source->left, &frame) &&
            frame.window > zstd->window_limit) {
            qc_error_set(error, QEMUCORE_LIMIT, "frame %" PRIu64 " needs a window of %" PRIu64
                         " MiB, the window limit is %" PRIu64 " MiB",
                         zstd->frame + 1, frame.window / QC_MIB + (frame.window % QC_MIB != 0),
                         zstd->window_limit / QC_MIB);
            return false;
        }
    } else if (!qc_zstd_is_skippable(magic)) {
        qc_error_set(error, QEMUCORE_CORRUPT, "junk behind frame %" PRIu64, zstd->frame);
        return false;
    }
    zstd->frame++;
    zstd->in_frame = true;
    zstd->written = 0;
    zstd->has_content = frame.has_content;
    zstd->content = frame.content;
    zstd->has_expected = zstd_expected(zstd, qc_bytes_source_taken(source), &zstd->expected);
    zstd->feed = ZSTD_FIRST_SIZE;
    return true;
}

/* Behind a frame, its checksum included. */
static bool zstd_end_frame(struct zstd *zstd, struct qemucore_error *error)
{
    zstd->in_frame = false;
    /* By the table we may have come here, and by it we would go on: all offsets are its. */
    if (zstd->has_expected && zstd->written != zstd->expected) {
        qc_error_set(error, QEMUCORE_CORRUPT,
                     "frame %" PRIu64 " holds %" PRIu64 " bytes, the seek table says %" PRIu64,
                     zstd->frame, zstd->written, zstd->expected);
        return false;
    }
    return true;
}

/* Within a frame: one thing more of it, as zstd_feed says. */
static bool zstd_step(struct zstd *zstd, struct qc_bytes_source *source,
                      struct qc_bytes_output *output, struct qemucore_error *error)
{
    /* First without new input: zstd may hold bytes that the last output had no room for. */
    ZSTD_inBuffer in = {source->next, source->left < zstd->feed ? source->left : zstd->feed, 0};
    ZSTD_outBuffer out = {output->data, output->room, output->written};
    size_t result = ZSTD_decompressStream(zstd->context, &out, &in);
    if (ZSTD_isError(result)) {
        zstd_fail(zstd, result, error);
        return false;
    }
    qc_bytes_source_take(source, in.pos);
    size_t size = out.pos - output->written;
    output->written = out.pos;
    zstd->written += size;
    zstd->feed = zstd_feed(result);
    if (result == 0) {
        return zstd_end_frame(zstd, error);
    }
    return in.pos != 0 || size != 0 ||
           qc_bytes_source_need(source, 1, "frame", zstd->frame, error);
}

static bool zstd_decode(void *state, struct qc_bytes_source *source,
                        struct qc_bytes_output *output, struct qemucore_error *error)
{
    struct zstd *zstd = state;
    if (zstd->parallel != NULL && !zstd->in_frame &&
        qc_zstd_parallel_decode(zstd->parallel, source, output, &zstd->frame)) {
        return true;
    }
    /* Up to the end of a frame once all that it holds is there: a jump can begin only there. */
    while (output->written == 0 ||
           (zstd->in_frame && zstd->has_content && zstd->written == zstd->content)) {
        if (!zstd->in_frame && !zstd_next_frame(zstd, source, error)) {
            return false;
        }
        if (!zstd_step(zstd, source, output, error)) {
            return false;
        }
    }
    return true;
}

/* By the heads of the frames that lie ahead, as far as they tell what they hold. Skippable ones are
   passed only together with one that does. */
static uint64_t zstd_jump_frames(struct zstd *zstd, struct qc_bytes_source *source, uint64_t at,
                                 uint64_t to)
{
    uint64_t position = qc_bytes_source_taken(source);
    for (uint64_t frames = 1;; frames++) {
        uint64_t blocks;
        struct qc_zstd_frame frame = {.has_content = false};
        uint8_t head[QC_ZSTD_FRAME_HEAD];
        size_t size = qc_bytes_source_read_at(source, position, head, sizeof(head), NULL);
        struct qc_cursor cursor = qc_cursor_new(head, size, false);
        uint64_t stored = 0;
        if (qc_zstd_is_skippable(qc_cursor_u32(&cursor))) {
            stored = QC_ZSTD_SKIPPABLE_HEAD + (uint64_t)qc_cursor_u32(&cursor);
        } else if (qc_zstd_frame_read(head, size, &frame) && frame.has_content &&
                   frame.window <= zstd->window_limit && frame.content <= to - at) {
            stored = qc_zstd_frame_stored(source, position, &frame, zstd->heads_left, &blocks);
            zstd->heads_left -= blocks;
        }
        if (cursor.failed || stored == 0 || stored > source->size - position) {
            return at;
        }
        position += stored;
        if (frame.has_content) {
            qc_bytes_source_seek(source, position);
            zstd->frame += frames;
            frames = 0;
            at += frame.content;
        }
    }
}

static uint64_t zstd_jump(void *state, struct qc_bytes_source *source, uint64_t at, uint64_t to)
{
    struct zstd *zstd = state;
    const struct qc_zstd_place *place = qc_zstd_table_find(&zstd->table, to);
    if (place == NULL) {
        return zstd->in_frame || qc_zstd_parallel_is_inside(zstd->parallel)
                   ? at
                   : zstd_jump_frames(zstd, source, at, to);
    }
    if (place->offset <= at) {
        return at;
    }
    ZSTD_DCtx_reset(zstd->context, ZSTD_reset_session_only);
    zstd->place = (size_t)(place - zstd->table.places);
    zstd->frame = zstd->place;
    zstd->in_frame = false;
    qc_bytes_source_seek(source, place->stored);
    return place->offset;
}

static void zstd_reset(void *state)
{
    struct zstd *zstd = state;
    ZSTD_DCtx_reset(zstd->context, ZSTD_reset_session_only);
    qc_zstd_parallel_reset(zstd->parallel);
    zstd->heads_left = QC_LIMIT_BLOCK_HEADS;
    zstd->frame = 0;
    zstd->place = 0;
    zstd->in_frame = false;
}

static void zstd_join(void *state)
{
    struct zstd *zstd = state;
    qc_zstd_parallel_join(zstd->parallel);
}

const struct qc_bytes_decoder qc_bytes_zstd = {
    .name = "zstd",
    .command = "zstd -dc",
    .bid = zstd_bid,
    .open = zstd_open,
    .decode = zstd_decode,
    .jump = zstd_jump,
    .reset = zstd_reset,
    .join = zstd_join,
    .close = zstd_close,
};

enum qemucore_status qc_block_zstd(const uint8_t *in, size_t in_size, uint8_t *out,
                                   size_t out_size, struct qemucore_error *error)
{
    size_t done = ZSTD_decompress(out, out_size, in, in_size);
    if (ZSTD_isError(done)) {
        return qc_error_set(error, QEMUCORE_CORRUPT, "damaged (%s)", ZSTD_getErrorName(done));
    }
    return done == out_size ? QEMUCORE_OK : qc_block_wrong_size(out_size, error);
}
