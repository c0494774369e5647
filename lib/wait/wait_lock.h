/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_lock - the objects that threads wait for, each with its owner and its waiters
 *
 * The list has the objects that a thread waits for, and those that are in variables of the
 * executable, in its CPUs and in its iothreads.
 */
#pragma once

#include "wait/wait_graph.h"

/* Fills `locks`. False: no memory. */
bool qc_wait_locks_find(struct qc_wait_graph *graph);

/* Reads an object, which need not be one of the graph's, and who waits for it. */
void qc_wait_lock_read(struct qc_wait_graph *graph, enum qc_lock_kind kind, uint64_t address,
                       struct qemucore_lock *ret);
