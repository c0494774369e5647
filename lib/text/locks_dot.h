/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * locks_dot - locks, threads and coroutines that wait for each other, as a Graphviz graph
 */
#pragma once

#include "wait/wait.h"

/* Appends the wait graph in Graphviz's language. only_chains: leaves out locks for which no thread
   of the dump has to act. Returns false when there is nothing to draw, or memory ran out. */
bool qc_dot_locks(struct qc_waits *waits, const struct qc_wait_graph *graph, bool only_chains,
                  struct qc_strbuf *buffer);
