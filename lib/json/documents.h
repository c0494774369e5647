/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * documents - a JSON document of each schema, but for those of parts and of the report
 */
#pragma once

#include "json/json_writer.h"
#include "text/text.h"

/* Return the JSON document of a schema, "qemucore-coroutines/1" and so on, for free(3). NULL: out of
   memory. */
char *qc_json_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                         const struct qemucore_render *render);
char *qc_json_info(const struct qc_info *info, const struct qemucore_render *render);
char *qc_json_inspect(struct qc_waits *waits, const struct qc_inspected *objects, size_t count,
                      const struct qemucore_render *render);
char *qc_json_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                    const struct qemucore_render *render);
char *qc_json_threads(struct qc_waits *waits, const struct qemucore_render *render);
char *qc_json_why(const struct qc_why *why, const struct qemucore_render *render);
char *qc_json_slim(const struct qc_slim_report *report, const struct qemucore_render *render);

/* Adds one coroutine, as an object: its state, what it waits for (wait may be NULL) and, with
   QEMUCORE_RENDER_BACKTRACE, its stack. */
void qc_json_coroutine(struct qc_json *json, struct qemucore_coroutine *coroutine,
                       const struct qc_coroutine_wait *wait, const struct qemucore_render *render);
