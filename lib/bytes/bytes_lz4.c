/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_lz4 - the lz4 decoder. LZ4 frame format: frames in a row, each of blocks of at most 4 MiB;
 * skippable frames hold no data of a core
 *
 * liblz4 spends three quarters of its time on the XXH32 of a frame's content, libxxhash a sixth of
 * that. So if both libraries allow it (HAVE_LIBXXHASH), liblz4 is told to skip that checksum, which
 * is computed and verified here. liblz4 would then skip the checksums of blocks too: if a frame has
 * those, liblz4 verifies all of its checksums.
 */
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_LIBXXHASH
#include <xxhash.h>
#endif

#include "base/base.h"
#include "bytes/zstd_frame.h"

#define LZ4_MAGIC_SIZE 4
#define LZ4_BLOCK_HEAD_SIZE 4
#define LZ4_CHECKSUM_SIZE 4
/* lz4_Frame_format.md: flags after the magic; the end mark, in place of a block's header. */
#define LZ4_HAS_BLOCK_CHECKSUMS 0x10
#define LZ4_HAS_CHECKSUM 0x04
#define LZ4_END_MARK 0

struct lz4 {
    LZ4F_dctx *context;
    uint64_t frame; /* number of the frame, from 1, skippable ones included; 0: before the first */
    bool in_frame;
    bool verifies;    /* verify the checksum of the frame's content here, instead of in liblz4 */
    bool at_head;     /* a block's header or the end mark is next */
    bool at_checksum; /* only the frame's checksum is left */
#ifdef HAVE_LIBXXHASH
    XXH32_state_t *hash;
#endif
    size_t input_limit; /* most input of the next call: to the end of a header, block or checksum */
};

/* ---- the checksum of a frame's content ------------------------------------------------------- */

#ifdef HAVE_LIBXXHASH

static const LZ4F_decompressOptions_t skip_checksums = {.skipChecksums = 1};

/* Decides whether the checksum of the frame's content is verified here or, without memory, by
   liblz4. */
static void hash_begin(struct lz4 *lz4, uint8_t flags)
{
    if (lz4->hash == NULL) {
        lz4->hash = XXH32_createState();
    }
    lz4->verifies = lz4->hash != NULL && (flags & LZ4_HAS_CHECKSUM) != 0 &&
                    (flags & LZ4_HAS_BLOCK_CHECKSUMS) == 0;
    if (lz4->verifies) {
        XXH32_reset(lz4->hash, 0);
    }
}

static const LZ4F_decompressOptions_t *hash_options(const struct lz4 *lz4)
{
    return lz4->verifies ? &skip_checksums : NULL;
}

static void hash_add(struct lz4 *lz4, const uint8_t *data, size_t size)
{
    if (lz4->verifies) {
        XXH32_update(lz4->hash, data, size);
    }
}

static uint32_t hash_value(const struct lz4 *lz4)
{
    return XXH32_digest(lz4->hash);
}

static void hash_free(struct lz4 *lz4)
{
    XXH32_freeState(lz4->hash);
}

#else

static void hash_begin(struct lz4 *lz4, uint8_t flags)
{
    (void)flags;
    lz4->verifies = false;
}

static const LZ4F_decompressOptions_t *hash_options(const struct lz4 *lz4)
{
    (void)lz4;
    return NULL;
}

static void hash_add(struct lz4 *lz4, const uint8_t *data, size_t size)
{
    (void)lz4;
    (void)data;
    (void)size;
}

static uint32_t hash_value(const struct lz4 *lz4)
{
    (void)lz4;
    return 0;
}

static void hash_free(struct lz4 *lz4)
{
    (void)lz4;
}

#endif

/* ---- frames ---------------------------------------------------------------------------------- */

static bool lz4_is_frame(uint32_t magic)
{
    return magic == 0x184d2204;
}

/* Does not bid for a skippable frame, which may be zstd's too: bytes_zstd bids for it. */
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
    hash_free(lz4);
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
    (void)options;
    QC_GUARD(lz4_guard) struct lz4 *lz4 = calloc(1, sizeof(*lz4));
    if (lz4 == NULL || LZ4F_isError(LZ4F_createDecompressionContext(&lz4->context, LZ4F_VERSION))) {
        return qc_error_memory(error);
    }
    *state = qc_move(lz4);
    return QEMUCORE_OK;
}

static void lz4_fail(const struct lz4 *lz4, const char *why, struct qemucore_error *error)
{
    qc_error_set(error, QEMUCORE_CORRUPT, "frame %" PRIu64 " is damaged (%s)", lz4->frame, why);
}

