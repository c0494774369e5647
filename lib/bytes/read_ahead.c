/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/read_ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/worker.h"
#include "bytes/bytes_source.h"

#define PIECES 8
/* The thread is woken when so many are left: each time costs both sides some microseconds. */
#define PIECES_WAKE (PIECES / 2)

struct piece {
    size_t size; /* 0: nothing follows, and this is why: */
    enum qemucore_status status;
    struct qemucore_error error;
};

struct qc_read_ahead {
    const struct qc_bytes_source *source;
    size_t step;
    uint8_t *bytes; /* of all pieces, each behind QC_READ_AHEAD_KEPT bytes */

    /* The thread's, while there is one. */
    uint64_t position;

    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t was_read;
    pthread_cond_t was_released;
    bool quit;
    bool ended; /* the last piece is of size 0 */
    struct piece pieces[PIECES]; /* a ring */
    unsigned first;
    unsigned count; /* that were read and are not released */
    bool shown;     /* the first of them */
};

static uint8_t *ahead_bytes(const struct qc_read_ahead *ahead, unsigned index)
{
    return ahead->bytes + index * (QC_READ_AHEAD_KEPT + ahead->step) + QC_READ_AHEAD_KEPT;
}

/* With the lock, which is left while reading. There is room for a piece, and none ended. */
static void ahead_read(struct qc_read_ahead *ahead)
{
    unsigned index = (ahead->first + ahead->count) % PIECES;
    struct piece *piece = &ahead->pieces[index];
    pthread_mutex_unlock(&ahead->lock);
    piece->status = qc_bytes_source_read_some(ahead->source, ahead->position,
                                              ahead_bytes(ahead, index), ahead->step,
                                              &piece->size, &piece->error);
    ahead->position += piece->size;
    pthread_mutex_lock(&ahead->lock);
    ahead->ended = piece->size == 0;
    ahead->count++;
    pthread_cond_signal(&ahead->was_read);
}

static void *ahead_work(void *opaque)
{
    struct qc_read_ahead *ahead = opaque;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->quit && !ahead->ended) {
        if (ahead->count == PIECES) {
            pthread_cond_wait(&ahead->was_released, &ahead->lock);
        } else {
            ahead_read(ahead);
        }
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

struct qc_read_ahead *qc_read_ahead_new(const struct qc_bytes_source *source, uint64_t position,
                                        size_t step)
{
    struct qc_read_ahead *ahead = calloc(1, sizeof(*ahead));
    if (ahead == NULL || (ahead->bytes = malloc(PIECES * (QC_READ_AHEAD_KEPT + step))) == NULL) {
        free(ahead);
        return NULL;
    }
    ahead->source = source;
    ahead->position = position;
    ahead->step = step;
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->was_read, NULL);
    pthread_cond_init(&ahead->was_released, NULL);
    return ahead;
}

void qc_read_ahead_free(struct qc_read_ahead *ahead)
{
    if (ahead == NULL) {
        return;
    }
    qc_read_ahead_rest(ahead);
    pthread_cond_destroy(&ahead->was_released);
    pthread_cond_destroy(&ahead->was_read);
    pthread_mutex_destroy(&ahead->lock);
    free(ahead->bytes);
    free(ahead);
}

/* With the lock: until there is a piece behind those that are shown. */
static void ahead_wait(struct qc_read_ahead *ahead)
{
    while (ahead->count <= ahead->shown) {
        if (ahead->has_thread) {
            pthread_cond_wait(&ahead->was_read, &ahead->lock);
        } else {
            ahead_read(ahead);
        }
    }
}

size_t qc_read_ahead_next(struct qc_read_ahead *ahead, const uint8_t **next, size_t left,
                          enum qemucore_status *status, struct qemucore_error *error)
{
    if (!ahead->has_thread && !ahead->ended) {
        ahead->quit = false;
        ahead->has_thread = qc_worker_start(&ahead->thread, ahead_work, ahead);
    }
    pthread_mutex_lock(&ahead->lock);
    ahead_wait(ahead);
    unsigned index = (ahead->first + ahead->shown) % PIECES;
    const struct piece *piece = &ahead->pieces[index];
    *status = piece->status;
    if (piece->status != QEMUCORE_OK && error != NULL) {
        *error = piece->error;
    }
    if (piece->size != 0) {
        uint8_t *data = ahead_bytes(ahead, index);
        *next = memcpy(data - left, *next, left);
        ahead->count -= ahead->shown;
        ahead->first = index;
        ahead->shown = true;
        if (ahead->count <= PIECES_WAKE) {
            pthread_cond_signal(&ahead->was_released);
        }
    }
    size_t size = piece->size;
    pthread_mutex_unlock(&ahead->lock);
    return size;
}

void qc_read_ahead_rest(struct qc_read_ahead *ahead)
{
    if (ahead == NULL || !ahead->has_thread) {
        return;
    }
    pthread_mutex_lock(&ahead->lock);
    ahead->quit = true;
    pthread_cond_signal(&ahead->was_released);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    ahead->has_thread = false;
}
