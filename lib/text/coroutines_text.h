/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutines_text - the coroutines of a process, and what they wait for, as text
 */
#pragma once

#include "text/threads_text.h"

struct qc_style;

/* Appends the coroutines. Idle ones are only counted, unless QEMUCORE_RENDER_ALL is set. */
void qc_text_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                        const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Appends the summary: how many coroutines there are, and which of them something waits for. */
void qc_text_coroutines_story(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                              struct qc_strbuf *buffer);

/* Appends the coroutines that something else waits for. Appends nothing when there are none. */
void qc_text_coroutine_chains(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                              struct qc_strbuf *buffer);

/* Appends one coroutine, as a line: its state, what it waits for (wait may be NULL) and, with
   QEMUCORE_RENDER_BACKTRACE, its stack. */
void qc_text_coroutine(struct qemucore_coroutine *coroutine, const struct qc_coroutine_wait *wait,
                       const struct qemucore_render *render, struct qc_strbuf *buffer);
