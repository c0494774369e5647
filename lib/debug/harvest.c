/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/harvest.h"

#include <stdlib.h>

#include "base/vec.h"
#include "base/worker.h"

/* Of a unit: its dies are the ones up to end, from where those of the unit before end. */
struct gathered {
    size_t end;
    bool is_whole;
    uint64_t last;
};

struct qc_harvest {
    const struct qc_top_dies_unit *units;
    size_t count;
    pthread_t thread;
    bool is_running;
    struct qc_top_dies *walker;
    struct gathered *gathered;
    QC_VEC(struct qc_top_die) dies;
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
        .end = harvest->dies.count,
        .is_whole = has_room && step == QC_TOP_DIES_END,
        .last = has_room ? qc_top_dies_last(harvest->walker) : unit->offset,
    };
}

static void *gather(void *opaque)
{
    struct qc_harvest *harvest = opaque;
    for (size_t i = 0; i < harvest->count; i++) {
        gather_unit(harvest, i);
    }
    return NULL;
}

struct qc_harvest *qc_harvest_begin(const struct qc_top_dies_file *file,
                                    const struct qc_top_dies_unit *units, size_t count)
{
    struct qc_harvest *harvest =
        count == 0 || qc_worker_processors() < 2 ? NULL : calloc(1, sizeof(*harvest));
    if (harvest == NULL) {
        return NULL;
    }
    harvest->units = units;
    harvest->count = count;
    harvest->walker = qc_top_dies_new(file);
    harvest->gathered = calloc(count, sizeof(*harvest->gathered));
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
    size_t start = unit == 0 ? 0 : harvest->gathered[unit - 1].end;
    const struct gathered *gathered = &harvest->gathered[unit];
    return (struct qc_harvest_unit){
        .dies = start == gathered->end ? NULL : &harvest->dies.items[start],
        .count = gathered->end - start,
        .is_whole = gathered->is_whole,
        .last = gathered->last,
    };
}

void qc_harvest_free(struct qc_harvest *harvest)
{
    if (harvest != NULL) {
        harvest_join(harvest);
        qc_top_dies_free(harvest->walker);
        free(harvest->gathered);
        qc_vec_free(&harvest->dies);
        free(harvest);
    }
}
