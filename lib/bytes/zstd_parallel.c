/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/zstd_parallel.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_frame.h"

#define FRAMES (QC_JOB_QUEUE_THREADS + 1)
#define NOWHERE UINT64_MAX

/* A frame, together with the skippable ones before it. */
struct frame {
    const struct qc_bytes_source *source;
    uint64_t begin;    /* offset in the file of the first skippable frame, or of the frame */
    uint64_t position; /* offset in the file of the frame itself */
    uint64_t end;      /* offset in the file of its end */
    uint64_t frames;   /* number of frames from begin to end */
    size_t room;       /* most bytes of content */
    struct qc_queued_job job; /* owns the members below until it was waited for */
    ZSTD_DCtx *context;
    uint8_t *bytes;    /* the content; reused for later frames, like the context */
    size_t capacity;   /* size of bytes */
    bool is_decoded;   /* false: damaged, or out of memory */
    size_t size;       /* size of the content */
    size_t written;    /* bytes of the content that were written or skipped */
};

struct qc_zstd_parallel {
    const struct qc_bytes_source *source;
    uint64_t window_limit;
    struct qc_job_queue queue;
    uint64_t refused_at; /* offset of a frame that can't be decoded here; NOWHERE: none known */
    /* A ring, in the order of the file: the frame that is being written, then as many as can be
       decoded at a time. */
    struct frame frames[FRAMES];
    unsigned capacity;
    unsigned first;
    unsigned count;
};

static struct frame *parallel_frame(struct qc_zstd_parallel *parallel, unsigned index)
{
    return &parallel->frames[(parallel->first + index) % parallel->capacity];
}

static void frame_decode_job(void *opaque)
{
    struct frame *frame = opaque;
    size_t stored = (size_t)(frame->end - frame->position);
    QC_FREE uint8_t *bytes = malloc(stored);
    if (frame->capacity < frame->room) {
        free(frame->bytes);
        frame->bytes = malloc(frame->room);
        frame->capacity = frame->bytes == NULL ? 0 : frame->room;
    }
    if (frame->context == NULL) {
        frame->context = ZSTD_createDCtx();
    }
    frame->is_decoded = false;
    if (frame->context != NULL && bytes != NULL && frame->bytes != NULL &&
        qc_bytes_source_read_at(frame->source, frame->position, bytes, stored, NULL) == stored) {
        frame->size = ZSTD_decompressDCtx(frame->context, frame->bytes, frame->room, bytes, stored);
        frame->is_decoded = !ZSTD_isError(frame->size);
    }
}

struct qc_zstd_parallel *qc_zstd_parallel_new(const struct qc_bytes_source *source,
                                              uint64_t window_limit)
{
    unsigned width = qc_job_queue_width();
    struct qc_zstd_parallel *parallel = width > 1 ? calloc(1, sizeof(*parallel)) : NULL;
    if (parallel != NULL) {
        qc_job_queue_init(&parallel->queue);
        parallel->source = source;
        parallel->window_limit = window_limit;
        parallel->capacity = width + 1;
        parallel->refused_at = NOWHERE;
    }
    return parallel;
}

void qc_zstd_parallel_join(struct qc_zstd_parallel *parallel)
{
    if (parallel != NULL) {
        qc_job_queue_join(&parallel->queue);
    }
}

void qc_zstd_parallel_reset(struct qc_zstd_parallel *parallel)
{
    if (parallel != NULL) {
        qc_zstd_parallel_join(parallel);
        parallel->count = 0;
        parallel->refused_at = NOWHERE;
    }
}

void qc_zstd_parallel_free(struct qc_zstd_parallel *parallel)
{
    if (parallel == NULL) {
        return;
    }
    qc_job_queue_destroy(&parallel->queue);
    for (unsigned i = 0; i < FRAMES; i++) {
        ZSTD_freeDCtx(parallel->frames[i].context);
        free(parallel->frames[i].bytes);
    }
    free(parallel);
}

/* Finds the frame that begins at `begin`, or after the skippable frames there. False: none, or not
   of the kind that is decoded here. */
