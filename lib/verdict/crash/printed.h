/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * printed - what a thread has printed last to standard error, where that is still in memory
 *
 * stderr has no buffer, so that the text was made elsewhere:
 *
 *   write()   a thread that is in a write to descriptor 2 has the text in its hands
 *   stderr    a buffer that the program has given it (setvbuf)
 *   glibc     printf's own buffer, on the stack, which stays until another call writes over it
 *   printf    its format and a string that it was given, where error_report() was called last
 *
 * Of printf's buffer that is 8 KiB up to glibc 2.36, which mostly survive. From 2.37 on it is 128 bytes
 * in the innermost frames, and the next call that goes as deep destroys it: QEMU's error_report(), which
 * prints its newline by a call of its own, leaves no text. Where none is in memory any more,
 * the file that standard error went to has it, and nothing else does.
 */
#ifndef QC_VERDICT_CRASH_PRINTED_H
#define QC_VERDICT_CRASH_PRINTED_H

#include "verdict/crash/crash_message.h"

/* Into a zeroed struct; a text whose beginning is lost starts with "...". */
void qc_printed_find(struct qc_process *process, struct qemucore_thread *thread,
                     struct qc_crash_message *ret);

#endif
