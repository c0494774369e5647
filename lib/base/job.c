/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/job.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

unsigned qc_job_processors(void)
{
    /* Counts the CPUs that taskset(1) leaves: limited to one, a second thread gains nothing. */
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0) {
        return (unsigned)CPU_COUNT(&set);
    }
    /* The machine has more CPUs than the set has bits. */
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : (unsigned)processors;
}

static void *job_run(void *opaque)
{
    const struct qc_job *job = opaque;
    job->run(job->opaque);
    return NULL;
}

bool qc_job_start(struct qc_job *job, void (*run)(void *opaque), void *opaque)
{
    *job = (struct qc_job){.run = run, .opaque = opaque, .state = QC_JOB_PENDING};
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&job->thread, NULL, job_run, job) == 0) {
        job->state = QC_JOB_HAS_THREAD;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return job->state == QC_JOB_HAS_THREAD;
}

void qc_job_begin(struct qc_job *job, void (*run)(void *opaque), void *opaque)
{
    if (qc_job_processors() < 2) {
        *job = (struct qc_job){.run = run, .opaque = opaque, .state = QC_JOB_PENDING};
    } else {
        qc_job_start(job, run, opaque);
    }
}

void qc_job_join(struct qc_job *job)
{
    if (job->state == QC_JOB_HAS_THREAD) {
        pthread_join(job->thread, NULL);
        job->state = QC_JOB_NONE;
    }
}

void qc_job_wait(struct qc_job *job)
{
    qc_job_join(job);
    if (job->state == QC_JOB_PENDING) {
        job->run(job->opaque);
        job->state = QC_JOB_NONE;
    }
}