static bool frame_find(const struct qc_zstd_parallel *parallel, uint64_t begin, struct frame *ret)
{
    const struct qc_bytes_source *source = parallel->source;
    uint64_t position = begin;
    uint64_t frames = 1;
    for (;; frames++) {
        struct qc_zstd_frame frame;
        uint8_t head[QC_ZSTD_FRAME_HEAD];
        size_t size = qc_bytes_source_read_at(source, position, head, sizeof(head), NULL);
        struct qc_cursor cursor = qc_cursor_new(head, size, false);
        if (qc_zstd_is_skippable(qc_cursor_u32(&cursor))) {
            uint64_t stored = QC_ZSTD_SKIPPABLE_HEAD + (uint64_t)qc_cursor_u32(&cursor);
            if (cursor.failed || stored > source->size - position) {
                return false;
            }
            position += stored;
            continue;
        }
        uint64_t blocks;
        if (!qc_zstd_frame_read(head, size, &frame) || frame.has_content ||
            frame.window > parallel->window_limit) {
            return false;
        }
        uint64_t stored = qc_zstd_frame_stored(
            source, position, &frame, QC_LIMIT_FRAME_AHEAD / QC_ZSTD_BLOCK_MAX, &blocks);
        ret->source = source;
        ret->begin = begin;
        ret->position = position;
        ret->end = position + stored;
        ret->frames = frames;
        ret->room = (size_t)blocks * QC_ZSTD_BLOCK_MAX;
        ret->written = 0;
        return stored != 0;
    }
}

/* Begins the frames that follow those in the ring, or the position if it is empty, as far as ring
   and memory have room. */
static void parallel_begin(struct qc_zstd_parallel *parallel, uint64_t position)
{
    size_t room = 0;
    for (unsigned i = 0; i < parallel->count; i++) {
        room += parallel_frame(parallel, i)->room;
        position = parallel_frame(parallel, i)->end;
    }
    while (parallel->count < parallel->capacity && position != parallel->refused_at) {
        struct frame *frame = parallel_frame(parallel, parallel->count);
        if (!frame_find(parallel, position, frame)) {
            parallel->refused_at = position;
            return;
        }
        if (parallel->count != 0 && frame->room > QC_LIMIT_DECODED_AHEAD - room) {
            return;
        }
        room += frame->room;
        position = frame->end;
        parallel->count++;
        qc_job_queue_begin(&parallel->queue, &frame->job, frame_decode_job, frame);
    }
}

bool qc_zstd_parallel_is_inside(const struct qc_zstd_parallel *parallel)
{
    return parallel != NULL && parallel->count != 0 &&
           parallel->frames[parallel->first].written != 0;
}

/* Skips or copies output of the first frame, which must be decoded. Drops the frame at its end. */
static void parallel_write(struct qc_zstd_parallel *parallel, struct qc_bytes_source *source,
                           struct qc_bytes_output *output, uint64_t *frames)
{
    struct frame *frame = parallel_frame(parallel, 0);
    size_t left = frame->size - frame->written;
    size_t skipped = left < output->may_skip ? left : (size_t)output->may_skip;
    size_t size = left - skipped < output->room ? left - skipped : output->room;
    if (size != 0) {
        memcpy(output->data, frame->bytes + frame->written + skipped, size);
    }
    output->skipped = skipped;
    output->written = size;
    frame->written += skipped + size;
    if (frame->written == frame->size) {
        qc_bytes_source_seek(source, frame->end);
        *frames += frame->frames;
        parallel->first = (parallel->first + 1) % parallel->capacity;
        parallel->count--;
    }
}

bool qc_zstd_parallel_decode(struct qc_zstd_parallel *parallel, struct qc_bytes_source *source,
                             struct qc_bytes_output *output, uint64_t *frames)
{
    while (output->skipped + output->written == 0) {
        uint64_t position = qc_bytes_source_taken(source);
        struct frame *frame = parallel_frame(parallel, 0);
        if (parallel->count != 0 && frame->begin != position) {
            qc_zstd_parallel_reset(parallel);
        }
        parallel_begin(parallel, position);
        if (parallel->count == 0) {
            return false;
        }
        qc_job_queue_wait(&parallel->queue, &frame->job);
        if (!frame->is_decoded) {
            qc_zstd_parallel_reset(parallel);
            parallel->refused_at = position;
            return false;
        }
        parallel_write(parallel, source, output, frames);
    }
    return true;
}
