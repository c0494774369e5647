/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine_layout - where a coroutine keeps its stack and its registers
 *
 * A Coroutine is the first member of a structure of its back end: CoroutineUContext
 * (util/coroutine-ucontext.c) or CoroutineSigAltStack (util/coroutine-sigaltstack.c). Both have the
 * stack, its size, and the jmp_buf that the coroutine leaves its registers in. Debug info says where.
 * Without any, a coroutine whose stack is known tells it: two words of it are the start and the size
 * of that stack, and a jmp_buf behind them leads back there.
 */
#ifndef QC_QEMU_THREADS_COROUTINE_LAYOUT_H
#define QC_QEMU_THREADS_COROUTINE_LAYOUT_H

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

/* Memory that a coroutine's stack ends with: what can be written lies in [start, end); what the
   coroutine calls its stack begins with a page more, which nobody can write to. */
struct qc_coroutine_extent {
    uint64_t start;
    uint64_t end;
};

const struct qc_coroutine_layout *qc_coroutine_layout(struct qc_process *process);

/* Whether the structure at an address has this stack. Where no layout is known, it is learned from
   one that has. */
bool qc_coroutine_has_extent(struct qc_process *process, uint64_t coroutine,
                             const struct qc_coroutine_extent *extent);

/* The stack of a coroutine, the page at its start included. False: not known, or none. */
bool qc_coroutine_stack_range(struct qc_process *process, uint64_t coroutine, uint64_t *start,
                              uint64_t *size);

#endif
