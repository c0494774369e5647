/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index_job.h"

#include <stdlib.h>

#include "base/vec.h"
#include "base/worker.h"

struct gathered {
    size_t start; /* in dies */
    size_t count;
    bool is_whole;
    uint64_t last;
};

struct qc_harvest {
    struct qc_top_dies_unit *units;
    size_t count;
    pthread_t thread;
    bool is_running;
    struct qc_top_dies *walker;
    struct gathered *gathered;
    QC_VEC(struct qc_top_die) dies;

    pthread_mutex_t lock; /* guards what follows */
    size_t front; /* the caller's units are those before */
    size_t back;  /* the thread's are this and those behind */
};

/* A unit for which memory runs out is left to libdw as a whole. */
static void gather_unit(struct qc_harvest *harvest, size_t index)
{
    const struct qc_top_dies_unit *unit = &harvest->units[index];
    size_t start = harvest->dies.count;
    struct qc_top_die die;
    enum qc_top_dies_step step;
    bool has_room = true;
    qc_top_dies_begin(harvest->walker, unit);
    while ((step = qc_top_dies_next(harvest->walker, &die)) == QC_TOP_DIES_DIE && has_room) {
        struct qc_top_die *added = qc_vec_add(&harvest->dies);
        has_room = added != NULL;
        if (has_room) {
            *added = die;
        }
    }
    harvest->dies.count = has_room ? harvest->dies.count : start;
    harvest->gathered[index] = (struct gathered){
        .start = start,
        .count = harvest->dies.count - start,
        .is_whole = has_room && step == QC_TOP_DIES_END,
        .last = has_room ? qc_top_dies_last(harvest->walker) : unit->offset,
    };
}

static void *gather(void *opaque)
{
    struct qc_harvest *harvest = opaque;
    for (;;) {
        pthread_mutex_lock(&harvest->lock);
        bool is_left = harvest->back > harvest->front;
        size_t unit = is_left ? --harvest->back : 0;
        pthread_mutex_unlock(&harvest->lock);
        if (!is_left) {
            return NULL;
        }
        gather_unit(harvest, unit);
    }
}

bool qc_harvest_claim(struct qc_harvest *harvest, size_t unit)
{
    pthread_mutex_lock(&harvest->lock);
    bool is_free = unit < harvest->back;
    if (is_free) {
        harvest->front = unit + 1;
    }
    pthread_mutex_unlock(&harvest->lock);
    return is_free;
}

struct qc_harvest *qc_harvest_begin(const struct qc_top_dies_file *file,
                                    struct qc_top_dies_unit *units, size_t count)
{
    struct qc_harvest *harvest =
        count == 0 || qc_worker_processors() < 2 ? NULL : calloc(1, sizeof(*harvest));
    if (harvest == NULL) {
        free(units);
        return NULL;
    }
    harvest->units = units;
    harvest->count = harvest->back = count;
    harvest->walker = qc_top_dies_new(file);
    harvest->gathered = calloc(count, sizeof(*harvest->gathered));
    pthread_mutex_init(&harvest->lock, NULL);
    harvest->is_running = harvest->walker != NULL && harvest->gathered != NULL &&
                          qc_worker_start(&harvest->thread, gather, harvest);
    if (!harvest->is_running) {
        qc_harvest_free(harvest);
        return NULL;
    }
    return harvest;
}

static void harvest_join(struct qc_harvest *harvest)
{
    if (harvest->is_running) {
        pthread_join(harvest->thread, NULL);
        harvest->is_running = false;
    }
}

struct qc_harvest_unit qc_harvest_of(struct qc_harvest *harvest, size_t unit)
{
    harvest_join(harvest);
    const struct gathered *gathered = &harvest->gathered[unit];
    return (struct qc_harvest_unit){
        .dies = gathered->count == 0 ? NULL : &harvest->dies.items[gathered->start],
        .count = gathered->count,
        .is_whole = gathered->is_whole,
        .last = gathered->last,
    };
}

void qc_harvest_free(struct qc_harvest *harvest)
{
    if (harvest == NULL) {
        return;
    }
    /* Nobody wants what the thread has not begun. */
    pthread_mutex_lock(&harvest->lock);
    harvest->front = harvest->count;
    pthread_mutex_unlock(&harvest->lock);
    harvest_join(harvest);
    pthread_mutex_destroy(&harvest->lock);
    qc_top_dies_free(harvest->walker);
    free(harvest->units);
    free(harvest->gathered);
    qc_vec_free(&harvest->dies);
    free(harvest);
}
