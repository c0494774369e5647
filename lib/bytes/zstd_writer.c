/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/zstd_writer.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_frame.h"

#define FRAME ((size_t)QC_MIB)

struct entry {
    uint32_t stored;
    uint32_t content;
};

struct qc_zstd_writer {
    ZSTD_CCtx *context;
    qc_zstd_sink *sink;
    void *opaque;
    QC_VEC(struct entry) entries;
    size_t used; /* of content */
    uint8_t content[FRAME];
    uint8_t stored[ZSTD_COMPRESSBOUND(FRAME)];
};

enum qemucore_status qc_zstd_writer_new(int level, qc_zstd_sink *sink, void *opaque,
                                        struct qc_zstd_writer **ret,
                                        struct qemucore_error *error)
{
    struct qc_zstd_writer *writer = malloc(sizeof(*writer));
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (writer == NULL || context == NULL) {
        free(writer);
        ZSTD_freeCCtx(context);
        return qc_error_memory(error);
    }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    writer->context = context;
    writer->sink = sink;
    writer->opaque = opaque;
    writer->used = 0;
    memset(&writer->entries, 0, sizeof(writer->entries));
    *ret = writer;
    return QEMUCORE_OK;
}

void qc_zstd_writer_free(struct qc_zstd_writer *writer)
{
    if (writer != NULL) {
        ZSTD_freeCCtx(writer->context);
        qc_vec_free(&writer->entries);
        free(writer);
    }
}

static enum qemucore_status writer_frame(struct qc_zstd_writer *writer,
                                         struct qemucore_error *error)
{
    size_t stored = ZSTD_compress2(writer->context, writer->stored, sizeof(writer->stored),
                                   writer->content, writer->used);
    struct entry *entry = ZSTD_isError(stored) ? NULL : qc_vec_add(&writer->entries);
    if (entry == NULL) {
        return ZSTD_isError(stored) ? qc_error_set(error, QEMUCORE_SYSTEM, "zstd: %s",
                                                   ZSTD_getErrorName(stored))
                                    : qc_error_memory(error);
    }
    *entry = (struct entry){.stored = (uint32_t)stored, .content = (uint32_t)writer->used};
    writer->used = 0;
    return writer->sink(writer->opaque, writer->stored, stored, error);
}

enum qemucore_status qc_zstd_writer_add(struct qc_zstd_writer *writer, const void *bytes,
                                        size_t size, struct qemucore_error *error)
{
    const uint8_t *at = bytes;
    enum qemucore_status status = QEMUCORE_OK;
    while (size != 0 && status == QEMUCORE_OK) {
        size_t part = FRAME - writer->used < size ? FRAME - writer->used : size;
        memcpy(writer->content + writer->used, at, part);
        writer->used += part;
        at += part;
        size -= part;
        if (writer->used == FRAME) {
            status = writer_frame(writer, error);
        }
    }
    return status;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        *at++ = (uint8_t)(value >> 8 * i);
    }
    return at;
}

enum qemucore_status qc_zstd_writer_end(struct qc_zstd_writer *writer,
                                        struct qemucore_error *error)
{
    enum qemucore_status status =
        writer->used != 0 ? writer_frame(writer, error) : QEMUCORE_OK;
    size_t count = writer->entries.count;
    /* A reader has no use for a table that it refuses. */
    if (status != QEMUCORE_OK || count > QC_LIMIT_SEEK_TABLE) {
        return status;
    }
    size_t size = QC_ZSTD_SKIPPABLE_HEAD + count * 8 + QC_ZSTD_SEEKABLE_FOOTER;
    QC_FREE uint8_t *table = malloc(size);
    if (table == NULL) {
        return qc_error_memory(error);
    }
    uint8_t *at = put_u32(table, QC_ZSTD_SEEKABLE_FRAME);
    at = put_u32(at, (uint32_t)(size - QC_ZSTD_SKIPPABLE_HEAD));
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, writer->entries.items[i].stored);
        at = put_u32(at, writer->entries.items[i].content);
    }
    at = put_u32(at, (uint32_t)count);
    *at++ = 0; /* no checksums in the table: frames have theirs */
    put_u32(at, QC_ZSTD_SEEKABLE_MAGIC);
    return writer->sink(writer->opaque, table, size, error);
}
