/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_gzip - the gzip decoder. RFC 1952: members in a row, each with a header, deflated data,
 * CRC-32 and length
 *
 * Decoding starts at the start of a member, or from a saved state: so the first pass saves its
 * state from time to time (checkpoints). bgzip's members tell their size and are jumped over.
 */
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/base.h"
#include "bytes/checkpoints.h"
#include "bytes/inflate.h"

#define GZIP_HEAD 12       /* size of the header, with the length of the extra field */
#define GZIP_LENGTH 4      /* size of the member's last field, the content's length */
#define GZIP_HAS_EXTRA 4   /* flag: the header has an extra field */
#define BGZIP_EXTRA 6      /* SAMv1.pdf, 4.1: "BC", length 2, size of the member minus 1 */

struct gzip {
    const struct qc_inflate *library;
    void *inflate;
    uint64_t member;   /* number of the member, from 1; 0: before the first */
    bool in_member;
    bool can_seek;
    uint64_t offset;   /* uncompressed offset of the next output */
    struct qc_checkpoints checkpoints;
};

/* Checks only the magic: a fault after it is damage to a gzip file, not another format. */
static unsigned gzip_bid(const uint8_t *head, size_t size)
{
    return size >= 2 && head[0] == 0x1f && head[1] == 0x8b ? 16 : 0;
}

static enum qemucore_status gzip_open(void **state, const struct qc_bytes_source *source,
                                      const struct qc_bytes_options *options,
                                      struct qemucore_error *error)
{
    QC_FREE struct gzip *gzip = calloc(1, sizeof(*gzip));
    QC_TRY_MEMORY(gzip != NULL, error);
    gzip->library = &qc_inflate_zlib;
#ifdef HAVE_LIBISAL
    if (!options->by_zlib) {
        gzip->library = &qc_inflate_isal;
    }
#endif
    gzip->inflate = gzip->library->new();
    QC_TRY_MEMORY(gzip->inflate != NULL, error);
    gzip->can_seek = qc_bytes_source_can_seek(source);
    gzip->checkpoints.distance = options->checkpoint_distance;
    gzip->checkpoints.free_state = gzip->library->free;
    *state = qc_move(gzip);
    return QEMUCORE_OK;
}

/*
 * Begins the next member. False: the end of the stream. Like GNU gzip, this takes zeroes up to the
 * end of the file for the padding of a tape block, without an error. Other trailing bytes, for
 * which gzip only warns, are an error: they may be a member whose header is damaged.
 */
static bool gzip_next_member(struct gzip *gzip, struct qc_bytes_source *source,
                             struct qemucore_error *error)
{
    if (qc_bytes_source_fill(source, 2, error) != QEMUCORE_OK) {
        return false;
    }
    if (gzip->member > 0) {
        if (source->left == 0) {
            return false;
        }
        bool padded = source->next[0] == 0;
        while (source->left > 0 && source->next[0] == 0) {
            qc_bytes_source_take(source, 1);
            if (qc_bytes_source_fill(source, 1, error) != QEMUCORE_OK) {
                return false;
            }
        }
        if (padded && source->left == 0) {
            return false;
        }
        if (padded || source->next[0] != 0x1f || (source->left > 1 && source->next[1] != 0x8b)) {
            qc_error_set(error, QEMUCORE_CORRUPT, "junk after member %" PRIu64, gzip->member);
            return false;
        }
        gzip->library->reset(gzip->inflate);
    }
    gzip->member++;
    gzip->in_member = true;
    return true;
}

static void gzip_add_checkpoint(struct gzip *gzip, const struct qc_bytes_source *source)
{
    if (!gzip->can_seek || !qc_checkpoints_want(&gzip->checkpoints, gzip->offset)) {
        return;
    }
    struct qc_checkpoint checkpoint = {
        .offset = gzip->offset,
        .stored = qc_bytes_source_taken(source),
        .member = gzip->member,
        .state = gzip->library->copy(gzip->inflate),
    };
    if (checkpoint.state != NULL) {
        qc_checkpoints_add(&gzip->checkpoints, &checkpoint);
    }
}

