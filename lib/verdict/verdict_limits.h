/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * verdict_limits - caps for the verdict, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_VERDICT_VERDICT_LIMITS_H
#define QC_VERDICT_VERDICT_LIMITS_H

#include "base/base.h"

/* Characters of a message that the process left behind (an assertion, an error), with its newline. */
#define QC_LIMIT_MESSAGE 4096

/* Below the stack pointer of a thread lies what the calls before have left: printf's buffer for an
   unbuffered stream is 8 KiB (BUFSIZ), QEMU's and glib's frames around it one more. */
#define QC_LIMIT_DEAD_STACK (32 * QC_KIB)

/* Below printf's own frame: those of the functions that write a text for it. */
#define QC_LIMIT_PRINTF_FRAMES 512

/* Innermost frames among which those of a log that ends the process are: seven of GLib's own and of
   raise(), twice that. */
#define QC_LIMIT_LOG_FRAMES 16

/* Numbers of errors are no higher; the kernel leaves room up to 4095 (MAX_ERRNO), but 133 is the
   highest that there is (include/uapi/asm-generic/errno.h; mips has 168, sparc 135). */
#define QC_LIMIT_ERRNO 200

/* A frame may begin this far below the last page that its thread has touched, and be the first that
   touches what is beyond: QEMU is built with -Wframe-larger-than=, coroutines have 1 MiB. */
#define QC_LIMIT_FRAME_SIZE (1 * QC_MIB)

/* Functions that a line names of how a thread got where it is. */
#define QC_LIMIT_CALLERS 12

/* Threads that a finding lists of those that may sleep in a call. */
#define QC_LIMIT_SLEEPERS 4

/* Descriptors of a poll that are looked at: where more are polled, none of them is the reason. */
#define QC_LIMIT_POLLED 8

/* Those that are looked at for what can't be written: more than a QEMU with a hundred chardevs has. */
#define QC_LIMIT_WRITTEN 512

/* Bytes of a name among the arguments of a function. */
#define QC_LIMIT_ARGUMENT_NAME 1024

/* Findings, and pieces of evidence of one: a report that nobody reads to its end helps nobody. */
#define QC_LIMIT_FINDINGS 1000
#define QC_LIMIT_EVIDENCE 64

#endif
