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
