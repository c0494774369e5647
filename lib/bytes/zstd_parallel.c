/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/zstd_parallel.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_frame.h"

#define JOBS_MAX 8
#define FRAMES (JOBS_MAX + 1)
#define NOWHERE UINT64_MAX

/* A frame, with the skippable ones before it. */
struct frame {
    const struct qc_bytes_source *source;
    uint64_t begin;    /* in the file */
    uint64_t position; /* of the frame itself */
    uint64_t end;
    uint64_t frames;
    size_t room;       /* that it may need */
    struct qc_job job; /* the job's, until it was waited for, is what follows */
    ZSTD_DCtx *context;
    uint8_t *bytes;    /* stays from frame to frame, like the context */
    size_t capacity;
    bool is_decoded;   /* else it is damaged, or there is no memory */
    size_t size;
    size_t written;    /* of size */
};

struct qc_zstd_parallel {
    const struct qc_bytes_source *source;
    uint64_t window_limit;
    uint64_t refused; /* where a frame begins that is not for us */
    /* A ring, in the order of the file: one that is written, and behind it as many as can be decoded
       at a time. */
    struct frame frames[FRAMES];
    unsigned capacity;
    unsigned first;
    unsigned count;
};

static struct frame *parallel_frame(struct qc_zstd_parallel *parallel, unsigned index)
{
    return &parallel->frames[(parallel->first + index) % parallel->capacity];
}

/* The job. */
static void frame_decode(void *opaque)
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
        frame->size = ZSTD_decompressDCtx(frame->context, frame->bytes, frame->room, bytes,
                                          stored);
        frame->is_decoded = !ZSTD_isError(frame->size);
    }
}

struct qc_zstd_parallel *qc_zstd_parallel_new(const struct qc_bytes_source *source,
                                              uint64_t window_limit)
{
    unsigned cpus = qc_job_processors();
    struct qc_zstd_parallel *parallel = cpus > 1 ? calloc(1, sizeof(*parallel)) : NULL;
    if (parallel != NULL) {
        parallel->source = source;
        parallel->window_limit = window_limit;
        parallel->capacity = (cpus < JOBS_MAX ? cpus : JOBS_MAX) + 1;
        parallel->refused = NOWHERE;
    }
    return parallel;
}

void qc_zstd_parallel_join(struct qc_zstd_parallel *parallel)
{
    for (unsigned i = 0; parallel != NULL && i < parallel->count; i++) {
        qc_job_join(&parallel_frame(parallel, i)->job);
    }
}

void qc_zstd_parallel_reset(struct qc_zstd_parallel *parallel)
{
    if (parallel != NULL) {
        qc_zstd_parallel_join(parallel);
        parallel->count = 0;
        parallel->refused = NOWHERE;
    }
}

void qc_zstd_parallel_free(struct qc_zstd_parallel *parallel)
{
    if (parallel == NULL) {
        return;
    }
    qc_zstd_parallel_join(parallel);
    for (unsigned i = 0; i < FRAMES; i++) {
        ZSTD_freeDCtx(parallel->frames[i].context);
        free(parallel->frames[i].bytes);
    }
    free(parallel);
}

/* The frame that begins at `begin` or behind skippable ones there. False: none for us. */
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

/* Begins what comes behind the frames that were begun, or at that position; within memory. */
static void parallel_begin(struct qc_zstd_parallel *parallel, uint64_t position)
{
    size_t room = 0;
    for (unsigned i = 0; i < parallel->count; i++) {
        room += parallel_frame(parallel, i)->room;
        position = parallel_frame(parallel, i)->end;
    }
    while (parallel->count < parallel->capacity && position != parallel->refused) {
        struct frame *frame = parallel_frame(parallel, parallel->count);
        if (!frame_find(parallel, position, frame)) {
            parallel->refused = position;
            return;
        }
        if (parallel->count != 0 && frame->room > QC_LIMIT_DECODED_AHEAD - room) {
            return;
        }
        room += frame->room;
        position = frame->end;
        parallel->count++;
        qc_job_begin(&frame->job, frame_decode, frame);
    }
}

bool qc_zstd_parallel_is_inside(const struct qc_zstd_parallel *parallel)
{
    return parallel != NULL && parallel->count != 0 &&
           parallel->frames[parallel->first].written != 0;
}

/* Of the first frame, which is decoded; behind its end it is dropped. */
static void parallel_write(struct qc_zstd_parallel *parallel, struct qc_bytes_source *source,
                           struct qc_bytes_output *output, uint64_t *frames)
{
    struct frame *frame = parallel_frame(parallel, 0);
    size_t left = frame->size - frame->written;
    size_t passed = left < output->unwanted ? left : (size_t)output->unwanted;
    size_t size = left - passed < output->room ? left - passed : output->room;
    if (size != 0) {
        memcpy(output->data, frame->bytes + frame->written + passed, size);
    }
    output->passed = passed;
    output->written = size;
    frame->written += passed + size;
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
    while (output->passed + output->written == 0) {
        uint64_t position = qc_bytes_source_taken(source);
        struct frame *frame = parallel_frame(parallel, 0);
        if (parallel->count != 0 && frame->begin != position) {
            qc_zstd_parallel_reset(parallel);
        }
        parallel_begin(parallel, position);
        if (parallel->count == 0) {
            return false;
        }
        qc_job_wait(&frame->job);
        if (!frame->is_decoded) {
            qc_zstd_parallel_reset(parallel);
            parallel->refused = position;
            return false;
        }
        parallel_write(parallel, source, output, frames);
    }
    return true;
}
