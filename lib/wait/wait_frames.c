/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_frames.h"

#include "glibc/glibc.h"
#include "qemu/qemu.h"
#include "wait/wait_limits.h"

/* 0: the function has no such argument, or it is not known. */
static uint64_t argument(struct qemucore_frame *frame, const char *name)
{
    uint64_t value;
    return name != NULL && qc_frame_variable(frame, name, &value) ? value : 0;
}

/* What of it a frame tells. */
static void frames_take(const struct qc_lock_function *function, struct qemucore_frame *frame,
                        bool has_word, uint64_t word, struct qc_wait_frames *ret)
{
    bool is_cond = qc_lock_is_cond(function->kind);
    bool has_inner_cond = qc_lock_types[function->kind].has_inner_cond;
    uint64_t object = argument(frame, function->object);
    uint64_t mutex = argument(frame, function->mutex);
    /* Its mutex's futex is the mutex's first word. */
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
    /* That of the condition inside a semaphore is the semaphore's own business. */
    ret->mutex = has_inner_cond ? 0 : mutex != 0 ? mutex : ret->mutex;
    /* What is inside has told the address that this one has lost: it is the same. But a
       semaphore's condition is not where the semaphore is. */
    if (object != 0) {
        ret->teller = frame;
        ret->argument = function->object;
        ret->object = object;
    } else if (has_inner_cond) {
        ret->argument = NULL;
        ret->object = 0;
    }
}

/* Milliseconds or nanoseconds that the timed waits of QEMU were called with. */
static void frames_timeout(struct qemucore_frame *frame, struct qc_wait_frames *ret)
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
        frames_timeout(frame, ret);
        if (ret->kind == QC_LOCK_NONE && qc_lock_function_is_relock(frame)) {
            ret->retakes = true;
        }
        if (function == NULL) {
            /* Of the C library and of QEMU's wrappers not all have a row; anything else is
               already the function that wanted to wait. Without debug info it can't be told
               apart; but the functions that have a row call nobody else. */
            if (frame->signal || qc_frame_is_own(frame)) {
                return;
            }
            continue;
        }
        if (ret->kind != QC_LOCK_NONE && !qc_lock_encloses(function->kind, ret->kind)) {
            return;
        }
        frames_take(function, frame, has_word, word, ret);
    }
}
