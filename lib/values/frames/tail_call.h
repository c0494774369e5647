/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tail_call - functions between a caller and the function that runs, which left by a jump
 *
 * A function that ends with a call may jump instead, and its frame is gone. Only the compiler's
 * description of calls is left: the caller names the function that it called, and that function
 * names the functions that it jumps to. If only one path leads to the function that runs, that path
 * was taken.
 */
#pragma once

#include "values/frames/frame.h"
#include "values/values_limits.h"

struct qc_tail_call {
    struct qemucore_module *module;
    uint64_t pc; /* address after the jump, in the process */
};

/*
 * Stores the jumps from the function that caller called to callee, the last one first, at most
 * QC_LIMIT_TAIL_CALLS. Returns how many. If there are several paths, stores the jumps that all of
 * them begin or end with, as gdb does. Returns 0 if callee was called directly, or if a function on
 * the path may jump to an unknown one. Uses only module, function (if it has one) and
 * function_start of callee. A function_start of 0 means a function of a missing file; each jump to
 * a function that a module imports may then lead to it.
 */
size_t qc_tail_calls_find(const struct qc_frame *caller, const struct qc_frame *callee,
                          struct qc_tail_call *ret);
