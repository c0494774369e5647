/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * frame_pointer - the frame pointer of a function that has one, if it is not known
 *
 * The kernel tells only the stack pointer of a thread that sleeps in a system call and is not
 * stopped for it (/proc/PID/syscall), as in a snapshot of a living process. That is enough for code
 * that has no frame pointer. Distributions compile with frame pointers (Fedora since 38, Ubuntu
 * since 24.04): there the frame's address rests on one, and the C library, which does not save it
 * where it makes the call, has left it in the register.
 *
 * But the frame is on the stack: the return address, above the caller's frame pointer. A word of the
 * stack is that return address if the instruction before it can have called the function, and if
 * unwinding from there leads, by calls again, to the outermost frame. A frame that an earlier call
 * has left does not: what was above it has been overwritten, or it lies where the caller's call, at
 * the same depth, has put the new one.
 */
#pragma once

#include "unwind/step.h"

/* Sets the frame pointer of step, on which its row's CFA rests, if the stack shows it. */
bool qc_frame_pointer_find(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                           const struct qc_cfi_row *row, struct qc_step *step);