static void lz4_fail_checksum(const struct lz4 *lz4, struct qemucore_error *error)
{
    lz4_fail(lz4, "the content has a wrong checksum", error);
}

static void lz4_fail_result(const struct lz4 *lz4, size_t result, struct qemucore_error *error)
{
    const char *name = LZ4F_getErrorName(result);
    if (strcmp(name, "ERROR_contentChecksum_invalid") == 0) {
        lz4_fail_checksum(lz4, error);
    } else {
        lz4_fail(lz4, name, error);
    }
}

/* liblz4 wants a block and the next block's header together. Each call is given only one of them:
   so a damaged block does not cost the sound one before it. */
static size_t lz4_input_limit(size_t wanted)
{
    return wanted > LZ4_BLOCK_HEAD_SIZE ? wanted - LZ4_BLOCK_HEAD_SIZE : wanted;
}

/* Begins the next frame. False: the end of the stream, or an error. */
static bool lz4_next_frame(struct lz4 *lz4, struct qc_bytes_source *source,
                           struct qemucore_error *error)
{
    uint32_t magic;
    if (!qc_bytes_source_magic(source, LZ4F_HEADER_SIZE_MAX, lz4->frame, &magic, error)) {
        return false;
    }
    if (!lz4_is_frame(magic) && !qc_zstd_is_skippable(magic)) {
        qc_error_set(error, QEMUCORE_CORRUPT, "junk after frame %" PRIu64, lz4->frame);
        return false;
    }
    lz4->frame++;
    lz4->in_frame = true;
    lz4->input_limit = LZ4F_MIN_SIZE_TO_KNOW_HEADER_LENGTH;
    lz4->at_head = lz4->at_checksum = false;
    bool has_flags = lz4_is_frame(magic) && source->left > LZ4_MAGIC_SIZE;
    hash_begin(lz4, has_flags ? source->next[LZ4_MAGIC_SIZE] : 0);
    return true;
}

/* Verifies the checksum of the frame's content. Does not take it: liblz4 skips it afterwards. */
static bool lz4_verify_checksum(const struct lz4 *lz4, struct qc_bytes_source *source,
                                struct qemucore_error *error)
{
    if (!qc_bytes_source_need(source, LZ4_CHECKSUM_SIZE, "frame", lz4->frame, error)) {
        return false;
    }
    struct qc_cursor cursor = qc_cursor_new(source->next, source->left, false);
    if (hash_value(lz4) != qc_cursor_u32(&cursor)) {
        lz4_fail_checksum(lz4, error);
        return false;
    }
    return true;
}

static bool lz4_is_end_mark(const struct qc_bytes_source *source)
{
    struct qc_cursor cursor = qc_cursor_new(source->next, source->left, false);
    return qc_cursor_u32(&cursor) == LZ4_END_MARK && !cursor.failed;
}

/* Gives liblz4 the next part of a frame, see lz4_input_limit; a block's header in one piece. */
static bool lz4_step(struct lz4 *lz4, struct qc_bytes_source *source,
                     struct qc_bytes_output *output, struct qemucore_error *error)
{
    if (lz4->at_checksum && !lz4_verify_checksum(lz4, source, error)) {
        return false;
    }
    size_t least = lz4->at_head ? LZ4_BLOCK_HEAD_SIZE : 1;
    bool at_end = lz4->at_head && lz4_is_end_mark(source);
    /* Decodes before reading more: the previous output may have had no room for all bytes. */
    size_t taken = source->left < least              ? 0
                   : source->left < lz4->input_limit ? source->left
                                                     : lz4->input_limit;
    size_t written = output->room;
    size_t result = LZ4F_decompress(lz4->context, output->data, &written, source->next, &taken,
                                    hash_options(lz4));
    if (LZ4F_isError(result)) {
        lz4_fail_result(lz4, result, error);
        return false;
    }
    qc_bytes_source_take(source, taken);
    output->written = written;
    hash_add(lz4, output->data, written);
    lz4->input_limit = lz4_input_limit(result);
    lz4->at_checksum = lz4->verifies && at_end && taken != 0;
    lz4->at_head = result == LZ4_BLOCK_HEAD_SIZE && !lz4->at_checksum;
    lz4->in_frame = result != 0;
    return !lz4->in_frame || taken != 0 || written != 0 ||
           qc_bytes_source_need(source, least, "frame", lz4->frame, error);
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
    lz4->frame = 0;
    lz4->in_frame = false;
}

const struct qc_bytes_decoder qc_bytes_lz4 = {
    .name = "lz4",
    .command = "lz4 -dc",
    .bid = lz4_bid,
    .open = lz4_open,
    .decode = lz4_decode,
    .reset = lz4_reset,
    .close = lz4_close,
};