static bool gzip_decode(void *state, struct qc_bytes_source *source,
                        struct qc_bytes_output *output, struct qemucore_error *error)
{
    struct gzip *gzip = state;
    while (output->written == 0) {
        if (!gzip->in_member && !gzip_next_member(gzip, source, error)) {
            return false;
        }
        /* Decodes before reading more: the previous output may have had no room for all bytes. */
        struct qc_inflate_step step = {.in = source->next,
                                       .in_left = source->left,
                                       .out = output->data,
                                       .out_left = output->room};
        enum qc_inflated result = gzip->library->run(gzip->inflate, &step);
        bool stuck = step.in_left == source->left;
        qc_bytes_source_take(source, source->left - step.in_left);
        output->written = output->room - step.out_left;
        gzip->offset += output->written;
        if (result == QC_INFLATED_END) {
            gzip->in_member = false;
        } else if (result == QC_INFLATED_NO_MEMORY) {
            qc_error_memory(error);
            return false;
        } else if (result == QC_INFLATED_DAMAGED) {
            qc_error_set(error, QEMUCORE_CORRUPT, "member %" PRIu64 " is damaged (%s)",
                         gzip->member, step.why);
            return false;
        } else if (output->written != 0) {
            gzip_add_checkpoint(gzip, source);
        } else if (stuck && !qc_bytes_source_need(source, 1, "member", gzip->member, error)) {
            return false;
        }
    }
    return true;
}

/* Returns the stored size of the bgzip member at that position of the file, and the size of its
   content. 0: no member of bgzip. */
static uint64_t bgzip_member(const struct qc_bytes_source *source, uint64_t position,
                             uint64_t *content)
{
    uint8_t head[GZIP_HEAD + BGZIP_EXTRA];
    uint8_t length[GZIP_LENGTH];
    size_t size = qc_bytes_source_read_at(source, position, head, sizeof(head), NULL);
    struct qc_cursor cursor = qc_cursor_new(head, size, false);
    bool is_gzip = qc_cursor_u16(&cursor) == 0x8b1f && qc_cursor_u8(&cursor) == 8;
    uint8_t flags = qc_cursor_u8(&cursor);
    qc_cursor_take(&cursor, 6); /* time, flags of the compressor, system */
    bool is_bgzip = qc_cursor_u16(&cursor) == BGZIP_EXTRA && qc_cursor_u16(&cursor) == 0x4342 &&
                    qc_cursor_u16(&cursor) == 2;
    uint64_t stored = (uint64_t)qc_cursor_u16(&cursor) + 1;
    if (cursor.failed || !is_gzip || flags != GZIP_HAS_EXTRA || !is_bgzip ||
        stored < sizeof(head) + GZIP_LENGTH ||
        qc_bytes_source_read_at(source, position + stored - sizeof(length), length, sizeof(length),
                                NULL) != sizeof(length)) {
        return 0;
    }
    cursor = qc_cursor_new(length, sizeof(length), false);
    *content = qc_cursor_u32(&cursor);
    /* At the end of the member that it tells, another one begins, or the file ends. */
    size = qc_bytes_source_read_at(source, position + stored, head, 2, NULL);
    bool ends = size == 0 || (size == 2 && gzip_bid(head, size) != 0);
    return *content <= 64 * QC_KIB && ends ? stored : 0;
}

static uint64_t gzip_jump(void *state, struct qc_bytes_source *source, uint64_t at, uint64_t to)
{
    struct gzip *gzip = state;
    const struct qc_checkpoint *checkpoint = qc_checkpoints_find(&gzip->checkpoints, to);
    void *inflate;
    if (checkpoint != NULL && checkpoint->offset > at &&
        (inflate = gzip->library->copy(checkpoint->state)) != NULL) {
        gzip->library->free(gzip->inflate);
        gzip->inflate = inflate;
        gzip->member = checkpoint->member;
        gzip->in_member = true;
        qc_bytes_source_seek(source, checkpoint->stored);
        at = checkpoint->offset;
    }
    uint64_t stored;
    uint64_t content;
    while (!gzip->in_member && at < to &&
           (stored = bgzip_member(source, qc_bytes_source_taken(source), &content)) != 0 &&
           content <= to - at) {
        qc_bytes_source_seek(source, qc_bytes_source_taken(source) + stored);
        gzip->member++;
        at += content;
    }
    gzip->offset = at;
    return at;
}

static void gzip_reset(void *state)
{
    struct gzip *gzip = state;
    gzip->library->reset(gzip->inflate);
    gzip->member = 0;
    gzip->in_member = false;
    gzip->offset = 0;
}

static void gzip_close(void *state)
{
    struct gzip *gzip = state;
    qc_checkpoints_free(&gzip->checkpoints);
    gzip->library->free(gzip->inflate);
    free(gzip);
}

const struct qc_bytes_decoder qc_bytes_gzip = {
    .name = "gzip",
    .command = "gzip -dc",
    .bid = gzip_bid,
    .open = gzip_open,
    .decode = gzip_decode,
    .jump = gzip_jump,
    .reset = gzip_reset,
    .close = gzip_close,
};
