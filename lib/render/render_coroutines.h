/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_coroutines - what the coroutines of a process are at, as text and as JSON
 */
#ifndef QC_RENDER_RENDER_COROUTINES_H
#define QC_RENDER_RENDER_COROUTINES_H

#include "render/render_threads.h"

/* Idle ones are counted; with QEMUCORE_RENDER_ALL they are shown, too. */
void qc_text_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                        const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Of it: how many there are, and whom others wait for. */
struct qc_style;
void qc_text_coroutines_story(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                              struct qc_strbuf *buffer);

/* Whom threads and others wait for alone; nothing where nobody does. */
void qc_text_coroutine_chains(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                              struct qc_strbuf *buffer);

/* A JSON document, schema "qemucore-coroutines/1", to be freed by free(3); NULL: out of memory. */
char *qc_json_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                         const struct qemucore_render *render);

/* One of them: what it is at, what it waits for (wait may be NULL), with QEMUCORE_RENDER_BACKTRACE its
   stack. A line, and the stack below it; an object. */
void qc_text_coroutine(struct qemucore_coroutine *coroutine, const struct qc_coroutine_wait *wait,
                       const struct qemucore_render *render, struct qc_strbuf *buffer);
void qc_json_coroutine(struct qc_json *json, const char *key, struct qemucore_coroutine *coroutine,
                       const struct qc_coroutine_wait *wait, const struct qemucore_render *render);

#endif
