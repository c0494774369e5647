/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_count - whether the dump has all threads of the process
 *
 * A dump by the kernel or gdb has all of them. Some of their notes may be damaged, another program
 * may have left them out, or the process may be the child of a vfork(), which has one thread and
 * its parent's memory. The C library counts the threads that pthread_create() made.
 */
#pragma once

#include "qemu/threads/process.h"

/* Compares the threads with the C library's count. Reports those that the dump lacks among what is
   missing from the core. Threads have their roles. */
void qc_thread_count_check(struct qc_process *process);

/* Tells whether a thread that is not in the dump did not exist: the C library's count says so or,
   if it is not known, nothing is missing from the core. Threads are named
   (qc_process_name_threads). */
bool qc_thread_count_is_whole(const struct qc_process *process);
