/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tail_call - the functions between a caller and the function that runs, which they jumped to
 *
 * A function that ends with a call may jump instead, and its frame is gone. What is left is what
 * the compiler says of calls: the caller names the function that it called, and that one the
 * functions that it jumps to. Where but one way leads to the function that runs, it was taken.
 */
#ifndef QC_DWARF_TAIL_CALL_H
#define QC_DWARF_TAIL_CALL_H

#include "dwarf/dwarf_limits.h"
#include "dwarf/frames/frame.h"

struct qc_tail_call {
    struct qemucore_module *module;
    uint64_t pc; /* behind the jump, in the process */
};

/*
 * The jumps from what caller called to callee, the last one first, at most QC_LIMIT_TAIL_CALLS;
 * answers how many. Of several ways it is the jumps that all of them begin with or end with, as gdb
 * has it. None: it was called, or a function on the way may jump to what is not known.
 * Of callee only module, function (if it has one) and function_start are looked at. Without the
 * latter it is one of a file that is not here, and each jump to what a module imports may lead to it.
 */
size_t qc_tail_calls_find(const struct qc_frame *caller, const struct qc_frame *callee,
                          struct qc_tail_call *ret);

#endif
