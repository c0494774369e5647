/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * caller - the caller of a frame, by whatever leads to it
 *
 * Unwind information comes first. Where it has no answer: the trampoline that signal handlers return
 * to, the ABI's chain of frames, the call of a bad pointer that was just made, a guess.
 */
#pragma once

#include "unwind/step.h"

/* Replaces step by its caller, as qc_unwinder_step_by_cfi does. */
enum qemucore_status qc_unwinder_step(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                                      struct qc_step *step, bool *outermost,
                                      struct qemucore_error *error);
