/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_cycle - where edges lead round in a circle, and where they end
 */
#ifndef QC_WAIT_WAIT_CYCLE_H
#define QC_WAIT_WAIT_CYCLE_H

#include "wait/wait_graph.h"

/* Fills cycles: for each thread that is in one, a shortest one that it is in. False: no memory. */
bool qc_wait_cycles_find(struct qc_wait_graph *graph);

/* Fills chains, and who waits behind each cycle, once the cycles are known. False: no memory. */
bool qc_wait_chains_find(struct qc_wait_graph *graph);

#endif
