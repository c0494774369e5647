/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * locks_text - locks with their owners and waiters, as text
 */
#pragma once

#include "text/threads_text.h"
#include "wait/wait.h"

/* Tells whether a lock is shown. With QEMUCORE_RENDER_ALL, every lock that has a name is shown. */
bool qc_locks_wants(const struct qemucore_render *render, const struct qemucore_lock *lock);

void qc_text_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                   const struct qemucore_render *render, struct qc_strbuf *buffer);

/* The parts of that text: cycles, chains and anomalies; the locks, the most important first; the
   cells of a lock's row. */
QC_VEC_TYPE(qc_lock_rows, const struct qemucore_lock *);
void qc_text_locks_story(struct qc_waits *waits, const struct qc_wait_graph *graph,
                         const struct qemucore_render *render, struct qc_strbuf *buffer);
bool qc_locks_rows(const struct qc_wait_graph *graph, const struct qemucore_render *render,
                   struct qc_lock_rows *ret);
void qc_text_lock(const struct qemucore_lock *lock, struct qc_strbuf *buffer);
void qc_text_lock_state(const struct qemucore_lock *lock, struct qc_strbuf *buffer);
void qc_text_lock_waiters(const struct qemucore_lock *lock, struct qc_strbuf *buffer);

/* Returns a field of a lock as it is usually written, "0x7fff0010", "-1", "CLOCK_MONOTONIC", for
   free(3). NULL: out of memory, or a text that is not known. */
char *qc_lock_field_text(const struct qc_lock_field *field);
