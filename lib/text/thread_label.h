/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_label - names of threads: of one, "main loop (LWP 17)", and of many, "main loop,
 * CPU 0-7/KVM, LWP 4711 and 12 more"
 */
#pragma once

#include "base/base.h"
#include "wait/wait.h"

/* Appends the threads in at most `most` words, then how many threads are left. Names that differ
   only in a number that counts up are one word. */
void qc_text_thread_labels(const struct qc_thread_list *threads, size_t most,
                           struct qc_strbuf *buffer);

/* The same without counts, for a caller that has printed the count: "worker", not "12 x worker". */
void qc_text_thread_names(const struct qc_thread_list *threads, size_t most,
                          struct qc_strbuf *buffer);

/* Appends "main loop (LWP 17)", or "LWP 17" if the thread has no name. */
void qc_text_thread_label(const struct qemucore_thread *thread, struct qc_strbuf *buffer);
