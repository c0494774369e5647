/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_locks - who holds what, who waits for whom: as text, as JSON, as a graph to be drawn
 */
#ifndef QC_RENDER_RENDER_LOCKS_H
#define QC_RENDER_RENDER_LOCKS_H

#include "render/render_threads.h"
#include "wait/wait.h"

/* Whether an object is to be shown: with QEMUCORE_RENDER_ALL, one that has a name is enough. */
bool qc_locks_wants(const struct qemucore_render *render, const struct qemucore_lock *lock);

void qc_text_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                   const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Its parts: cycles, chains and what is odd; the objects, those that matter most first; the cells of
   one. */
QC_VEC_TYPE(qc_lock_rows, const struct qemucore_lock *);
void qc_text_locks_story(struct qc_waits *waits, const struct qc_wait_graph *graph,
                         const struct qemucore_render *render, struct qc_strbuf *buffer);
void qc_locks_rows(const struct qc_wait_graph *graph, const struct qemucore_render *render,
                   struct qc_lock_rows *ret);
void qc_text_lock(const struct qemucore_lock *lock, struct qc_strbuf *buffer);
void qc_text_lock_state(const struct qemucore_lock *lock, struct qc_strbuf *buffer);
void qc_text_lock_waiters(const struct qemucore_lock *lock, struct qc_strbuf *buffer);

/* For Graphviz. With only_chains, no object for which nobody in the dump has to do something. False:
   there was nothing to draw. */
bool qc_dot_locks(struct qc_waits *waits, const struct qc_wait_graph *graph, bool only_chains,
                  struct qc_strbuf *buffer);

/* A JSON document, schema "qemucore-locks/1", to be freed by free(3); NULL: out of memory. */
char *qc_json_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                    const struct qemucore_render *render);

#endif
