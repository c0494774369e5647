/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_state - the member "state" of documents
 */
#pragma once

#include "json/json_common.h"
#include "text/text.h"

void qc_json_state(struct qc_json *json, struct qc_waits *waits, const struct qc_state *state);

/* Add members of "state". */
void qc_json_clocks(struct qc_json *json, const struct qc_clocks *clocks);
/* clocks: for the age of requests. */
void qc_json_block(struct qc_json *json, const struct qc_block *block,
                   const struct qc_clocks *clocks);

/* Add to the innermost object an array of nodes, backends or jobs, and whether they are known. */
void qc_json_block_nodes(struct qc_json *json, const struct qc_block *block,
                         const struct qc_clocks *clocks);
void qc_json_block_backends(struct qc_json *json, const struct qc_block *block);
void qc_json_block_jobs(struct qc_json *json, const struct qc_block *block);

/* Add members to the innermost object. */
void qc_json_runstate(struct qc_json *json, const struct qc_runstate *runstate);
void qc_json_migration(struct qc_json *json, const struct qc_migration *migration);

void qc_json_iothreads(struct qc_json *json, const char *key, struct qc_waits *waits,
                       const struct qc_state *state);

/* Adds members to the innermost object that tell when a timer is due. */
void qc_json_due(struct qc_json *json, const struct qc_armed_timer *timer);
