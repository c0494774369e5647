/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guess - the caller of a frame that has no unwind information
 *
 * Most cores come from another machine, whose C library is missing here: each thread is inside it,
 * and its caller's return address is on the stack. A word of the stack that may be that address
 * points directly after a call, in code that is available. So do words that earlier calls have
 * left. Two facts tell them apart: what the call calls, and whether the caller's own frame leads,
 * by unwind information, to a call of the caller, and so on up.
 */
#pragma once

#include "unwind/step.h"

/* Replaces step by its likeliest caller, of which the pc, mostly the stack pointer and sometimes
   the frame pointer are known. Returns false, and leaves step as it is, if it finds none. */
bool qc_guess_caller(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                     struct qc_step *step);

/*
 * The kernel tells only the stack pointer of a thread that sleeps in a system call and is not
 * stopped for it (/proc/PID/syscall), as in a snapshot of a living process. That is enough for code
 * that has no frame pointer. Distributions compile with frame pointers (Fedora since 38, Ubuntu
 * since 24.04): there the frame's address rests on one, and the C library, which does not save it
 * where it makes the call, has left it in the register.
 *
 * But the frame is on the stack: the return address, above the caller's frame pointer. A word of
 * the stack is that return address if the instruction before it can have called the function, and
 * if unwinding from there leads, by calls again, to the outermost frame. A frame that an earlier
 * call has left does not: what was above it has been overwritten, or it lies where the caller's
 * call, at the same depth, has put the new one.
 */

/* Sets the frame pointer of step, on which its row's CFA rests, if the stack shows it. */
bool qc_frame_pointer_find(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                           const struct qc_cfi_row *row, struct qc_step *step);
