/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * frames - finds functions on a stack by name, and values of their variables
 */
#pragma once

#include "unwind/unwind.h"

/* Tell whether a function, or a frame's function, has this name or is a copy or part of the
   function that the compiler made (".constprop.0", ".isra.0", ".cold"). The function's own name may
   be NULL. */
bool qc_function_is(const char *function, const char *name);
bool qc_frame_is(const struct qemucore_frame *frame, const char *function);

/* The same for any name of a list that ends with NULL. */
bool qc_frame_is_one_of(const struct qemucore_frame *frame, const char *const *functions);

/* Returns the length of a C function's name in the source: without the suffix that gcc, clang or
   LTO add to a copy, a part or a static function ("main_loop_wait.constprop.0",
   "error_exit.lto_priv.0"). */
size_t qc_function_source_length(const char *function);

/* qc_frame_is for a function of glibc, whose internal names have prefixes: underscores, "GI_". */
bool qc_frame_is_libc(const struct qemucore_frame *frame, const char *function);

bool qc_frame_is_one_of_libc(const struct qemucore_frame *frame, const char *const *functions);

/* Return the innermost frame of a function, or of one of several functions; NULL: there is none. */
struct qemucore_frame *qc_frames_find(struct qc_stack *stack, const char *function);
struct qemucore_frame *qc_frames_find_one_of(struct qc_stack *stack, const char *const *functions);

/* Reads a parameter, else a local variable, by name. If a parameter's location is lost, this is the
   value that the caller passed. False: not known. */
bool qc_frame_variable(struct qemucore_frame *frame, const char *name, uint64_t *ret);

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
