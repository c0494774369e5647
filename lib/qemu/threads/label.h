/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * label - how sentences name a thread
 */
#ifndef QC_QEMU_THREADS_LABEL_H
#define QC_QEMU_THREADS_LABEL_H

#include "qemu/threads/threads.h"

/* Returns "main loop (LWP 17)", with the role for a thread without a name, and "LWP 17" for one
   without either. malloc; NULL: out of memory. */
char *qc_thread_label(const struct qemucore_thread *thread);

#endif
