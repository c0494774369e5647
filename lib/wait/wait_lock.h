/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_lock - the objects that threads wait for, each with its owner and its waiters
 *
 * Listed are those that a thread waits for, and those that variables of the executable, its CPUs and
 * its iothreads hold.
 */
#ifndef QC_WAIT_WAIT_LOCK_H
#define QC_WAIT_WAIT_LOCK_H

#include "wait/wait_graph.h"

/* Fills locks. False: no memory. */
bool qc_wait_locks_find(struct qc_wait_graph *graph);

/* Reads an object that may be none of the graph's, with who waits for it. */
void qc_wait_lock_read(struct qc_wait_graph *graph, enum qc_lock_kind kind, uint64_t address,
                       struct qemucore_lock *ret);

#endif
