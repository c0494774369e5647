/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine_layout - offsets of a coroutine's stack and registers in its structure
 *
 * A Coroutine is the first member of a structure of its back end: CoroutineUContext
 * (util/coroutine-ucontext.c) or CoroutineSigAltStack (util/coroutine-sigaltstack.c). Both have the
 * stack, its size, and the jmp_buf where the coroutine saves its registers. Debug info has the
 * offsets. Without debug info, they are learned from a coroutine whose stack is known: two adjacent
 * words are the start and the size of that stack, and a later jmp_buf leads to it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct qc_process;

/* Offsets in the structure. */
struct qc_coroutine_layout {
    bool looked_for;
    bool is_known;
    uint64_t stack;
    uint64_t stack_size;
    uint64_t env;
};

/* The writable part of a coroutine's stack, [start, end). The stack as the coroutine has it begins
   one guard page below start. */
struct qc_coroutine_extent {
    uint64_t start;
    uint64_t end;
};

/* The layout by debug info, or as learned so far; is_known is false if there is none yet. */
const struct qc_coroutine_layout *qc_coroutine_layout(struct qc_process *process);

/* Tells whether the structure at an address has this stack. If no layout is known, learns it from
   the first structure that has its stack. */
bool qc_coroutine_has_extent(struct qc_process *process, uint64_t coroutine,
                             const struct qc_coroutine_extent *extent);

/* Reads the range of a coroutine's stack, including the guard page. False: not known, or none. */
bool qc_coroutine_stack_range(struct qc_process *process, uint64_t coroutine, uint64_t *start,
                              uint64_t *size);
