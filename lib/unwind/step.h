/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * step - from a frame's registers to its caller's, on every CPU
 */
#ifndef QC_UNWIND_STEP_H
#define QC_UNWIND_STEP_H

#include "unwind/unwinder.h"

/* A frame on its way up the stack. */
struct qc_step {
    struct qc_registers registers;
    bool exact;   /* pc is the next instruction (innermost frame, interrupted by a signal); else it
                     is where a call returns to, and the call itself lies before it */
    bool signal;  /* the kernel's frame for a signal handler */
    bool guessed; /* reached without unwind information, or from a frame that was */
    bool jumped;  /* pc is behind a jump to the callee, as if that were a call */
    bool has_cfa; /* after a step: the frame that was left has an address, this */
    uint64_t cfa;
};

/* Address that a frame's code is looked up at: within the call for a return address. */
uint64_t qc_step_lookup(const struct qc_step *step);

/*
 * Replaces step by its caller. QEMUCORE_NOT_FOUND with *outermost set: there is no caller, this
 * was the outermost frame. Any other failure says why the caller can't be found. step->signal is
 * set on return when the frame that was left is a signal frame, so that the caller is exact.
 */
enum qemucore_status qc_unwinder_step(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                                      struct qc_step *step, bool *outermost,
                                      struct qemucore_error *error);

/* The same by call frame information and nothing else. */
enum qemucore_status qc_unwinder_step_by_cfi(struct qc_unwinder *unwinder,
                                             const struct qc_thread *thread, struct qc_step *step,
                                             bool *outermost, struct qemucore_error *error);

#endif
