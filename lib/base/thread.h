/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread - threads of our own, which live no longer than a call of the library
 */
#ifndef QC_BASE_THREAD_H
#define QC_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* CPUs that the process may use, as taskset(1) leaves them; at least 1. With one there is nothing
   that a second thread could gain. */
unsigned qc_thread_cpus(void);

/* It takes no signal: those are for the threads of the program that uses us. False: the system has
   no more threads for us, and the work is left to the caller. */
bool qc_thread_start(pthread_t *thread, void *(*work)(void *opaque), void *opaque);

#endif
