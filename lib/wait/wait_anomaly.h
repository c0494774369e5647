/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_anomaly - contradictions: states that a sound process is never in, or only for a moment
 */
#pragma once

#include "wait/wait_graph.h"

/* Fills `anomalies`, after everything else. False: no memory. */
bool qc_wait_anomalies_find(struct qc_wait_graph *graph);
