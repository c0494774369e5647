/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_table - the table of threads: the name of each, what it waits for, and where
 */
#pragma once

#include "text/renderings.h"

void qc_text_table(struct qc_waits *waits, const struct qemucore_render *render,
                   struct qc_strbuf *buffer);

/* Return a cell for threads with the same stack, for free(3): the names, "8 x CPU 0-7/KVM"; what
   they all wait for, or its kind if that differs; the location. NULL: out of memory. */
char *qc_text_name_cell(const struct qc_thread_list *threads);
char *qc_text_wait_cell(struct qc_waits *waits, const struct qc_thread_list *threads);
char *qc_text_location_cell(struct qemucore_thread *thread);

/* Appends where a frame is: "call_rcu_thread  util/rcu.c:278", "poll+0x4f (libc.so.6)". */
void qc_text_location(const struct qemucore_frame *frame, struct qc_strbuf *buffer);

/* Strips leading "../": source paths are relative to the build directory, "../util/main-loop.c". */
const char *qc_text_short_source(const char *file);
