/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/zstd_crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/base.h"
#include "bytes/bytes_limits.h"
#include "bytes/zstd_frame.h"

#define THREADS 8
#define JOBS (THREADS + 1)
#define NOWHERE UINT64_MAX

enum job_state {
    JOB_WAITING,
    JOB_RUNNING,
    JOB_DONE,
    JOB_FAILED,
};

/* A frame, with the skippable ones before it. */
struct job {
    enum job_state state;
    uint64_t begin;    /* in the file */
    uint64_t position; /* of the frame itself */
    uint64_t end;
    uint64_t frames;
    uint8_t *bytes;    /* stays from frame to frame */
    size_t capacity;
    size_t room;       /* that this frame may need */
    size_t size;
    size_t written;    /* of size */
};

struct qc_zstd_crew {
    const struct qc_bytes_source *source;
    uint64_t window_limit;
    unsigned wanted_threads;
    uint64_t refused; /* where a frame begins that is not for us */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    pthread_t threads[THREADS];
    unsigned thread_count;
    bool quit;
    struct job jobs[JOBS]; /* a ring of one more than threads: in the order of the file */
    unsigned first;
    unsigned count;
};

static struct job *crew_job(struct qc_zstd_crew *crew, unsigned index)
{
    return &crew->jobs[(crew->first + index) % (crew->wanted_threads + 1)];
}

/* ---- the threads ------------------------------------------------------------------------- */

/* Outside the lock: the job is this thread's. False: damaged, or no memory. */
static bool job_decode(const struct qc_zstd_crew *crew, struct job *job, ZSTD_DCtx *context)
{
    size_t stored = (size_t)(job->end - job->position);
    QC_FREE uint8_t *bytes = malloc(stored);
    if (job->capacity < job->room) {
        free(job->bytes);
        job->bytes = malloc(job->room);
        job->capacity = job->bytes == NULL ? 0 : job->room;
    }
    if (context == NULL || bytes == NULL || job->bytes == NULL ||
        qc_bytes_source_read_at(crew->source, job->position, bytes, stored, NULL) != stored) {
        return false;
    }
    job->size = ZSTD_decompressDCtx(context, job->bytes, job->capacity, bytes, stored);
    return !ZSTD_isError(job->size);
}

static void *crew_work(void *opaque)
{
    struct qc_zstd_crew *crew = opaque;
    ZSTD_DCtx *context = ZSTD_createDCtx();
    pthread_mutex_lock(&crew->lock);
    while (!crew->quit) {
        struct job *job = NULL;
        for (unsigned i = 0; i < crew->count && job == NULL; i++) {
            job = crew_job(crew, i)->state == JOB_WAITING ? crew_job(crew, i) : NULL;
        }
        if (job == NULL) {
            pthread_cond_wait(&crew->changed, &crew->lock);
            continue;
        }
        job->state = JOB_RUNNING;
        pthread_mutex_unlock(&crew->lock);
        bool decoded = job_decode(crew, job, context);
        pthread_mutex_lock(&crew->lock);
        job->state = decoded ? JOB_DONE : JOB_FAILED;
        pthread_cond_broadcast(&crew->changed);
    }
    pthread_mutex_unlock(&crew->lock);
    ZSTD_freeDCtx(context);
    return NULL;
}

static void crew_start(struct qc_zstd_crew *crew)
{
    if (crew->thread_count == crew->wanted_threads) {
        return;
    }
    crew->quit = false;
    while (crew->thread_count < crew->wanted_threads &&
           qc_worker_start(&crew->threads[crew->thread_count], crew_work, crew)) {
        crew->thread_count++;
    }
}

void qc_zstd_crew_rest(struct qc_zstd_crew *crew)
{
    if (crew == NULL || crew->thread_count == 0) {
        return;
    }
    pthread_mutex_lock(&crew->lock);
    crew->quit = true;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    while (crew->thread_count != 0) {
        pthread_join(crew->threads[--crew->thread_count], NULL);
    }
}

/* ---- the one who reads ------------------------------------------------------------------- */

struct qc_zstd_crew *qc_zstd_crew_new(const struct qc_bytes_source *source, uint64_t window_limit)
{
    unsigned cpus = qc_worker_processors();
    struct qc_zstd_crew *crew = cpus > 1 ? calloc(1, sizeof(*crew)) : NULL;
    if (crew != NULL) {
        crew->source = source;
        crew->window_limit = window_limit;
        crew->wanted_threads = cpus < THREADS ? cpus : THREADS;
        crew->refused = NOWHERE;
        pthread_mutex_init(&crew->lock, NULL);
        pthread_cond_init(&crew->changed, NULL);
    }
    return crew;
}

