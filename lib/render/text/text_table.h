/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_table - threads, a line each: what it is, what it waits for, where that is
 */
#ifndef QC_RENDER_TEXT_TEXT_TABLE_H
#define QC_RENDER_TEXT_TEXT_TABLE_H

#include "render/render_threads.h"

void qc_text_table(struct qc_waits *waits, const struct qemucore_render *render,
                   struct qc_strbuf *buffer);

/* Its cells, of threads with the same stack: "8 x CPU 0-7/KVM"; what they all wait for, or what kind
   of things those are; where. malloc; NULL: out of memory. */
char *qc_text_name_cell(const struct qc_thread_list *threads);
char *qc_text_wait_cell(struct qc_waits *waits, const struct qc_thread_list *threads);
char *qc_text_location_cell(struct qemucore_thread *thread);

/* A frame as a place: "call_rcu_thread  util/rcu.c:278", "poll+0x4f (libc.so.6)". */
void qc_text_location(const struct qemucore_frame *frame, struct qc_strbuf *buffer);

/* Source paths of a build are relative to its build directory, "../util/main-loop.c": without that. */
const char *qc_text_short_source(const char *file);

#endif
