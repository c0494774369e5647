/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * job_queue - many short jobs, which a thread for each CPU runs in turn
 *
 *     qc_job_queue_begin(&queue, &frame->job, decode_frame, frame);
 *     ... something else ...
 *     qc_job_queue_wait(&queue, &frame->job);
 *     qc_job_queue_join(&queue);      before the library call ends
 *
 * The kernel often puts a new thread on the CPU of its creator, even if another one is idle, and
 * only moves it some milliseconds later. A short job is over by then: a thread of its own for each
 * one (base/job) leaves CPUs idle.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "base/job.h"

#define QC_JOB_QUEUE_THREADS 8

/* QC_QUEUED_PENDING: no thread has it; qc_job_queue_wait will run it. */
enum qc_queued_state { QC_QUEUED_NONE, QC_QUEUED_PENDING, QC_QUEUED_WAITS, QC_QUEUED_RUNS };

/* A job in a queue. */
struct qc_queued_job {
    void (*run)(void *opaque);
    void *opaque;
    enum qc_queued_state state; /* of a job that was begun: under the queue's mutex */
    struct qc_queued_job *next;
};

struct qc_job_queue {
    pthread_mutex_t mutex;    /* guards the members below, but threads and count */
    pthread_cond_t has_job;   /* a job was queued, or the threads shall end */
    pthread_cond_t has_ended; /* a job has ended */
    struct qc_queued_job *first;
    struct qc_queued_job **end; /* where the next one is linked */
    bool ends;
    struct qc_job threads[QC_JOB_QUEUE_THREADS];
    unsigned count;           /* of the threads */
};

/* Returns the number of jobs that run at a time, at least 1. */
unsigned qc_job_queue_width(void);

void qc_job_queue_init(struct qc_job_queue *queue);
void qc_job_queue_destroy(struct qc_job_queue *queue);

/* Leaves the job to a thread, or to qc_job_queue_wait if there is none. */
void qc_job_queue_begin(struct qc_job_queue *queue, struct qc_queued_job *job,
                        void (*run)(void *opaque), void *opaque);

/* Returns when the job is done. Does nothing if it was not begun, or was already waited for. */
void qc_job_queue_wait(struct qc_job_queue *queue, struct qc_queued_job *job);

/* Waits for all threads. What they have not begun is left to qc_job_queue_wait. */
void qc_job_queue_join(struct qc_job_queue *queue);
