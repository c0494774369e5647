/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_xz - the xz decoder. The .xz file format: streams in a row, each of blocks and then an
 * index; any multiple of four zero bytes may lie between streams
 *
 * Output that liblzma wrote before it found a fault is good. In a file that can seek, the indexes
 * tell where the blocks are; `xz -T` writes more than one block.
 */
#include "bytes/bytes_decoder.h"

#include <inttypes.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"

/* Memory that liblzma needs beside the dictionary: some tens of KiB a filter, a block header. */
#define XZ_OVERHEAD (4 * QC_MIB)

struct xz {
    lzma_stream stream;
    uint64_t memory_limit;
    uint64_t memory_needed; /* for LZMA_MEMLIMIT_ERROR: the memory that the stream needs */
    uint64_t number;   /* number of the stream, from 1; 0: before the first */
    bool in_stream;
    bool index_was_read;
    lzma_index *index; /* index of all streams of the file; NULL: not known */
    bool by_blocks;    /* after a jump: decodes blocks by the index, and skips all other parts */
    bool in_block;
    lzma_index_iter place; /* place of the current block in the index */
    lzma_block block;
    lzma_ret failed;   /* a fault to report in the next call, after good output; LZMA_OK: none */
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
    QC_TRY_MEMORY(xz != NULL, error);
    xz->stream = (lzma_stream)LZMA_STREAM_INIT;
    xz->memory_limit = options->window_limit + XZ_OVERHEAD;
    *state = xz;
    return QEMUCORE_OK;
}

/* Begins the next stream, after the padding, which is words of zeroes. False: the end, or an
   error. */
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
        qc_error_set(error, QEMUCORE_CORRUPT, "junk after stream %" PRIu64, xz->number);
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
                     "stream %" PRIu64 " needs %" PRIu64 " MiB for its dictionary, the window "
                     "limit is %" PRIu64 " MiB",
                     xz->number, xz->memory_needed / QC_MIB,
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

/* ---- by blocks ------------------------------------------------------------------------------ */

/* Reads the index of the stream that ends at *end, and sets *end to the stream's start. The padding
   before it is left to the caller. NULL: no index, or too large. */
static lzma_index *xz_stream_index(const struct qc_bytes_source *source, uint64_t *end)
{
    uint8_t bytes[LZMA_STREAM_HEADER_SIZE];
    lzma_stream_flags flags;
    uint64_t memory = QC_LIMIT_XZ_INDEX;
    if (*end < 2 * sizeof(bytes) ||
        qc_bytes_source_read_at(source, *end - sizeof(bytes), bytes, sizeof(bytes), NULL) !=
            sizeof(bytes) ||
        lzma_stream_footer_decode(&flags, bytes) != LZMA_OK ||
        flags.backward_size > QC_LIMIT_XZ_INDEX ||
        flags.backward_size > *end - 2 * sizeof(bytes)) {
        return NULL;
    }
    size_t size = (size_t)flags.backward_size;
    QC_FREE uint8_t *stored = malloc(size);
    lzma_index *index = NULL;
    size_t position = 0;
    uint64_t at = *end - sizeof(bytes) - size;
    if (stored == NULL || qc_bytes_source_read_at(source, at, stored, size, NULL) != size ||
        lzma_index_buffer_decode(&index, &memory, NULL, stored, &position, size) != LZMA_OK) {
        return NULL;
    }
    uint64_t stream_size = lzma_index_stream_size(index);
    if (stream_size > *end || lzma_index_stream_flags(index, &flags) != LZMA_OK) {
        lzma_index_end(index, NULL);
        return NULL;
    }
    *end -= stream_size;
    return index;
}

/* Reads the indexes of all streams, from the end of the file: streams are only found backwards. */
static lzma_index *xz_read_index(const struct qc_bytes_source *source)
{
    lzma_index *all = NULL;
    uint64_t end = source->size;
    for (unsigned streams = 0; end != 0; streams++) {
        uint64_t padding = 0;
        uint8_t word[4];
        while (end >= sizeof(word) && padding < QC_LIMIT_XZ_PADDING &&
               qc_bytes_source_read_at(source, end - sizeof(word), word, sizeof(word), NULL) ==
                   sizeof(word) &&
               memcmp(word, "\0\0\0\0", sizeof(word)) == 0) {
            end -= sizeof(word);
            padding += sizeof(word);
        }
        lzma_index *index = streams < QC_LIMIT_XZ_STREAMS ? xz_stream_index(source, &end) : NULL;
        if (index == NULL || lzma_index_stream_padding(index, padding) != LZMA_OK ||
            (all != NULL && lzma_index_cat(index, all, NULL) != LZMA_OK)) {
            lzma_index_end(index, NULL);
            lzma_index_end(all, NULL);
            return NULL;
        }
        all = index;
    }
    return all;
}

static uint64_t xz_jump(void *state, struct qc_bytes_source *source, uint64_t at, uint64_t to)
{
    struct xz *xz = state;
    if (!xz->index_was_read) {
        xz->index_was_read = true;
        xz->index = xz_read_index(source);
    }
    lzma_index_iter place;
    if (xz->index == NULL || xz->failed != LZMA_OK) {
        return at;
    }
    lzma_index_iter_init(&place, xz->index);
    uint64_t size = lzma_index_uncompressed_size(xz->index);
    to = to < size || size == 0 ? to : size - 1;
    if (lzma_index_iter_locate(&place, to) || place.block.uncompressed_file_offset <= at) {
        return at;
    }
    xz->place = place;
    xz->number = place.stream.number;
    xz->by_blocks = true;
    xz->in_block = false;
    xz->in_stream = true;
    qc_bytes_source_seek(source, place.block.compressed_file_offset);
    return place.block.uncompressed_file_offset;
}

