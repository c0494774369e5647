/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * job - work that another thread does while its caller goes on
 *
 *     struct qc_job job = {0};
 *     qc_job_begin(&job, decode_frame, frame);
 *     ... something else ...
 *     qc_job_wait(&job);              what decode_frame has written can be read now
 *
 * A job has a thread of its own, which takes no signals: those are the business of the process.
 * Where there is none to be had, and in a process that may use one CPU only, whoever waits does the
 * work; what comes of it is the same. No thread outlives the call of the library that began it: each
 * job is waited for, or joined.
 */
#ifndef QC_BASE_JOB_H
#define QC_BASE_JOB_H

#include <pthread.h>
#include <stdbool.h>

enum qc_job_state { QC_JOB_NONE, QC_JOB_HAS_THREAD, QC_JOB_LEFT };

struct qc_job {
    void (*run)(void *opaque);
    void *opaque;
    enum qc_job_state state;
    pthread_t thread;
};

/* How many threads can run at a time, at least 1. */
unsigned qc_job_processors(void);

/* In a thread, or not at all (false): of work that must not be done by the caller's. */
bool qc_job_start(struct qc_job *job, void (*run)(void *opaque), void *opaque);

void qc_job_begin(struct qc_job *job, void (*run)(void *opaque), void *opaque);

/* Does nothing where the job was not begun, or was waited for. */
void qc_job_wait(struct qc_job *job);

/* Returns when no thread works on it; what no thread does stays to be waited for. */
void qc_job_join(struct qc_job *job);

#endif
