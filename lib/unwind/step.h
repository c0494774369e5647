/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * step - from a frame's registers to its caller's by unwind information, on every CPU
 */
#pragma once

#include "unwind/unwinder.h"

/* A frame during the walk up the stack. */
struct qc_step {
    struct qc_registers registers;
    bool exact;   /* pc is the next instruction (innermost frame, or interrupted by a signal); else
                     pc is a return address, and the call lies before it */
    bool signal;  /* the kernel's frame for a signal handler */
    bool guessed; /* reached without unwind information, or from a frame that was */
    bool jumped;  /* pc is after a jump to the callee, as if the jump were a call */
    bool has_cfa; /* after a step: the CFA of the frame that was left is known */
    uint64_t cfa; /* that CFA */
};

/* Returns the address to look a frame's code up at: for a return address, one within the call. */
uint64_t qc_step_lookup(const struct qc_step *step);

/* Finds the row of unwind information for a frame in the module (NULL: none). */
enum qemucore_status qc_step_row(struct qc_unwinder *unwinder, struct qemucore_module *module,
                                 const struct qc_step *step, struct qc_cfi_row *ret,
                                 struct qemucore_error *error);

/* Replaces step by its caller, by that row. */
enum qemucore_status qc_step_by_row(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                                    const struct qc_cfi_row *row, struct qc_step *step,
                                    bool *outermost, struct qemucore_error *error);

/* Tells whether the frame is the last one in the ABI's chain of frames. */
bool qc_step_ends_chain(const struct qc_core *core, const struct qc_step *step);

/*
 * Replaces step by its caller, by call frame information alone. Fails with QEMUCORE_NOT_FOUND and
 * *outermost set if step is the outermost frame. Any other failure says why the caller can't be
 * found. Sets step->signal if the frame that was left is a signal frame; the caller is exact then.
 */
enum qemucore_status qc_unwinder_step_by_cfi(struct qc_unwinder *unwinder,
                                             const struct qc_thread *thread, struct qc_step *step,
                                             bool *outermost, struct qemucore_error *error);
