/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * label - a thread as sentences name it
 */
#ifndef QC_QEMU_THREADS_LABEL_H
#define QC_QEMU_THREADS_LABEL_H

#include "qemu/threads/threads.h"

/* "main loop (LWP 17)"; of a thread without a name its role; without that "LWP 17". malloc; NULL:
   out of memory. */
char *qc_thread_label(const struct qemucore_thread *thread);

#endif
