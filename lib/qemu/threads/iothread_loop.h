/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iothread_loop - finds the frame of an iothread's own loop (iothread.c, iothread_run)
 *
 * iothread_run() is static, so a stripped executable does not have its name. But aio_poll() is
 * exported for QEMU's modules, g_main_loop_run() is GLib's, and iothread_run() is the only start
 * routine that calls both.
 */
#pragma once

#include "qemu/threads/threads.h"

/* Returns the loop's frame on a thread's stack; NULL: there is none, or it can't be recognized. */
struct qemucore_frame *qc_iothread_loop(struct qemucore_thread *thread);

/* Recognizes an iothread's stack whose start routine has no name: the routine has called one of the
   two functions, and its code has a call of the other. */
bool qc_stack_is_iothreads(struct qc_threads *threads, struct qc_stack *stack);
