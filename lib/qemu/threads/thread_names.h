/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_names - what each thread is to QEMU, and the name that QEMU gave it
 *
 * A Linux core has no thread names. QEMU's names are rebuilt from their origins: the start routine
 * on the stack, and the object that it was given.
 */
#pragma once

#include "qemu/threads/process.h"

/* Sets the names and roles of all threads, at the first call; unwinds the threads. */
void qc_process_name_threads(struct qc_process *process);
