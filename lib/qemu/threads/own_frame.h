/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * own_frame - the frame of a stack that tells best what its thread is doing
 */
#pragma once

#include "unwind/unwind.h"

/*
 * Returns the innermost frame outside the C library and the vDSO that is none of QEMU's wrappers of
 * locks and poll, which tell only how the thread waits. Prefers a frame with a source file: so a
 * libc that is linked in statically, GLib, and functions inlined from a system header are skipped
 * where debug info tells them apart. If all frames are the C library's, returns the innermost.
 * NULL: there are no frames.
 */
struct qemucore_frame *qc_stack_own_frame(struct qc_stack *stack);

/* Tells whether a frame is of the C library, of the vDSO, or one of QEMU's wrappers: of a function
   that is only on the way into the kernel. */
bool qc_frame_is_inner(const struct qemucore_frame *frame);

/* Tells whether a frame has a source file and is known to be neither of the C library nor one of
   QEMU's wrappers: of a function that has its own reason to wait. */
bool qc_frame_is_own(const struct qemucore_frame *frame);

/* Tells whether a frame is of Rust's standard library, which is linked into each Rust program. A
   panic in it is its caller's. */
bool qc_frame_is_rust(const struct qemucore_frame *frame);
