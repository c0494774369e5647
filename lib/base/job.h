/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * job - work that another thread does while the caller goes on
 *
 *     struct qc_job job = {0};
 *     qc_job_begin(&job, decode_frame, frame);
 *     ... something else ...
 *     qc_job_wait(&job);              the results of decode_frame can be read after this
 *
 * Each job has its own thread, which blocks all signals: they belong to the process. If no thread
 * can be created, or the process may use only one CPU, qc_job_wait runs the job itself, with the
 * same result. Each job is waited for or joined: no thread outlives the library call that began it.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

/* QC_JOB_PENDING: has no thread and has not run; qc_job_wait will run it. */
enum qc_job_state { QC_JOB_NONE, QC_JOB_HAS_THREAD, QC_JOB_PENDING };

struct qc_job {
    void (*run)(void *opaque);
    void *opaque;
    enum qc_job_state state;
    pthread_t thread;
};

/* Returns the number of CPUs that the process may use, at least 1. */
unsigned qc_job_processors(void);

/* Runs the job in a new thread. False: no thread could be created, and the job has not run. For
   work that the caller's thread must not do. */
bool qc_job_start(struct qc_job *job, void (*run)(void *opaque), void *opaque);

/* Runs the job in a new thread, or leaves it to qc_job_wait. */
void qc_job_begin(struct qc_job *job, void (*run)(void *opaque), void *opaque);

/* Returns when the job is done. Does nothing if it was not begun, or was already waited for. */
void qc_job_wait(struct qc_job *job);

/* Waits for the job's thread, if it has one. A job without a thread does not run. */
void qc_job_join(struct qc_job *job);