/* Does what lzma_filters_free does, which liblzma has only since 5.4. */
static void filters_free(lzma_filter *filters)
{
    for (size_t i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++) {
        free(filters[i].options);
    }
}

/* Prepares the decoder for the current block, whose header the source shows. */
static lzma_ret xz_block_begin(struct xz *xz, struct qc_bytes_source *source)
{
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    lzma_block *block = &xz->block;
    *block = (lzma_block){
        .version = 1,
        .check = xz->place.stream.flags->check,
        .filters = filters,
        .ignore_check = false,
    };
    block->header_size = source->left == 0 ? 0 : lzma_block_header_size_decode(source->next[0]);
    if (source->left == 0 || source->next[0] == 0 || source->left < block->header_size) {
        return LZMA_DATA_ERROR;
    }
    lzma_ret result = lzma_block_header_decode(block, NULL, source->next);
    if (result != LZMA_OK) {
        return result;
    }
    qc_bytes_source_take(source, block->header_size);
    /* The index led here and leads on: the block's content must have the size that it tells. */
    if (block->uncompressed_size == LZMA_VLI_UNKNOWN) {
        block->uncompressed_size = xz->place.block.uncompressed_size;
    }
    if (block->uncompressed_size != xz->place.block.uncompressed_size) {
        filters_free(filters);
        return LZMA_DATA_ERROR;
    }
    xz->memory_needed = lzma_raw_decoder_memusage(filters);
    result = xz->memory_needed > xz->memory_limit ? LZMA_MEMLIMIT_ERROR
                                                  : lzma_block_decoder(&xz->stream, block);
    filters_free(filters);
    return result;
}

/* Begins the current block. False: a read fails. */
static bool xz_next_block(struct xz *xz, struct qc_bytes_source *source,
                          struct qemucore_error *error)
{
    qc_bytes_source_seek(source, xz->place.block.compressed_file_offset);
    if (qc_bytes_source_fill(source, LZMA_BLOCK_HEADER_SIZE_MAX, error) != QEMUCORE_OK) {
        return false;
    }
    xz->number = xz->place.stream.number;
    xz->failed = xz_block_begin(xz, source);
    xz->in_block = true;
    return true;
}

/* Skips the rest of the file after the last block: it holds no content. */
static void xz_leave_blocks(struct xz *xz, struct qc_bytes_source *source)
{
    xz->by_blocks = false;
    xz->in_stream = false;
    qc_bytes_source_seek(source, source->size);
}

/* ---- the decoder ---------------------------------------------------------------------------- */

/* Makes the decoder ready for the next bytes. */
static bool xz_begin(struct xz *xz, struct qc_bytes_source *source, struct qemucore_error *error)
{
    if (xz->by_blocks && !xz->in_block && !xz_next_block(xz, source, error)) {
        return false;
    }
    if (xz->failed != LZMA_OK) {
        xz_fail(xz, error);
        return false;
    }
    return xz->in_stream || xz_next_stream(xz, source, error);
}

static bool xz_decode(void *state, struct qc_bytes_source *source, struct qc_bytes_output *output,
                      struct qemucore_error *error)
{
    struct xz *xz = state;
    lzma_stream *stream = &xz->stream;
    while (output->written == 0) {
        if (!xz_begin(xz, source, error)) {
            return false;
        }
        /* Decodes before reading more: the previous output may have had no room for all bytes. */
        stream->next_in = source->next;
        stream->avail_in = source->left;
        stream->next_out = output->data;
        stream->avail_out = output->room;
        lzma_ret result = lzma_code(stream, LZMA_RUN);
        bool stuck = stream->avail_in == source->left;
        qc_bytes_source_take(source, source->left - stream->avail_in);
        output->written = output->room - stream->avail_out;
        if (result == LZMA_STREAM_END && xz->by_blocks) {
            xz->in_block = false;
            if (lzma_index_iter_next(&xz->place, LZMA_INDEX_ITER_NONEMPTY_BLOCK)) {
                xz_leave_blocks(xz, source);
            }
        } else if (result == LZMA_STREAM_END) {
            xz->in_stream = false;
        } else if (result != LZMA_OK && result != LZMA_BUF_ERROR) {
            xz->failed = result;
            xz->memory_needed = lzma_memusage(stream);
        } else if (output->written == 0 && stuck &&
                   !qc_bytes_source_need(source, 1, "stream", xz->number, error)) {
            return false;
        }
    }
    return true;
}

static void xz_reset(void *state)
{
    struct xz *xz = state;
    xz->number = 0;
    xz->in_stream = false;
    xz->by_blocks = false;
    xz->failed = LZMA_OK;
}

static void xz_close(void *state)
{
    struct xz *xz = state;
    lzma_end(&xz->stream);
    lzma_index_end(xz->index, NULL);
    free(xz);
}

const struct qc_bytes_decoder qc_bytes_xz = {
    .name = "xz",
    .command = "xz -dc",
    .bid = xz_bid,
    .open = xz_open,
    .decode = xz_decode,
    .jump = xz_jump,
    .reset = xz_reset,
    .close = xz_close,
};
