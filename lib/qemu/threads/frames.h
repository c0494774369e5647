/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * frames - functions on a stack by their names, and what they were called with
 */
#ifndef QC_QEMU_THREADS_FRAMES_H
#define QC_QEMU_THREADS_FRAMES_H

#include "unwind/unwind.h"

/* Whether a function is this one, or a copy of it that the compiler made for some of its callers
   (".constprop.0", ".isra.0", ".cold"); and whether a frame is of it. function may be NULL. */
bool qc_function_is(const char *function, const char *name);
bool qc_frame_is(const struct qemucore_frame *frame, const char *function);

/* The same of any of these, whose list ends with NULL. */
bool qc_frame_is_one_of(const struct qemucore_frame *frame, const char *const *functions);

/* How long the source's name of a C function is, without what gcc, clang or LTO put behind that of a copy,
   a part or a static one ("main_loop_wait.constprop.0", "error_exit.lto_priv.0"). */
size_t qc_function_source_length(const char *function);

/* qc_frame_is of a function of glibc, whose internal names have up to three underscores and "GI_" before
   them. */
bool qc_frame_is_libc(const struct qemucore_frame *frame, const char *function);

bool qc_frame_is_one_of_libc(const struct qemucore_frame *frame, const char *const *functions);

/* The innermost frame of a function, of one of several; NULL: there is none. */
struct qemucore_frame *qc_frames_find(struct qc_stack *stack, const char *function);
struct qemucore_frame *qc_frames_find_one_of(struct qc_stack *stack, const char *const *functions);

/* Value of a parameter, else of a local variable, by name; of a parameter that is lost, what the
   function was called with. False: not known. */
bool qc_frame_variable(struct qemucore_frame *frame, const char *name, uint64_t *ret);

#endif
