/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_names - what each thread is to QEMU, and the name that QEMU gave it
 *
 * A Linux core has no thread names. QEMU's are made anew from what they were made from: the start
 * routine that is on the stack, and the object that it was given.
 */
#ifndef QC_QEMU_THREADS_THREAD_NAMES_H
#define QC_QEMU_THREADS_THREAD_NAMES_H

#include "qemu/threads/process.h"

/* Gives all threads their names and roles, at the first call: unwinds them for it. */
void qc_process_name_threads(struct qc_process *process);

#endif
