/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_problem - what a graph lacks, and what would provide it
 */
#pragma once

#include "wait/wait_graph.h"

/* Fills `problems`, after everything else. False: no memory. */
bool qc_wait_problems_find(struct qc_wait_graph *graph);
