/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_build - builds the graph: objects, edges, and what follows from them
 */
#pragma once

#include "wait/wait_graph.h"

/* Builds the graph. The waits must outlive it. Fails only when out of memory. */
enum qemucore_status qc_wait_graph_new(struct qc_waits *waits, struct qc_wait_graph **ret,
                                       struct qemucore_error *error);
