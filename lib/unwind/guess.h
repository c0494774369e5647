/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guess - the caller of a frame that no unwind information tells of
 *
 * The likeliest core is one of another machine, whose C library is not here: each thread is in it,
 * and what called it has left a return address on the stack. Words of the stack that may be one lie
 * behind a call, in code that is here; so do those of calls that have long returned. What tells them
 * apart is what the call goes to, and that its own frame, by unwind information, leads to a call of
 * it, and so on up.
 */
#ifndef QC_UNWIND_GUESS_H
#define QC_UNWIND_GUESS_H

#include "unwind/step.h"

/* Replaces step by its likeliest caller, of which the stack pointer is known, and no register that
   is not on the stack. False: there is none; step is untouched. */
bool qc_guess_caller(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                     struct qc_step *step);

#endif
