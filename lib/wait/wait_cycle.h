/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_cycle - cycles of edges, and chains: all threads that wait for one thread in the end
 */
#pragma once

#include "wait/wait_graph.h"

/* Fills `cycles`: for each thread in a cycle, one of its shortest cycles. False: no memory. */
bool qc_wait_cycles_find(struct qc_wait_graph *graph);

/* Fills `chains`, and `behind` of each cycle, after the cycles. False: no memory. */
bool qc_wait_chains_find(struct qc_wait_graph *graph);
