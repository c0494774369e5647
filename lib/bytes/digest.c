/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/digest.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/worker.h"
#include "bytes/bytes_decoder.h"
#include "bytes/xxhash.h"

/* The thread is woken for half of what may be lent: each time costs some microseconds. */
#define DIGEST_WAKE (QC_BYTES_LENT / 2)

struct piece {
    const uint8_t *data;
    size_t size;
};

struct qc_digest {
    enum qc_digest_kind kind;
    uint64_t from;
    uint64_t size; /* of the frame's content so far */

    /* The thread's while there are pieces, else the decoder's. */
    union {
        struct qc_xxh64 xxh64;
        struct qc_xxh32 xxh32;
    } hash;

    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t added;
    pthread_cond_t done;
    bool quit;
    struct piece pieces[QC_BYTES_LENT]; /* a ring */
    unsigned first;
    unsigned count;
};

static void digest_update(struct qc_digest *digest, const uint8_t *data, size_t size)
{
    if (digest->kind == QC_DIGEST_XXH64) {
        qc_xxh64_add(&digest->hash.xxh64, data, size);
    } else {
        qc_xxh32_add(&digest->hash.xxh32, data, size);
    }
}

/* A piece is dropped once it was read. Before the thread ends it reads all. */
static void *digest_work(void *opaque)
{
    struct qc_digest *digest = opaque;
    pthread_mutex_lock(&digest->lock);
    while (digest->count != 0 || !digest->quit) {
        if (digest->count == 0) {
            pthread_cond_wait(&digest->added, &digest->lock);
            continue;
        }
        struct piece piece = digest->pieces[digest->first];
        pthread_mutex_unlock(&digest->lock);
        digest_update(digest, piece.data, piece.size);
        pthread_mutex_lock(&digest->lock);
        digest->first = (digest->first + 1) % QC_BYTES_LENT;
        digest->count--;
        pthread_cond_signal(&digest->done);
    }
    pthread_mutex_unlock(&digest->lock);
    return NULL;
}

struct qc_digest *qc_digest_new(enum qc_digest_kind kind, uint64_t from)
{
    struct qc_digest *digest = calloc(1, sizeof(*digest));
    if (digest != NULL) {
        digest->kind = kind;
        digest->from = from;
        pthread_mutex_init(&digest->lock, NULL);
        pthread_cond_init(&digest->added, NULL);
        pthread_cond_init(&digest->done, NULL);
        qc_digest_begin(digest);
    }
    return digest;
}

void qc_digest_free(struct qc_digest *digest)
{
    if (digest == NULL) {
        return;
    }
    qc_digest_rest(digest);
    pthread_cond_destroy(&digest->done);
    pthread_cond_destroy(&digest->added);
    pthread_mutex_destroy(&digest->lock);
    free(digest);
}

/* Until nothing is lent. */
static void digest_settle(struct qc_digest *digest)
{
    if (!digest->has_thread) {
        return;
    }
    pthread_mutex_lock(&digest->lock);
    pthread_cond_signal(&digest->added);
    while (digest->count != 0) {
        pthread_cond_wait(&digest->done, &digest->lock);
    }
    pthread_mutex_unlock(&digest->lock);
}

void qc_digest_begin(struct qc_digest *digest)
{
    digest_settle(digest);
    digest->size = 0;
    if (digest->kind == QC_DIGEST_XXH64) {
        qc_xxh64_begin(&digest->hash.xxh64);
    } else {
        qc_xxh32_begin(&digest->hash.xxh32);
    }
}

static void digest_lend(struct qc_digest *digest, const uint8_t *data, size_t size)
{
    pthread_mutex_lock(&digest->lock);
    while (digest->count == QC_BYTES_LENT) {
        pthread_cond_wait(&digest->done, &digest->lock);
    }
    digest->pieces[(digest->first + digest->count) % QC_BYTES_LENT] = (struct piece){data, size};
    digest->count++;
    if (digest->count >= DIGEST_WAKE) {
        pthread_cond_signal(&digest->added);
    }
    pthread_mutex_unlock(&digest->lock);
}

/* Small frames are not worth a thread, nor waiting for it at their ends, also where it is there. */
static bool digest_is_large(struct qc_digest *digest)
{
    if (digest->size < digest->from) {
        return false;
    }
    if (!digest->has_thread) {
        digest->quit = false;
        digest->has_thread = qc_worker_start(&digest->thread, digest_work, digest);
    }
    if (!digest->has_thread) {
        digest->from = UINT64_MAX;
    }
    return digest->has_thread;
}

bool qc_digest_add(struct qc_digest *digest, const uint8_t *data, size_t size)
{
    bool lends = digest_is_large(digest);
    if (lends) {
        digest_lend(digest, data, size);
    } else {
        digest_update(digest, data, size);
    }
    digest->size += size;
    return lends;
}

uint32_t qc_digest_end(struct qc_digest *digest)
{
    digest_settle(digest);
    return digest->kind == QC_DIGEST_XXH64 ? (uint32_t)qc_xxh64_value(&digest->hash.xxh64)
                                           : qc_xxh32_value(&digest->hash.xxh32);
}

void qc_digest_rest(struct qc_digest *digest)
{
    if (!digest->has_thread) {
        return;
    }
    pthread_mutex_lock(&digest->lock);
    digest->quit = true;
    pthread_cond_signal(&digest->added);
    pthread_mutex_unlock(&digest->lock);
    pthread_join(digest->thread, NULL);
    digest->has_thread = false;
}
