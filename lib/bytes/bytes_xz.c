/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_xz - the .xz file format: streams one behind the other, each of blocks with an index behind
 * them; four zero bytes, any number of times, may lie between streams
 *
 * What liblzma wrote before it found a fault is good.
 */
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* What liblzma needs beside the dictionary: some tens of KiB a filter, and the block's header. */
#define XZ_OVERHEAD (4 * QC_MIB)

struct xz {
    lzma_stream stream;
    uint64_t memory_limit;
    uint64_t number; /* of the stream, counted from 1; 0 before the first */
    bool in_stream;
    lzma_ret failed; /* found together with output that was good; LZMA_OK: nothing */
};

static const uint8_t magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};

static unsigned xz_bid(const uint8_t *head, size_t size)
{
    return size >= sizeof(magic) && memcmp(head, magic, sizeof(magic)) == 0 ? 8 * sizeof(magic)
                                                                            : 0;
}

static enum qemucore_status xz_open(void **state, const struct qc_bytes_source *source,
                                    const struct qc_bytes_options *options,
                                    struct qemucore_error *error)
{
    (void)source;
    struct xz *xz = calloc(1, sizeof(*xz));
    if (xz == NULL) {
        return qc_error_memory(error);
    }
    xz->stream = (lzma_stream)LZMA_STREAM_INIT;
    xz->memory_limit = options->window_limit + XZ_OVERHEAD;
    *state = xz;
    return QEMUCORE_OK;
}

/* Between two streams: false at the end of it all. Padding is words of zeroes. */
static bool xz_next_stream(struct xz *xz, struct qc_bytes_source *source,
                           struct qemucore_error *error)
{
    uint64_t zeroes = 0;
    if (qc_bytes_source_fill(source, 1, error) != QEMUCORE_OK) {
        return false;
    }
    while (xz->number > 0 && source->left > 0 && source->next[0] == 0) {
        zeroes++;
        qc_bytes_source_take(source, 1);
        if (qc_bytes_source_fill(source, 1, error) != QEMUCORE_OK) {
            return false;
        }
    }
    if (zeroes % 4 == 0 && source->left == 0) {
        return false;
    }
    if (qc_bytes_source_fill(source, sizeof(magic), error) != QEMUCORE_OK) {
        return false;
    }
    size_t size = source->left < sizeof(magic) ? source->left : sizeof(magic);
    if (zeroes % 4 != 0 || memcmp(source->next, magic, size) != 0) {
        qc_error_set(error, QEMUCORE_CORRUPT, "junk behind stream %" PRIu64, xz->number);
        return false;
    }
    if (lzma_stream_decoder(&xz->stream, xz->memory_limit, 0) != LZMA_OK) {
        qc_error_memory(error);
        return false;
    }
    xz->number++;
    xz->in_stream = true;
    return true;
}

static void xz_fail(const struct xz *xz, struct qemucore_error *error)
{
    switch (xz->failed) {
    case LZMA_MEM_ERROR:
        qc_error_memory(error);
        break;
    case LZMA_MEMLIMIT_ERROR:
        qc_error_set(error, QEMUCORE_LIMIT,
                     "stream %" PRIu64 " needs %" PRIu64 " MiB for its dictionary, the limit is %"
                     PRIu64 " MiB (raise it with --window)",
                     xz->number, lzma_memusage(&xz->stream) / QC_MIB,
                     (xz->memory_limit - XZ_OVERHEAD) / QC_MIB);
        break;
    case LZMA_OPTIONS_ERROR:
        qc_error_set(error, QEMUCORE_UNSUPPORTED,
                     "stream %" PRIu64 " has a filter that liblzma does not know", xz->number);
        break;
    default:
        qc_error_set(error, QEMUCORE_CORRUPT, "stream %" PRIu64 " is damaged", xz->number);
        break;
    }
}

static bool xz_decode(void *state, struct qc_bytes_source *source, struct qc_bytes_output *output,
                      struct qemucore_error *error)
{
    struct xz *xz = state;
    lzma_stream *stream = &xz->stream;
    while (output->written == 0) {
        if (xz->failed != LZMA_OK) {
            xz_fail(xz, error);
            return false;
        }
        if (!xz->in_stream && !xz_next_stream(xz, source, error)) {
            return false;
        }
        /* First without new input: there may be bytes that the last output had no room for. */
        stream->next_in = source->next;
        stream->avail_in = source->left;
        stream->next_out = output->data;
        stream->avail_out = output->room;
        lzma_ret result = lzma_code(stream, LZMA_RUN);
        bool stuck = stream->avail_in == source->left;
        qc_bytes_source_take(source, source->left - stream->avail_in);
        output->written = output->room - stream->avail_out;
        if (result == LZMA_STREAM_END) {
            xz->in_stream = false;
        } else if (result != LZMA_OK && result != LZMA_BUF_ERROR) {
            xz->failed = result;
        } else if (output->written == 0 && stuck) {
            if (qc_bytes_source_fill(source, 1, error) != QEMUCORE_OK) {
                return false;
            }
            if (source->left == 0) {
                qc_error_set(error, QEMUCORE_TRUNCATED, "the file ends inside stream %" PRIu64,
                             xz->number);
                return false;
            }
        }
    }
    return true;
}

static void xz_reset(void *state)
{
    struct xz *xz = state;
    xz->number = 0;
    xz->in_stream = false;
    xz->failed = LZMA_OK;
}

static void xz_close(void *state)
{
    struct xz *xz = state;
    lzma_end(&xz->stream);
    free(xz);
}

const struct qc_bytes_decoder qc_bytes_xz = {
    .name = "xz",
    .bid = xz_bid,
    .open = xz_open,
    .decode = xz_decode,
    .reset = xz_reset,
    .close = xz_close,
};
