/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/zstd_writer.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_frame.h"

#define FRAME_CONTENT ((size_t)QC_MIB)

/* An entry of the seek table: sizes of a frame. */
struct entry {
    uint32_t stored;
    uint32_t content;
};

struct frame {
    ZSTD_CCtx *context;
    struct qc_queued_job job; /* owns the members below until it was waited for */
    size_t used;       /* bytes in content */
    size_t size;       /* bytes in stored, or zstd's error */
    uint8_t content[FRAME_CONTENT];
    uint8_t stored[ZSTD_COMPRESSBOUND(FRAME_CONTENT)];
};

struct qc_zstd_writer {
    struct qc_sink sink;
    struct qc_job_queue queue;
    QC_VEC(struct entry) entries;
    /* A ring: `count` frames from `first` on are being compressed, the next one is being filled. */
    struct frame *frames[QC_JOB_QUEUE_THREADS + 1];
    unsigned capacity;
    unsigned first;
    unsigned count;
};

static void frame_free(struct frame *frame)
{
    if (frame != NULL) {
        ZSTD_freeCCtx(frame->context);
        free(frame);
    }
}

static struct frame *frame_new(int level)
{
    struct frame *frame = malloc(sizeof(*frame));
    if (frame == NULL) {
        return NULL;
    }
    frame->job = (struct qc_queued_job){.state = QC_QUEUED_NONE};
    frame->used = 0;
    frame->context = ZSTD_createCCtx();
    if (frame->context == NULL) {
        frame_free(frame);
        return NULL;
    }
    ZSTD_CCtx_setParameter(frame->context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(frame->context, ZSTD_c_checksumFlag, 1);
    return frame;
}

static void frame_compress_job(void *opaque)
{
    struct frame *frame = opaque;
    frame->size = ZSTD_compress2(frame->context, frame->stored, sizeof(frame->stored),
                                 frame->content, frame->used);
}

void qc_zstd_writer_free(struct qc_zstd_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    qc_job_queue_destroy(&writer->queue);
    for (unsigned i = 0; i < writer->capacity; i++) {
        frame_free(writer->frames[i]);
    }
    qc_vec_free(&writer->entries);
    free(writer);
}

static struct frame *writer_frame(const struct qc_zstd_writer *writer, unsigned index)
{
    return writer->frames[(writer->first + index) % writer->capacity];
}

/* Waits for the oldest frame's job and writes the frame to the sink. zstd fails only for want of
   memory, since `stored` has room for any result. */
static enum qemucore_status writer_end_frame(struct qc_zstd_writer *writer,
                                             struct qemucore_error *error)
{
    struct frame *frame = writer_frame(writer, 0);
    qc_job_queue_wait(&writer->queue, &frame->job);
    const struct entry entry = {.stored = (uint32_t)frame->size, .content = (uint32_t)frame->used};
    if (ZSTD_isError(frame->size) || !qc_vec_push(&writer->entries, entry)) {
        return qc_error_memory(error);
    }
    frame->used = 0;
    writer->first = (writer->first + 1) % writer->capacity;
    writer->count--;
    return writer->sink.write(writer->sink.opaque, frame->stored, frame->size, error);
}

/* Begins to compress the frame that was filled: it is full, or the last one. */
static enum qemucore_status writer_begin_frame(struct qc_zstd_writer *writer,
                                               struct qemucore_error *error)
{
    struct frame *frame = writer_frame(writer, writer->count);
    qc_job_queue_begin(&writer->queue, &frame->job, frame_compress_job, frame);
    writer->count++;
    return writer->count == writer->capacity ? writer_end_frame(writer, error) : QEMUCORE_OK;
}

/* The write function of the sink that qc_zstd_writer_new makes. */
static enum qemucore_status writer_write(void *opaque, const void *bytes, size_t size,
                                         struct qemucore_error *error)
{
    struct qc_zstd_writer *writer = opaque;
    const uint8_t *at = bytes;
    enum qemucore_status status = QEMUCORE_OK;
    while (size != 0 && status == QEMUCORE_OK) {
        struct frame *frame = writer_frame(writer, writer->count);
        size_t part = FRAME_CONTENT - frame->used < size ? FRAME_CONTENT - frame->used : size;
        memcpy(frame->content + frame->used, at, part);
        frame->used += part;
        at += part;
        size -= part;
        if (frame->used == FRAME_CONTENT) {
            status = writer_begin_frame(writer, error);
        }
    }
    return status;
}

/* Uses one job a frame, not zstd's threads: those only split inputs larger than such a frame. */
enum qemucore_status qc_zstd_writer_new(int level, struct qc_sink *sink,
                                        struct qc_zstd_writer **ret,
                                        struct qemucore_error *error)
{
    unsigned jobs = qc_job_queue_width();
    struct qc_zstd_writer *writer = calloc(1, sizeof(*writer));
    struct frame *frame;
    while (writer != NULL && writer->capacity <= jobs && (frame = frame_new(level)) != NULL) {
        writer->frames[writer->capacity++] = frame;
    }
    if (writer == NULL || writer->capacity == 0) {
        free(writer);
        return qc_error_memory(error);
    }
    qc_job_queue_init(&writer->queue);
    writer->sink = *sink;
    *sink = (struct qc_sink){.write = writer_write, .opaque = writer};
    *ret = writer;
    return QEMUCORE_OK;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        *at++ = (uint8_t)(value >> 8 * i);
    }
    return at;
}

enum qemucore_status qc_zstd_writer_end(struct qc_zstd_writer *writer, struct qemucore_error *error)
{
    enum qemucore_status status = writer_frame(writer, writer->count)->used != 0
                                      ? writer_begin_frame(writer, error)
                                      : QEMUCORE_OK;
    while (writer->count != 0 && status == QEMUCORE_OK) {
        status = writer_end_frame(writer, error);
    }
    size_t count = writer->entries.count;
    /* qc_zstd_table_read refuses a larger table. */
    if (status != QEMUCORE_OK || count > QC_LIMIT_SEEK_TABLE) {
        return status;
    }
    size_t size = QC_ZSTD_SKIPPABLE_HEAD + count * 8 + QC_ZSTD_SEEKABLE_FOOTER;
    QC_FREE uint8_t *table = malloc(size);
    QC_TRY_MEMORY(table != NULL, error);
    uint8_t *at = put_u32(table, QC_ZSTD_SEEKABLE_FRAME);
    at = put_u32(at, (uint32_t)(size - QC_ZSTD_SKIPPABLE_HEAD));
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, writer->entries.items[i].stored);
        at = put_u32(at, writer->entries.items[i].content);
    }
    at = put_u32(at, (uint32_t)count);
    *at++ = 0; /* no checksums in the table: the frames have their own */
    put_u32(at, QC_ZSTD_SEEKABLE_MAGIC);
    return writer->sink.write(writer->sink.opaque, table, size, error);
}
