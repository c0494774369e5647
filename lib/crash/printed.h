/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * printed - what a thread printed last to standard error, if it is still in memory
 *
 * stderr is unbuffered, so that the text is elsewhere:
 *
 *   write()   the buffer of a thread that is in a write to descriptor 2
 *   stderr    a buffer that the program has set (setvbuf)
 *   glibc     printf's own buffer on the stack, until another call overwrites it
 *   printf    its format and a string argument, if error_report() was called last
 *
 * Up to glibc 2.36 printf's buffer is 8 KiB, which mostly survive. From 2.37 on it is 128 bytes in
 * the innermost frames, and the next call that goes as deep destroys it: QEMU's error_report(),
 * which prints its newline by a separate call, leaves no text. If none is left in memory, only the
 * file that standard error went to has it.
 */
#pragma once

#include "crash/crash_message.h"

/* Finds the text. One whose beginning is lost starts with "...". *ret must be zeroed. */
void qc_printed_find(struct qc_process *process, struct qemucore_thread *thread,
                     struct qc_crash_message *ret);
