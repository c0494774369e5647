/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_gzip - RFC 1952: members one behind the other, each with a header, deflated data, CRC-32
 * and length
 */
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <stdlib.h>

#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>

#include "base/guard.h"

/* zlib.h: 15 for the largest window of deflate, plus 16 for a gzip header and trailer. */
#define GZIP_WINDOW_BITS 31

struct gzip {
    z_stream stream;
    uint64_t member;   /* counted from 1; 0 before the first */
    bool in_member;
};

/* The magic alone: what is wrong behind it is damage to a gzip file, not another format. */
static unsigned gzip_bid(const uint8_t *head, size_t size)
{
    return size >= 2 && head[0] == 0x1f && head[1] == 0x8b ? 16 : 0;
}

static enum qemucore_status gzip_open(void **state, const struct qc_bytes_source *source,
                                      const struct qc_bytes_options *options,
                                      struct qemucore_error *error)
{
    (void)source;
    (void)options;
    QC_FREE struct gzip *gzip = calloc(1, sizeof(*gzip));
    if (gzip == NULL || inflateInit2(&gzip->stream, GZIP_WINDOW_BITS) != Z_OK) {
        return qc_error_memory(error);
    }
    *state = qc_move(gzip);
    return QEMUCORE_OK;
}

/*
 * Between two members: false at the end of the stream. Like GNU gzip we take zeroes up to the end
 * of the file for the padding of a tape block, and say nothing; gzip only warns about other
 * trailing bytes, but they may be a member whose header is damaged.
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
            qc_error_set(error, QEMUCORE_CORRUPT, "junk behind member %" PRIu64, gzip->member);
            return false;
        }
        inflateReset(&gzip->stream);
    }
    gzip->member++;
    gzip->in_member = true;
    return true;
}

static bool gzip_decode(void *state, struct qc_bytes_source *source,
                        struct qc_bytes_output *output, struct qemucore_error *error)
{
    struct gzip *gzip = state;
    z_stream *stream = &gzip->stream;
    while (output->written == 0) {
        if (!gzip->in_member && !gzip_next_member(gzip, source, error)) {
            return false;
        }
        /* First without new input: zlib may hold bytes that the last output had no room for. */
        stream->next_in = source->next;
        stream->avail_in = (uInt)source->left;
        stream->next_out = output->data;
        stream->avail_out = (uInt)output->room;
        int result = inflate(stream, Z_NO_FLUSH);
        bool stuck = stream->avail_in == source->left;
        qc_bytes_source_take(source, source->left - stream->avail_in);
        output->written = output->room - stream->avail_out;
        if (result == Z_STREAM_END) {
            gzip->in_member = false;
        } else if (result == Z_MEM_ERROR) {
            qc_error_memory(error);
            return false;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            qc_error_set(error, QEMUCORE_CORRUPT, "member %" PRIu64 " is damaged (%s)",
                         gzip->member, stream->msg != NULL ? stream->msg : "no reason given");
            return false;
        } else if (output->written == 0 && stuck) {
            if (qc_bytes_source_fill(source, 1, error) != QEMUCORE_OK) {
                return false;
            }
            if (source->left == 0) {
                qc_error_set(error, QEMUCORE_TRUNCATED, "the file ends inside member %" PRIu64,
                             gzip->member);
                return false;
            }
        }
    }
    return true;
}

static void gzip_reset(void *state)
{
    struct gzip *gzip = state;
    inflateReset(&gzip->stream);
    gzip->member = 0;
    gzip->in_member = false;
}

static void gzip_close(void *state)
{
    struct gzip *gzip = state;
    inflateEnd(&gzip->stream);
    free(gzip);
}

const struct qc_bytes_decoder qc_bytes_gzip = {
    .name = "gzip",
    .bid = gzip_bid,
    .open = gzip_open,
    .decode = gzip_decode,
    .reset = gzip_reset,
    .close = gzip_close,
};
