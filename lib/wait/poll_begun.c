/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/poll_begun.h"

#include "wait/wait_limits.h"

/* The range is from the stack pointer to the end of aio_poll's frame. */
static bool range_find(struct qemucore_thread *thread, uint64_t *start, uint64_t *end)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    const struct qemucore_frame *poll = qc_frames_find(stack, "aio_poll");
    if (poll == NULL || !stack->physical.items[poll->physical].has_cfa ||
        !qc_thread_stack_pointer(thread, start)) {
        return false;
    }
    *start &= ~UINT64_C(7);
    *end = stack->physical.items[poll->physical].cfa;
    return *start < *end && *end - *start <= QC_LIMIT_POLL_STACK;
}

bool qc_poll_has_begun(const struct qc_process *process, struct qemucore_thread *thread,
                       int64_t after_ns, int64_t before_ns)
{
    const struct qc_core *core = process->core;
    uint64_t at;
    uint64_t end;
    uint64_t word;
    if (!range_find(thread, &at, &end)) {
        return false;
    }
    for (; end - at >= 8; at += 8) {
        if (qc_core_number(core, at, 8, &word) && (int64_t)word > after_ns && (int64_t)word <= before_ns) {
            return true;
        }
    }
    return false;
}
