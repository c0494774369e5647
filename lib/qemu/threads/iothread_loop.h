/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iothread_loop - the frame of an iothread's own loop (iothread.c, iothread_run)
 *
 * It is static, so that a stripped executable does not name it. But aio_poll() is exported for QEMU's
 * modules, and g_main_loop_run() is GLib's; and of all start routines it alone calls both.
 */
#ifndef QC_QEMU_THREADS_IOTHREAD_LOOP_H
#define QC_QEMU_THREADS_IOTHREAD_LOOP_H

#include "qemu/threads/threads.h"

/* The loop on a thread's stack; NULL: none is there, or it can't be told. */
struct qemucore_frame *qc_iothread_loop(struct qemucore_thread *thread);

/* Whether a stack is an iothread's, though no function of it says so: its start routine has called one of
   the two and has, by its code, a call of the other. */
bool qc_stack_is_iothreads(struct qc_threads *threads, struct qc_stack *stack);

#endif