void qc_zstd_crew_reset(struct qc_zstd_crew *crew)
{
    if (crew == NULL) {
        return;
    }
    /* Without threads nobody works on a job. */
    qc_zstd_crew_rest(crew);
    crew->count = 0;
    crew->refused = NOWHERE;
}

void qc_zstd_crew_free(struct qc_zstd_crew *crew)
{
    if (crew == NULL) {
        return;
    }
    qc_zstd_crew_rest(crew);
    for (unsigned i = 0; i < JOBS; i++) {
        free(crew->jobs[i].bytes);
    }
    pthread_cond_destroy(&crew->changed);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}

/* The frame that begins at `begin` or behind skippable ones there. False: none for us. */
static bool job_find(const struct qc_zstd_crew *crew, uint64_t begin, struct job *job)
{
    const struct qc_bytes_source *source = crew->source;
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
            frame.window > crew->window_limit) {
            return false;
        }
        uint64_t stored = qc_zstd_frame_stored(
            source, position, &frame, QC_LIMIT_FRAME_AHEAD / QC_ZSTD_BLOCK_MAX, &blocks);
        job->begin = begin;
        job->position = position;
        job->end = position + stored;
        job->frames = frames;
        job->room = (size_t)blocks * QC_ZSTD_BLOCK_MAX;
        job->written = 0;
        return stored != 0;
    }
}

/* With the lock. As many jobs as there are threads, and one that is being read, within memory. */
static void crew_fill(struct qc_zstd_crew *crew, uint64_t position)
{
    size_t room = 0;
    for (unsigned i = 0; i < crew->count; i++) {
        room += crew_job(crew, i)->room;
        position = crew_job(crew, i)->end;
    }
    while (crew->count <= crew->wanted_threads && position != crew->refused) {
        struct job *job = crew_job(crew, crew->count);
        if (!job_find(crew, position, job)) {
            crew->refused = position;
        } else if (crew->count != 0 && job->room > QC_LIMIT_DECODED_AHEAD - room) {
            break;
        } else {
            job->state = JOB_WAITING;
            room += job->room;
            position = job->end;
            crew->count++;
            pthread_cond_broadcast(&crew->changed);
        }
    }
}

bool qc_zstd_crew_is_inside(const struct qc_zstd_crew *crew)
{
    return crew != NULL && crew->count != 0 && crew->jobs[crew->first].written != 0;
}

/* With the lock: writes of the first job, which is done, and drops it behind its end. */
static void crew_write(struct qc_zstd_crew *crew, struct qc_bytes_source *source,
                       struct qc_bytes_output *output, uint64_t *frames)
{
    struct job *job = crew_job(crew, 0);
    size_t left = job->size - job->written;
    size_t size = left < output->room ? left : output->room;
    if (size != 0) {
        memcpy(output->data, job->bytes + job->written, size);
    }
    output->written = size;
    job->written += size;
    if (job->written == job->size) {
        qc_bytes_source_seek(source, job->end);
        *frames += job->frames;
        crew->first = (crew->first + 1) % (crew->wanted_threads + 1);
        crew->count--;
    }
}

bool qc_zstd_crew_decode(struct qc_zstd_crew *crew, struct qc_bytes_source *source,
                         struct qc_bytes_output *output, uint64_t *frames)
{
    while (output->written == 0) {
        uint64_t position = qc_bytes_source_taken(source);
        if (crew->count != 0 && crew_job(crew, 0)->begin != position) {
            qc_zstd_crew_reset(crew);
        }
        pthread_mutex_lock(&crew->lock);
        crew_fill(crew, position);
        bool any = crew->count != 0;
        pthread_mutex_unlock(&crew->lock);
        if (!any) {
            return false;
        }
        crew_start(crew);
        if (crew->thread_count == 0) {
            qc_zstd_crew_reset(crew);
            return false;
        }
        pthread_mutex_lock(&crew->lock);
        struct job *job = crew_job(crew, 0);
        while (job->state == JOB_WAITING || job->state == JOB_RUNNING) {
            pthread_cond_wait(&crew->changed, &crew->lock);
        }
        bool decoded = job->state == JOB_DONE;
        if (decoded) {
            crew_write(crew, source, output, frames);
        }
        pthread_mutex_unlock(&crew->lock);
        if (!decoded) {
            qc_zstd_crew_reset(crew);
            crew->refused = position;
            return false;
        }
    }
    return true;
}
