/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_zstd - the zstd decoder. RFC 8878: frames in a row, each with a header, blocks of at most
 * 128 KiB and perhaps a checksum; skippable frames hold no data of a core
 */
#include "bytes/bytes_block.h"
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_frame.h"
#include "bytes/zstd_parallel.h"

#define ZSTD_FIRST_SIZE 5 /* bytes of a frame from which zstd knows the size of its header */
#define ZSTD_BLOCK_HEAD_SIZE 3

struct zstd {
    ZSTD_DCtx *context;
    struct qc_zstd_table table; /* seek table of a seekable file, else empty */
    struct qc_zstd_parallel *parallel; /* NULL: frames are decoded one after the other */
    size_t place;     /* index in the table of the current frame, or of the next one */
    uint64_t written; /* bytes of the current frame that were written */
    bool has_content; /* the current frame's header tells the content's size */
    uint64_t content; /* size of its content by the header */
    bool has_table_size;
    uint64_t table_size; /* size of its content by the seek table */
    uint64_t window_limit;
    uint64_t frame;   /* number of the frame, from 1, with skippable ones; 0: before the first */
    bool in_frame;
    uint64_t heads_left; /* block headers that may still be read to jump over frames */
    size_t input_limit;  /* most input of the next call: to the end of a block, block header or
                            checksum */
};

static unsigned zstd_bid(const uint8_t *head, size_t size)
{
    struct qc_cursor cursor = qc_cursor_new(head, size, false);
    uint32_t magic = qc_cursor_u32(&cursor);
    return magic == QC_ZSTD_MAGIC ? 32 : qc_zstd_is_skippable(magic) ? 28 : 0;
}

/* Returns the smallest window log of zstd that is not below window_limit. */
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
    /* With a seek table, frames are jumped over: decoding ahead would be wasted. */
    if (qc_bytes_source_is_shared(source) && zstd->table.count == 0) {
        zstd->parallel = qc_zstd_parallel_new(source, zstd->window_limit);
    }
    ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax, zstd_window_log(zstd->window_limit));
    *state = qc_move(zstd);
    return QEMUCORE_OK;
}

/* Finds the content's size of the frame at that position of the file in the seek table. False: no
   table, or no such frame in it. */
static bool zstd_find_table_size(struct zstd *zstd, uint64_t position, uint64_t *ret)
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

/* zstd wants a block and the next block's header together; a failing call does not tell what it
   wrote. So each call is given only one of them: a damaged block does not cost the sound one
   before. */
static size_t zstd_input_limit(size_t wanted)
{
    return wanted > ZSTD_BLOCK_HEAD_SIZE ? wanted - ZSTD_BLOCK_HEAD_SIZE : wanted;
}

/* Tells whether the frame's header asks for nothing that is not here. */
static bool zstd_accepts(const struct zstd *zstd, const struct qc_zstd_frame *frame,
                         struct qemucore_error *error)
{
    if (frame->dictionary != 0) {
        qc_error_set(error, QEMUCORE_UNSUPPORTED, "frame %" PRIu64 " needs dictionary %" PRIu32
                     " (zstd -dc -D DICTIONARY decodes it)",
                     zstd->frame + 1, frame->dictionary);
    } else if (frame->window > zstd->window_limit) {
        qc_error_set(error, QEMUCORE_LIMIT, "frame %" PRIu64 " needs a window of %" PRIu64
                     " MiB, the window limit is %" PRIu64 " MiB",
                     zstd->frame + 1, frame->window / QC_MIB + (frame->window % QC_MIB != 0),
                     zstd->window_limit / QC_MIB);
    } else {
        return true;
    }
    return false;
}

/* Begins the next frame. False: the end of the stream, or an error. */
static bool zstd_next_frame(struct zstd *zstd, struct qc_bytes_source *source,
                            struct qemucore_error *error)
{
    uint32_t magic;
    struct qc_zstd_frame frame = {0};
    if (!qc_bytes_source_magic(source, QC_ZSTD_FRAME_HEAD, zstd->frame, &magic, error)) {
        return false;
    }
    if (magic == QC_ZSTD_MAGIC) {
        /* A header that is cut is left to the decoding to report. */
        if (qc_zstd_frame_read(source->next, source->left, &frame) &&
            !zstd_accepts(zstd, &frame, error)) {
            return false;
        }
    } else if (!qc_zstd_is_skippable(magic)) {
        qc_error_set(error, QEMUCORE_CORRUPT, "junk after frame %" PRIu64, zstd->frame);
        return false;
    }
    zstd->frame++;
    zstd->in_frame = true;
    zstd->written = 0;
    zstd->has_content = frame.has_content;
    zstd->content = frame.content;
    zstd->has_table_size =
        zstd_find_table_size(zstd, qc_bytes_source_taken(source), &zstd->table_size);
    zstd->input_limit = ZSTD_FIRST_SIZE;
    return true;
}

/* Ends a frame after its checksum. False: its size contradicts the seek table. */
static bool zstd_end_frame(struct zstd *zstd, struct qemucore_error *error)
{
    zstd->in_frame = false;
    /* Jumps use the table's offsets: a wrong size here makes all later offsets wrong. */
    if (zstd->has_table_size && zstd->written != zstd->table_size) {
        qc_error_set(error, QEMUCORE_CORRUPT,
                     "frame %" PRIu64 " holds %" PRIu64 " bytes, the seek table says %" PRIu64,
                     zstd->frame, zstd->written, zstd->table_size);
        return false;
    }
    return true;
}

/* Gives zstd the next part of a frame, see zstd_input_limit. */
static bool zstd_step(struct zstd *zstd, struct qc_bytes_source *source,
                      struct qc_bytes_output *output, struct qemucore_error *error)
{
    /* Decodes before reading more: zstd may hold bytes that the previous output had no room for. */
    ZSTD_inBuffer in = {
        source->next, qc_min(source->left, zstd->input_limit), 0};
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
    zstd->input_limit = zstd_input_limit(result);
    if (result == 0) {
        return zstd_end_frame(zstd, error);
    }
    return in.pos != 0 || size != 0 || qc_bytes_source_need(source, 1, "frame", zstd->frame, error);
}

static bool zstd_decode(void *state, struct qc_bytes_source *source,
                        struct qc_bytes_output *output, struct qemucore_error *error)
{
    struct zstd *zstd = state;
    if (zstd->parallel != NULL && !zstd->in_frame &&
        qc_zstd_parallel_decode(zstd->parallel, source, output, &zstd->frame)) {
        return true;
    }
    /* Goes on to the end of a frame whose content is complete: a jump can begin only there. */
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

/* Jumps over frames by their headers, as far as those tell the content's size. Jumps over skippable
   frames only together with a following frame that tells it. */
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
    QC_FAIL_IF(ZSTD_isError(done), error, QEMUCORE_CORRUPT, "damaged (%s)",
               ZSTD_getErrorName(done));
    return done == out_size ? QEMUCORE_OK : qc_block_wrong_size(out_size, error);
}
