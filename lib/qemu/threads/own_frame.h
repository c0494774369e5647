/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * own_frame - the one frame of a stack that says what its thread is doing
 */
#ifndef QC_QEMU_THREADS_OWN_FRAME_H
#define QC_QEMU_THREADS_OWN_FRAME_H

#include "unwind/unwind.h"

/*
 * The innermost frame outside the C library and the vDSO that says why the thread is where it is:
 * not QEMU's own wrappers of locks and poll, which say only how it waits; and rather one with a
 * source line, so that a libc that is linked in statically, GLib, and what a system header has
 * inlined are passed over where the debug info tells them apart. Where no frame is outside the C
 * library, the innermost. NULL: no frames.
 */
struct qemucore_frame *qc_stack_own_frame(struct qc_stack *stack);

/* Whether a frame is still on the way into the kernel: of the C library, the vDSO or one of QEMU's
   wrappers. */
bool qc_frame_is_inner(const struct qemucore_frame *frame);

/* Whether a frame is known to be of a function that wanted to go there: with a source that is
   neither the C library's nor that of one of QEMU's wrappers. */
bool qc_frame_is_own(const struct qemucore_frame *frame);

/* Whether a frame is of Rust's standard library, which all programs have in them: what panics there was
   called to. */
bool qc_frame_is_rust(const struct qemucore_frame *frame);

#endif
