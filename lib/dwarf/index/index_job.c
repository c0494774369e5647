/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/index_job.h"

#include <stdlib.h>

#include "base/base.h"

struct read_unit {
    size_t start; /* index in dies */
    size_t count;
    bool is_whole;
    uint64_t last;
};

struct qc_index_job {
    struct qc_die_reader_unit *units;
    size_t count;
    struct qc_job job;
    struct qc_die_reader *reader;
    struct read_unit *read;
    QC_VEC(struct qc_indexed_die) dies;

    pthread_mutex_t lock; /* guards what follows */
    size_t claimed_end; /* the caller has claimed the units before this one */
    size_t thread_start;  /* the thread has this unit and those after it */
    bool is_over;         /* nobody wants more units */
};

/* If memory runs out for a unit, libdw has to read all of it. */
static void job_read_unit(struct qc_index_job *job, size_t index)
{
    const struct qc_die_reader_unit *unit = &job->units[index];
    size_t start = job->dies.count;
    struct qc_indexed_die die;
    enum qc_die_reader_step step;
    bool has_room = true;
    qc_die_reader_begin(job->reader, unit);
    while ((step = qc_die_reader_next(job->reader, &die)) == QC_DIE_READER_DIE && has_room) {
        has_room = qc_vec_push(&job->dies, die);
    }
    job->dies.count = has_room ? job->dies.count : start;
    job->read[index] = (struct read_unit){
        .start = start,
        .count = job->dies.count - start,
        .is_whole = has_room && step == QC_DIE_READER_END,
        .last = has_room ? qc_die_reader_last(job->reader) : unit->offset,
    };
}

/* Claims the last quarter of the units that are left: few enough for both to end at the same time.
   Returns the first one. */
static size_t job_claim_units(struct qc_index_job *job, size_t *end)
{
    pthread_mutex_lock(&job->lock);
    *end = job->thread_start;
    size_t left = *end > job->claimed_end ? *end - job->claimed_end : 0;
    job->thread_start -= (left + 3) / 4;
    size_t start = job->thread_start;
    pthread_mutex_unlock(&job->lock);
    return start;
}

static bool job_is_over(struct qc_index_job *job)
{
    pthread_mutex_lock(&job->lock);
    bool is_over = job->is_over;
    pthread_mutex_unlock(&job->lock);
    return is_over;
}

/* Of a type that several units define, the first one in the file counts, whoever reads it. So the
   units of a claim are read from the first one on, and no name is passed over because it is in a
   later claim. */
static void job_work(void *opaque)
{
    struct qc_index_job *job = opaque;
    size_t end;
    size_t unit = job_claim_units(job, &end);
    while (unit < end && !job_is_over(job)) {
        job_read_unit(job, unit++);
        if (unit == end) {
            unit = job_claim_units(job, &end);
            qc_die_reader_forget(job->reader);
        }
    }
}

bool qc_index_job_claim(struct qc_index_job *job, size_t unit)
{
    pthread_mutex_lock(&job->lock);
    bool is_free = unit < job->thread_start;
    if (is_free) {
        job->claimed_end = unit + 1;
    }
    pthread_mutex_unlock(&job->lock);
    return is_free;
}

struct qc_index_job *qc_index_job_begin(const struct qc_die_reader_sections *file,
                                        struct qc_die_reader_unit *units, size_t count)
{
    struct qc_index_job *job =
        count == 0 || qc_job_processors() < 2 ? NULL : calloc(1, sizeof(*job));
    if (job == NULL) {
        free(units);
        return NULL;
    }
    job->units = units;
    job->count = job->thread_start = count;
    job->reader = qc_die_reader_new(file);
    job->read = calloc(count, sizeof(*job->read));
    pthread_mutex_init(&job->lock, NULL);
    if (job->reader == NULL || job->read == NULL) {
        qc_index_job_free(job);
        return NULL;
    }
    qc_job_begin(&job->job, job_work, job);
    return job;
}

struct qc_index_unit qc_index_job_unit(struct qc_index_job *job, size_t unit)
{
    qc_job_wait(&job->job);
    const struct read_unit *read = &job->read[unit];
    return (struct qc_index_unit){
        .dies = read->count == 0 ? NULL : &job->dies.items[read->start],
        .count = read->count,
        .is_whole = read->is_whole,
        .last = read->last,
    };
}

size_t qc_index_job_count(struct qc_index_job *job)
{
    qc_job_wait(&job->job);
    return job->dies.count;
}

void qc_index_job_free(struct qc_index_job *job)
{
    if (job == NULL) {
        return;
    }
    /* Units that the thread has not begun are not needed. */
    pthread_mutex_lock(&job->lock);
    job->is_over = true;
    pthread_mutex_unlock(&job->lock);
    qc_job_wait(&job->job);
    pthread_mutex_destroy(&job->lock);
    qc_die_reader_free(job->reader);
    free(job->units);
    free(job->read);
    qc_vec_free(&job->dies);
    free(job);
}
