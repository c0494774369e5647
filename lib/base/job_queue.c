/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/job_queue.h"

#include "base/size.h"

unsigned qc_job_queue_width(void)
{
    unsigned cpus = qc_job_processors();
    return qc_min(cpus, QC_JOB_QUEUE_THREADS);
}

void qc_job_queue_init(struct qc_job_queue *queue)
{
    *queue = (struct qc_job_queue){.end = &queue->first};
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->has_job, NULL);
    pthread_cond_init(&queue->has_ended, NULL);
}

void qc_job_queue_destroy(struct qc_job_queue *queue)
{
    qc_job_queue_join(queue);
    pthread_cond_destroy(&queue->has_ended);
    pthread_cond_destroy(&queue->has_job);
    pthread_mutex_destroy(&queue->mutex);
}

static struct qc_queued_job *queue_take(struct qc_job_queue *queue)
{
    struct qc_queued_job *job = queue->first;
    queue->first = job->next;
    if (queue->first == NULL) {
        queue->end = &queue->first;
    }
    return job;
}

static void queue_run(void *opaque)
{
    struct qc_job_queue *queue = opaque;
    pthread_mutex_lock(&queue->mutex);
    for (;;) {
        while (queue->first == NULL && !queue->ends) {
            pthread_cond_wait(&queue->has_job, &queue->mutex);
        }
        if (queue->ends) {
            break;
        }
        struct qc_queued_job *job = queue_take(queue);
        job->state = QC_QUEUED_RUNS;
        pthread_mutex_unlock(&queue->mutex);
        job->run(job->opaque);
        pthread_mutex_lock(&queue->mutex);
        job->state = QC_QUEUED_NONE;
        pthread_cond_signal(&queue->has_ended);
    }
    pthread_mutex_unlock(&queue->mutex);
}

void qc_job_queue_begin(struct qc_job_queue *queue, struct qc_queued_job *job,
                        void (*run)(void *opaque), void *opaque)
{
    unsigned width = qc_job_queue_width();
    *job = (struct qc_queued_job){.run = run, .opaque = opaque, .state = QC_QUEUED_PENDING};
    if (width > 1 && queue->count < width &&
        qc_job_start(&queue->threads[queue->count], queue_run, queue)) {
        queue->count++;
    }
    if (queue->count != 0) {
        pthread_mutex_lock(&queue->mutex);
        job->state = QC_QUEUED_WAITS;
        *queue->end = job;
        queue->end = &job->next;
        pthread_cond_signal(&queue->has_job);
        pthread_mutex_unlock(&queue->mutex);
    }
}

void qc_job_queue_wait(struct qc_job_queue *queue, struct qc_queued_job *job)
{
    pthread_mutex_lock(&queue->mutex);
    while (job->state == QC_QUEUED_WAITS || job->state == QC_QUEUED_RUNS) {
        pthread_cond_wait(&queue->has_ended, &queue->mutex);
    }
    pthread_mutex_unlock(&queue->mutex);
    if (job->state == QC_QUEUED_PENDING) {
        job->run(job->opaque);
        job->state = QC_QUEUED_NONE;
    }
}

void qc_job_queue_join(struct qc_job_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->ends = true;
    pthread_cond_broadcast(&queue->has_job);
    pthread_mutex_unlock(&queue->mutex);
    while (queue->count != 0) {
        qc_job_join(&queue->threads[--queue->count]);
    }
    queue->ends = false;
    while (queue->first != NULL) {
        queue_take(queue)->state = QC_QUEUED_PENDING;
    }
}
