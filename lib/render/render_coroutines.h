/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_coroutines - what the coroutines of a process are at, as text and as JSON
 */
#ifndef QC_RENDER_RENDER_COROUTINES_H
#define QC_RENDER_RENDER_COROUTINES_H

#include "render/stacks.h"

/* Idle ones are counted; with QEMUCORE_RENDER_ALL they are shown, too. */
void qc_text_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                        const struct qemucore_render *render, struct qc_strbuf *buffer);

/* A JSON document, schema "qemucore-coroutines/1", to be freed by free(3); NULL: out of memory. */
char *qc_json_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                         const struct qemucore_render *render);

/* "suspended (main loop)", "running in IO disk0 (LWP 17)" */
void qc_text_coroutine_state(struct qemucore_coroutine *coroutine, struct qc_strbuf *buffer);

#endif
