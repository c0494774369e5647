/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/ring_timeout.h"

#include "wait/wait_limits.h"

#define SECOND 1000000000

/* QEMU's physical frames between liburing, or the C library, and aio_poll(): [first, end). */
struct range {
    unsigned first;
    unsigned end;
};

static bool range_find(const struct qc_process *process, struct qc_stack *stack, struct range *ret)
{
    const struct qemucore_module *executable = qc_modules_executable(process->modules);
    const struct qemucore_frame *poll = qc_frames_find(stack, "aio_poll");
    size_t i = 0;
    while (i < stack->frames.count && stack->frames.items[i].module != executable) {
        i++;
    }
    if (executable == NULL || poll == NULL || i >= poll->level) {
        return false;
    }
    *ret = (struct range){stack->frames.items[i].physical, poll->physical};
    return ret->first != 0 && ret->first < ret->end;
}

/* A frame begins where its callee's frame ends. */
static bool memory_of(const struct qc_stack *stack, const struct range *range, uint64_t *start,
                      uint64_t *end)
{
    const struct qc_frame *callee = &stack->physical.items[range->first - 1];
    const struct qc_frame *last = &stack->physical.items[range->end - 1];
    *start = callee->cfa;
    *end = last->cfa;
    return callee->has_cfa && last->has_cfa && *start % 8 == 0 && *start < *end &&
           *end - *start <= QC_LIMIT_RING_FRAME;
}

static bool is_guessed(const struct qc_stack *stack, const struct range *range)
{
    for (size_t i = 0; i < stack->frames.count && stack->frames.items[i].physical <= range->end;
         i++) {
        if (stack->frames.items[i].guessed) {
            return true;
        }
    }
    return false;
}

/* clang's SafeStack, with which RHEL builds QEMU on x86_64, keeps variables whose address is taken on
   another stack. Its runtime is linked in and exported (compiler-rt, lib/safestack). */
static bool has_second_stack(const struct qc_process *process)
{
    struct qemucore_module *executable = qc_modules_executable(process->modules);
    struct qc_symbol symbol;
    return executable != NULL && qc_symbols_by_name(executable, "__safestack_init", &symbol);
}

bool qc_ring_may_time_out(const struct qc_process *process, struct qemucore_thread *thread,
                          int64_t within)
{
    const struct qc_core *core = process->core;
    struct qc_stack *stack = qc_thread_stack(thread);
    struct range range;
    uint64_t at;
    uint64_t end;
    uint64_t seconds;
    uint64_t nanoseconds;
    if (!range_find(process, stack, &range) || is_guessed(stack, &range) ||
        has_second_stack(process) || !memory_of(stack, &range, &at, &end)) {
        return true;
    }
    for (; end - at >= 16; at += 8) {
        if (!qc_core_number(core, at, 8, &seconds) ||
            !qc_core_number(core, at + 8, 8, &nanoseconds) ||
            (seconds < (uint64_t)within / SECOND && nanoseconds < SECOND &&
             (seconds | nanoseconds) != 0)) {
            return true;
        }
    }
    return false;
}
