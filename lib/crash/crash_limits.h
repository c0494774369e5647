/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crash_limits - caps for the search for why a process crashed, each with its reason
 *
 * Every loop that a dump drives ends at one of these. Reaching a cap is reported, never silent.
 */
#pragma once

#include "base/base.h"

/* Characters of a message left in memory (an assertion, an error), including its newline. */
#define QC_LIMIT_MESSAGE 4096

/* Bytes searched below a thread's stack pointer, for what earlier calls left: printf's buffer for
   an unbuffered stream is 8 KiB (BUFSIZ); QEMU's and glib's frames around it add as much. */
#define QC_LIMIT_DEAD_STACK (32 * QC_KIB)

/* Bytes below printf's own frame: the frames of the functions that write text for it. */
#define QC_LIMIT_PRINTF_FRAMES 512

/* Innermost frames searched for a log call that ends the process: twice the seven frames of GLib's
   own functions and raise(). */
#define QC_LIMIT_LOG_FRAMES 16

/* A frame may start this far below the last stack page that its thread has touched, and be the
   first to touch what is beyond: QEMU is built with -Wframe-larger-than=, coroutines have 1 MiB. */
#define QC_LIMIT_FRAME_SIZE (1 * QC_MIB)
