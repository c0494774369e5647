/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/worker.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

unsigned qc_worker_processors(void)
{
    /* As taskset(1) leaves them: on one of many a second thread gains nothing. */
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0) {
        return (unsigned)CPU_COUNT(&set);
    }
    /* More of them than the set has bits. */
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : (unsigned)processors;
}

bool qc_worker_start(pthread_t *ret, void *(*work)(void *), void *opaque)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(ret, NULL, work, opaque) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}
