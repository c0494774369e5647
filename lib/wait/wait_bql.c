/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_bql.h"

#include "core/core.h"
#include "qemu/qemu.h"
#include "wait/wait_frames.h"

/* Functions that wait for the BQL, in 4.0 to 11.1. */
static const char *const bql_functions[] = {
    "bql_lock_impl",
    "qemu_mutex_lock_iothread_impl",
    "qemu_wait_io_event",
    "qemu_process_cpu_events",
    "rr_wait_io_event",
    NULL,
};

/* Whether one of them called the wait itself: other waits are inside a vCPU's loop, too. */
static bool caller_tells(struct qemucore_thread *thread, const struct qemucore_frame *waiting)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    size_t next = waiting->level + 1;
    return next < stack->frames.count &&
           qc_frame_is_one_of(&stack->frames.items[next], bql_functions);
}

/* Returns the mutex that a thread waits for in one of them. 0: not known. A mutex of musl sleeps on
   its second word. */
static uint64_t mutex_of(struct qc_process *process, const struct qc_wait_frames *frames,
                         uint64_t word)
{
    if (qc_lock_is_cond(frames->kind)) {
        return frames->mutex;
    }
    bool is_word = frames->object == 0 && !qc_libc_find(&process->libc)->is_other;
    return !qc_lock_is_mutex(frames->kind) ? 0 : is_word ? word : frames->object;
}

uint64_t qc_wait_bql(struct qc_process *process)
{
    uint64_t bql = 0;
    for (size_t i = 0; i < process->threads->count && bql == 0; i++) {
        struct qemucore_thread *thread = &process->threads->items[i];
        struct qc_syscall syscall;
        struct qc_wait_frames frames;
        uint64_t word = 0;
        if (!qc_syscall_find(process->core, thread->core_thread, &syscall)) {
            continue;
        }
        bool has_word = qc_lock_word(&syscall, &word);
        qc_wait_frames(thread, has_word, word, &frames);
        if (frames.frame != NULL && caller_tells(thread, frames.frame)) {
            bql = mutex_of(process, &frames, word);
        }
    }
    return bql;
}
