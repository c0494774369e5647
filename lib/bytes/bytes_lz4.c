/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_lz4 - the LZ4 frame format: frames one behind the other, each of blocks of at most 4 MiB;
 * skippable frames hold no data of ours
 */
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "base/guard.h"
#include "bytes/digest.h"
#include "bytes/xxhash.h"

#define LZ4_BLOCK_HEAD_SIZE 4
#define LZ4_MAGIC_SIZE 4
#define LZ4_CHECKSUM_SIZE 4

/* lz4_Frame_format.md: magic 4, flags, block descriptor, content size 8, dictionary 4, check */
#define LZ4_HEAD_MAX 19
#define LZ4_FLAGS 4 /* their place */
#define LZ4_VERSION_MASK 0xc0
#define LZ4_VERSION_1 0x40
#define LZ4_HAS_SIZE 0x08
#define LZ4_HAS_CHECKSUM 0x04
#define LZ4_HAS_DICTIONARY 0x01

struct lz4 {
    LZ4F_dctx *context;
    uint64_t frame; /* counted from 1, skippable ones too; 0 before the first */
    bool in_frame;
    bool has_checksum;
    bool at_checksum; /* of the frame only that is left */
    struct qc_digest *digest;
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

static void lz4_close(void *state)
{
    struct lz4 *lz4 = state;
    if (lz4 == NULL) {
        return;
    }
    qc_digest_free(lz4->digest);
    LZ4F_freeDecompressionContext(lz4->context);
    free(lz4);
}

static void lz4_guard(struct lz4 **lz4)
{
    lz4_close(*lz4);
}

static enum qemucore_status lz4_open(void **state, const struct qc_bytes_source *source,
                                     const struct qc_bytes_options *options,
                                     struct qemucore_error *error)
{
    (void)source;
    QC_GUARD(lz4_guard) struct lz4 *lz4 = calloc(1, sizeof(*lz4));
    if (lz4 == NULL ||
        LZ4F_isError(LZ4F_createDecompressionContext(&lz4->context, LZ4F_VERSION)) ||
        (lz4->digest = qc_digest_new(QC_DIGEST_XXH32, options->threads_from)) == NULL) {
        return qc_error_memory(error);
    }
    *state = qc_move(lz4);
    return QEMUCORE_OK;
}

static void lz4_fail(const struct lz4 *lz4, const char *why, struct qemucore_error *error)
{
    qc_error_set(error, QEMUCORE_CORRUPT, "frame %" PRIu64 " is damaged (%s)", lz4->frame, why);
}

/* Always false. */
static bool lz4_cut(const struct lz4 *lz4, struct qemucore_error *error)
{
    qc_error_set(error, QEMUCORE_TRUNCATED, "the file ends inside frame %" PRIu64, lz4->frame);
    return false;
}

/* So that a good block in front of a bad one is not lost, each call gets a block, or a block's
   header; what would be next is a block with the header behind it. */
static size_t lz4_feed(size_t wanted)
{
    return wanted > LZ4_BLOCK_HEAD_SIZE ? wanted - LZ4_BLOCK_HEAD_SIZE : wanted;
}

static uint8_t lz4_head_check(const uint8_t *head, size_t size)
{
    struct qc_xxh32 hash;
    qc_xxh32_begin(&hash);
    qc_xxh32_add(&hash, head + LZ4_MAGIC_SIZE, size - LZ4_MAGIC_SIZE);
    return (uint8_t)(qc_xxh32_value(&hash) >> 8);
}

/* Of a header that is sound; 0: it is not, or not there as a whole. */
static size_t lz4_head_size(const uint8_t *head, size_t size)
{
    struct qc_cursor cursor = qc_cursor_new(head, size, false);
    qc_cursor_take(&cursor, LZ4_MAGIC_SIZE);
    uint8_t flags = qc_cursor_u8(&cursor);
    qc_cursor_take(&cursor, 1);
    qc_cursor_take(&cursor, (flags & LZ4_HAS_SIZE) != 0 ? 8 : 0);
    qc_cursor_take(&cursor, (flags & LZ4_HAS_DICTIONARY) != 0 ? 4 : 0);
    size_t checked = cursor.position;
    uint8_t check = qc_cursor_u8(&cursor);
    return !cursor.failed && (flags & LZ4_VERSION_MASK) == LZ4_VERSION_1 &&
                   check == lz4_head_check(head, checked)
               ? cursor.position
               : 0;
}

/* lz4 gets to see a header that promises no checksum, which is computed and verified here: another
   thread can do that. What is wrong with a header lz4 says. */
static bool lz4_hide_checksum(struct lz4 *lz4, struct qc_bytes_source *source,
                              struct qemucore_error *error)
{
    uint8_t head[LZ4_HEAD_MAX];
    size_t size = lz4_head_size(source->next, source->left);
    lz4->has_checksum = size != 0 && (source->next[LZ4_FLAGS] & LZ4_HAS_CHECKSUM) != 0;
    if (!lz4->has_checksum) {
        return true;
    }
    memcpy(head, source->next, size);
    head[LZ4_FLAGS] &= (uint8_t)~LZ4_HAS_CHECKSUM;
    head[size - 1] = lz4_head_check(head, size - 1);
    uint8_t nothing;
    size_t taken = size;
    size_t written = 0;
    size_t result = LZ4F_decompress(lz4->context, &nothing, &written, head, &taken, NULL);
    if (LZ4F_isError(result)) {
        lz4_fail(lz4, LZ4F_getErrorName(result), error);
        return false;
    }
    qc_bytes_source_take(source, taken);
    lz4->feed = lz4_feed(result);
    qc_digest_begin(lz4->digest);
    return true;
}

/* Between two frames: false at the end of the stream. */
static bool lz4_next_frame(struct lz4 *lz4, struct qc_bytes_source *source,
                           struct qemucore_error *error)
{
    if (qc_bytes_source_fill(source, LZ4_HEAD_MAX, error) != QEMUCORE_OK ||
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
    lz4->at_checksum = false;
    lz4->has_checksum = false;
    return lz4_is_skippable(magic) || lz4_hide_checksum(lz4, source, error);
}

static bool lz4_check(struct lz4 *lz4, struct qc_bytes_source *source,
                      struct qemucore_error *error)
{
    if (qc_bytes_source_fill(source, LZ4_CHECKSUM_SIZE, error) != QEMUCORE_OK) {
        return false;
    }
    struct qc_cursor cursor = qc_cursor_new(source->next, source->left, false);
    uint32_t expected = qc_cursor_u32(&cursor);
    if (cursor.failed) {
        return lz4_cut(lz4, error);
    }
    if (qc_digest_end(lz4->digest) != expected) {
        lz4_fail(lz4, "the checksum of the content is another", error);
        return false;
    }
    qc_bytes_source_take(source, LZ4_CHECKSUM_SIZE);
    lz4->in_frame = false;
    return true;
}

/* Within a frame: one thing more of it, as lz4_feed says. */
static bool lz4_step(struct lz4 *lz4, struct qc_bytes_source *source,
                     struct qc_bytes_output *output, struct qemucore_error *error)
{
    if (lz4->at_checksum) {
        return lz4_check(lz4, source, error);
    }
    /* First without new input: there may be bytes that the last output had no room for. */
    size_t taken = source->left < lz4->feed ? source->left : lz4->feed;
    size_t written = output->room;
    size_t result =
        LZ4F_decompress(lz4->context, output->data, &written, source->next, &taken, NULL);
    if (LZ4F_isError(result)) {
        lz4_fail(lz4, LZ4F_getErrorName(result), error);
        return false;
    }
    qc_bytes_source_take(source, taken);
    output->written = written;
    if (written != 0 && lz4->has_checksum) {
        output->lent = qc_digest_add(lz4->digest, output->data, written);
    }
    lz4->feed = lz4_feed(result);
    lz4->at_checksum = result == 0 && lz4->has_checksum;
    lz4->in_frame = result != 0 || lz4->at_checksum;
    if (!lz4->in_frame || lz4->at_checksum || taken != 0 || written != 0) {
        return true;
    }
    return qc_bytes_source_fill(source, 1, error) == QEMUCORE_OK &&
           (source->left != 0 || lz4_cut(lz4, error));
}

static bool lz4_decode(void *state, struct qc_bytes_source *source,
                       struct qc_bytes_output *output, struct qemucore_error *error)
{
    struct lz4 *lz4 = state;
    while (output->written == 0) {
        if (!lz4->in_frame && !lz4_next_frame(lz4, source, error)) {
            return false;
        }
        if (!lz4_step(lz4, source, output, error)) {
            return false;
        }
    }
    return true;
}

static void lz4_reset(void *state)
{
    struct lz4 *lz4 = state;
    LZ4F_resetDecompressionContext(lz4->context);
    qc_digest_begin(lz4->digest);
    lz4->frame = 0;
    lz4->in_frame = false;
}

static void lz4_rest(void *state)
{
    struct lz4 *lz4 = state;
    qc_digest_rest(lz4->digest);
}

const struct qc_bytes_decoder qc_bytes_lz4 = {
    .name = "lz4",
    .bid = lz4_bid,
    .open = lz4_open,
    .decode = lz4_decode,
    .reset = lz4_reset,
    .rest = lz4_rest,
    .close = lz4_close,
};
