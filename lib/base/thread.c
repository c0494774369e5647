/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

unsigned qc_thread_cpus(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0) {
        return (unsigned)CPU_COUNT(&set);
    }
    /* More CPUs than the set has bits. */
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors > 1 ? (unsigned)processors : 1;
}

bool qc_thread_start(pthread_t *thread, void *(*work)(void *opaque), void *opaque)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(thread, NULL, work, opaque) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}
