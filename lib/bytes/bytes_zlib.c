/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_zlib - decoding gzip members and zlib streams with zlib
 */
#include <stdlib.h>

#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>

#include "base/base.h"
#include "bytes/bytes_block.h"
#include "bytes/inflate.h"

/* zlib.h: 15 for deflate's largest window, plus 16 for a gzip header and trailer. */
#define ZLIB_WINDOW_BITS 31

static void *zlib_new(void)
{
    QC_FREE z_stream *stream = calloc(1, sizeof(*stream));
    return stream == NULL || inflateInit2(stream, ZLIB_WINDOW_BITS) != Z_OK ? NULL
                                                                            : qc_move(stream);
}

static void zlib_free(void *state)
{
    inflateEnd(state);
    free(state);
}

static void zlib_reset(void *state)
{
    inflateReset(state);
}

static enum qc_inflated zlib_run(void *state, struct qc_inflate_step *step)
{
    z_stream *stream = state;
    stream->next_in = step->in;
    stream->avail_in = (uInt)step->in_left;
    stream->next_out = step->out;
    stream->avail_out = (uInt)step->out_left;
    int result = inflate(stream, Z_NO_FLUSH);
    step->in = stream->next_in;
    step->in_left = stream->avail_in;
    step->out = stream->next_out;
    step->out_left = stream->avail_out;
    switch (result) {
    case Z_STREAM_END:
        return QC_INFLATED_END;
    case Z_MEM_ERROR:
        return QC_INFLATED_NO_MEMORY;
    case Z_OK:
    case Z_BUF_ERROR:
        return QC_INFLATED_MORE;
    default:
        step->why = qc_str_or(stream->msg, "no reason given");
        return QC_INFLATED_DAMAGED;
    }
}

static void *zlib_copy(const void *state)
{
    QC_FREE z_stream *copy = calloc(1, sizeof(*copy));
    /* inflateCopy does not change its source, but takes it without const. */
    return copy == NULL || inflateCopy(copy, (z_stream *)(uintptr_t)state) != Z_OK
               ? NULL
               : qc_move(copy);
}

const struct qc_inflate qc_inflate_zlib = {
    .new = zlib_new,
    .free = zlib_free,
    .reset = zlib_reset,
    .run = zlib_run,
    .copy = zlib_copy,
};

enum qemucore_status qc_block_zlib_by_zlib(const uint8_t *in, size_t in_size, uint8_t *out,
                                           size_t out_size, struct qemucore_error *error)
{
    uLongf done = out_size;
    int result = uncompress(out, &done, in, in_size);
    if (result == Z_MEM_ERROR) {
        return qc_error_memory(error);
    }
    if (result == Z_BUF_ERROR || (result == Z_OK && done != out_size)) {
        return qc_block_wrong_size(out_size, error);
    }
    return result == Z_OK ? QEMUCORE_OK : qc_error_set(error, QEMUCORE_CORRUPT, "damaged");
}

enum qemucore_status qc_block_zlib(const uint8_t *in, size_t in_size, uint8_t *out,
                                   size_t out_size, struct qemucore_error *error)
{
#ifdef HAVE_LIBISAL
    /* ISA-L counts in 32 bits. */
    if (in_size <= UINT32_MAX && out_size <= UINT32_MAX) {
        return qc_block_zlib_by_isal(in, in_size, out, out_size, error);
    }
#endif
    return qc_block_zlib_by_zlib(in, in_size, out, out_size, error);
}
