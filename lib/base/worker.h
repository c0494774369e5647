/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * worker - a thread of ours in somebody else's process
 */
#ifndef QC_BASE_WORKER_H
#define QC_BASE_WORKER_H

#include <pthread.h>
#include <stdbool.h>

/* How many can run at a time, at least 1. */
unsigned qc_worker_processors(void);

/* Takes no signals: those are the business of the process. False: there is no thread; whoever asked
   does the work himself. */
bool qc_worker_start(pthread_t *ret, void *(*work)(void *), void *opaque);

#endif
