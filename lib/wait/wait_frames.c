/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_frames.h"

#include "core/core.h"
#include "glibc/glibc.h"
#include "qemu/qemu.h"
#include "wait/wait_limits.h"

/* Returns an argument's value. 0: the function has no such argument, or it is not known. */
static uint64_t argument(struct qemucore_frame *frame, const char *name)
{
    uint64_t value;
    return name != NULL && qc_frame_variable(frame, name, &value) ? value : 0;
}

/* Takes over what a frame tells about the wait. */
static void frame_take(const struct qc_lock_function *function, struct qemucore_frame *frame,
                       bool has_word, uint64_t word, struct qc_wait_frames *ret)
{
    bool is_cond = qc_lock_is_cond(function->kind);
    bool has_inner_cond = qc_lock_types[function->kind].has_inner_cond;
    uint64_t object = argument(frame, function->object);
    uint64_t mutex = argument(frame, function->mutex);
    /* The futex of the condition's mutex is the first word of the mutex. */
    if (is_cond && has_word) {
        bool in_cond = object != 0 && qc_cond_holds_word(object, word);
        ret->retakes = !in_cond && (word == mutex || ret->retakes);
    }
    ret->frame = frame;
    if (is_cond && ret->retakes) {
        ret->kind = qc_lock_mutex_kind(function->kind);
        if (mutex != 0) {
            ret->teller = frame;
            ret->argument = function->mutex;
            ret->object = mutex;
        }
        return;
    }
    ret->kind = function->kind;
    /* The mutex of a semaphore's inner condition is internal to the semaphore. */
    ret->mutex = has_inner_cond ? 0 : mutex != 0 ? mutex : ret->mutex;
    /* If this frame has lost the address, it is that of the inner function. But a semaphore's
       condition does not lie at the semaphore's address. */
    if (object != 0) {
        ret->teller = frame;
        ret->argument = function->object;
        ret->object = object;
    } else if (has_inner_cond) {
        ret->argument = NULL;
        ret->object = 0;
    }
}

/* Takes the timeout of QEMU's timed waits, in milliseconds or nanoseconds. */
static void timeout_take(struct qemucore_frame *frame, struct qc_wait_frames *ret)
{
    static const char *const functions[] = {"qemu_cond_timedwait_impl", "qemu_sem_timedwait",
                                            "qsp_cond_timedwait", NULL};
    uint64_t value;
    if (qc_frame_is_one_of(frame, functions) && qc_frame_variable(frame, "ms", &value)) {
        ret->has_timeout = true;
        ret->timeout_ns = (int64_t)(int32_t)value * 1000000;
    } else if (qc_frame_is(frame, "qemu_poll_ns") && qc_frame_variable(frame, "timeout", &value)) {
        ret->has_timeout = true;
        ret->timeout_ns = (int64_t)value;
    }
}

void qc_wait_frames(struct qemucore_thread *thread, bool has_word, uint64_t word,
                    struct qc_wait_frames *ret)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    *ret = (struct qc_wait_frames){.kind = QC_LOCK_NONE};
    for (size_t i = 0; i < stack->frames.count && i < QC_LIMIT_WAIT_FRAMES; i++) {
        struct qemucore_frame *frame = &stack->frames.items[i];
        const struct qc_lock_function *function = qc_lock_function_find(frame);
        timeout_take(frame, ret);
        if (ret->kind == QC_LOCK_NONE && qc_lock_function_is_relock(frame)) {
            ret->retakes = true;
        }
        if (function == NULL) {
            /* Not all functions of the C library and of QEMU's wrappers have a row; any other
               function is the one that wanted to wait. Without debug info these can't be told
               apart; but functions that have a row call no other functions. */
            if (frame->signal || qc_frame_is_own(frame)) {
                return;
            }
            continue;
        }
        if (ret->kind != QC_LOCK_NONE && !qc_lock_encloses(function->kind, ret->kind)) {
            return;
        }
        frame_take(function, frame, has_word, word, ret);
    }
}

/* ---- the BQL, by the threads that wait for it, for a QEMU without debug info ------------- */

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
