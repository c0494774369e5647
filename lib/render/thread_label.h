/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_label - threads by name: one, "main loop (LWP 17)", and many in few words, "main loop,
 * CPU 0-7/KVM, LWP 4711 and 12 more"
 */
#ifndef QC_RENDER_THREAD_LABEL_H
#define QC_RENDER_THREAD_LABEL_H

#include "base/base.h"
#include "wait/wait.h"

/* Names that differ by one number that counts up are one word. Beyond `most` words it is said how
   many threads are left. */
void qc_text_thread_labels(const struct qc_thread_list *threads, size_t most,
                           struct qc_strbuf *buffer);

/* The same for those that have been counted already: no "12 x worker", but "worker". */
void qc_text_thread_names(const struct qc_thread_list *threads, size_t most,
                          struct qc_strbuf *buffer);

/* "main loop (LWP 17)", "LWP 17" */
void qc_text_thread_label(const struct qemucore_thread *thread, struct qc_strbuf *buffer);

#endif
