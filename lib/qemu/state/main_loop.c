/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/main_loop.h"

#include "base/base.h"
#include "core/core.h"
#include "qemu/locks/lock.h"
#include "qemu/threads/coroutine.h"
#include "qemu/threads/frames.h"
#include "qemu/threads/thread_syscall.h"

/* ---- where it is ------------------------------------------------------------------------- */

/* Frames on the way into the kernel: util/fdmon-*.c, util/qemu-timer.c, the C library's. */
static bool is_way_to_poll(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {
        "qemu_poll_ns", "fdmon_poll_wait", "fdmon_epoll_wait", "fdmon_io_uring_wait", "aio_epoll",
        /* in a statically linked C library; 2.41 on: nptl/cancellation.c */
        "poll", "__poll", "ppoll", "__ppoll", "epoll_wait", "epoll_pwait", "__syscall_cancel",
        "__internal_syscall_cancel", "__syscall_cancel_arch", NULL,
    };
    return qc_frame_is_one_of(frame, functions) ||
           (!qc_frame_is(frame, "aio_poll") && qc_frame_is_inner(frame));
}

/* A stripped executable names aio_poll, which is exported, but not what aio_poll calls. */
static bool is_inside_aio_poll(struct qc_stack *stack, size_t i)
{
    const struct qemucore_frame *poll = qc_frames_find(stack, "aio_poll");
    return stack->frames.items[i].function == NULL && poll != NULL && i < poll->level;
}

/* Returns the innermost frame that is not a way into the kernel; the number of frames if none. */
static size_t outside_of_poll(struct qc_stack *stack)
{
    size_t i = 0;
    while (i < stack->frames.count &&
           (is_way_to_poll(&stack->frames.items[i]) || is_inside_aio_poll(stack, i))) {
        i++;
    }
    return i;
}

static bool is_at(const struct qc_stack *stack, size_t i, const char *function)
{
    return i < stack->frames.count && qc_frame_is(&stack->frames.items[i], function);
}

static bool is_loop(const struct qc_stack *stack, size_t i)
{
    return is_at(stack, i, "os_host_main_loop_wait") || is_at(stack, i, "main_loop_wait");
}

/* Returns the function that polls. AIO_WAIT_WHILE is a macro, so its user calls aio_poll itself.
   Functions that the block layer generates (block/block-gen.h) say less than their caller. */
static const char *caller_of(const struct qc_stack *stack, size_t i)
{
    do {
        i++;
    } while (is_at(stack, i, "aio_poll") || is_at(stack, i, "bdrv_poll_co") ||
             (i < stack->frames.count && stack->frames.items[i].function == NULL));
    return i < stack->frames.count ? stack->frames.items[i].function : NULL;
}

/* A lock that is traced to a log is not being taken yet, and writing to the log may not end. */
static bool takes_bql(struct qc_stack *stack)
{
    static const char *const functions[] = {
        "bql_lock_impl", "qemu_mutex_lock_iothread_impl", "replay_mutex_lock", NULL,
    };
    size_t i = 0;
    while (i < stack->frames.count && !qc_frame_is_one_of(&stack->frames.items[i], functions)) {
        i++;
    }
    return is_loop(stack, i + 1) && qc_stack_own_frame(stack)->level >= i;
}

/* In a coroutine its callers tell; where these are not known, the loop is the most likely one. */
static bool is_inside_loop(struct qemucore_thread *thread)
{
    return qc_thread_find_frame(thread, "main_loop_wait") != NULL ||
           (qc_thread_callers(thread)->count == 0 &&
            qc_thread_find_frame(thread, "coroutine_trampoline") != NULL);
}

static bool is_outside_loop(struct qemucore_thread *thread)
{
    static const char *const functions[] = {
        "main", "__libc_start_call_main", "qemu_init", "qemu_cleanup",
    };
    return qc_array_any(functions, at, qc_thread_find_frame(thread, *at) != NULL);
}

static const char *own_function(struct qc_stack *stack)
{
    struct qemucore_frame *frame = qc_stack_own_frame(stack);
    return frame == NULL ? NULL : frame->function;
}

static void place_find(struct qc_main_loop *main_loop, bool polls)
{
    struct qc_stack *stack = qc_thread_stack(main_loop->thread);
    size_t outside = outside_of_poll(stack);
    if (polls && is_loop(stack, outside)) {
        main_loop->place = QC_MAIN_LOOP_POLL;
        main_loop->function = "main_loop_wait";
    } else if (polls && is_at(stack, outside, "aio_poll")) {
        main_loop->place = QC_MAIN_LOOP_NESTED;
        main_loop->function = caller_of(stack, outside);
    } else if (takes_bql(stack)) {
        main_loop->place = QC_MAIN_LOOP_LOCK;
        main_loop->function = "main_loop_wait";
    } else if (is_inside_loop(main_loop->thread)) {
        main_loop->place = QC_MAIN_LOOP_CALLBACK;
        main_loop->function = own_function(stack);
    } else if (is_outside_loop(main_loop->thread)) {
        main_loop->place = QC_MAIN_LOOP_STARTING;
        main_loop->function = own_function(stack);
    } else {
        qc_fact_explain(&main_loop->why_absent,
                        "the main thread's stack does not tell where it is");
    }
}

static void phase_find(struct qc_main_loop *main_loop)
{
    static const struct {
        const char *function;
        enum qc_main_loop_phase phase;
    } rows[] = {
        {"qemu_init", QC_MAIN_LOOP_STARTS},
        {"qemu_cleanup", QC_MAIN_LOOP_ENDS},
        {"exit", QC_MAIN_LOOP_ENDS},
    };
    for (size_t i = 0; i < qc_count(rows); i++) {
        if (qc_thread_find_frame(main_loop->thread, rows[i].function) != NULL) {
            main_loop->phase = rows[i].phase;
        }
    }
}

/* ---- its timeout ------------------------------------------------------------------------- */

/* qemu_poll_ns (util/qemu-timer.c) and os_host_main_loop_wait take nanoseconds. A callback's poll
   is also inside os_host_main_loop_wait, but that has the timeout of another poll. */
static void timeout_from_frames(struct qc_main_loop *main_loop)
{
    static const char *const functions[] = {
        "qemu_poll_ns", "os_host_main_loop_wait", "fdmon_poll_wait", "fdmon_epoll_wait",
        "fdmon_io_uring_wait",
    };
    struct qc_stack *stack = qc_thread_stack(main_loop->thread);
    size_t outside = outside_of_poll(stack);
    for (size_t i = 0; i < qc_count(functions); i++) {
        struct qemucore_frame *frame = qc_frames_find(stack, functions[i]);
        uint64_t timeout;
        if (frame != NULL && frame->level <= outside &&
            qc_frame_variable(frame, "timeout", &timeout)) {
            main_loop->has_timeout = true;
            main_loop->timeout_ns = (int64_t)timeout < 0 ? -1 : (int64_t)timeout;
            return;
        }
    }
}

/* A NULL timespec means no timeout. When the dump's signal ends the call, the kernel writes into
   the timespec what is left (fs/select.c, poll_select_finish). It has not done so yet if a snapshot
   let the thread sleep on. */
static void timeout_from_timespec(struct qc_process *process, uint64_t address, bool is_interrupted,
                                  struct qc_main_loop *main_loop)
{
    if (address == 0) {
        main_loop->has_timeout = true;
        main_loop->timeout_ns = -1;
    } else if (is_interrupted) {
        main_loop->has_remaining =
            qc_fields_timespec(process->fields, address, &main_loop->remaining_ns);
    }
}

static void timeout_find(struct qc_process *process, const struct qc_syscall *syscall,
                         struct qc_main_loop *main_loop)
{
    unsigned argument = qc_str_begins(syscall->name, "epoll") ? 3 : 2;
    if (main_loop->place != QC_MAIN_LOOP_POLL && main_loop->place != QC_MAIN_LOOP_NESTED) {
        return;
    }
    timeout_from_frames(main_loop);
    if (!syscall->known[argument] || qc_str_is(syscall->name, "io_uring_enter") ||
        qc_str_is(syscall->name, "epoll_pwait2")) {
        return;
    }
    if (qc_str_is(syscall->name, "ppoll")) {
        timeout_from_timespec(process, syscall->arguments[argument],
                              !qc_thread_sleeps_on(main_loop->thread->core_thread), main_loop);
    } else {
        int milliseconds = (int)syscall->arguments[argument];
        main_loop->has_timeout = true;
        main_loop->timeout_ns = milliseconds < 0 ? -1 : (int64_t)milliseconds * 1000000;
    }
}

/* ---- the BQL ----------------------------------------------------------------------------- */

static void bql_find(struct qc_process *process, qc_bql_fallback *fallback,
                     struct qc_main_loop *main_loop)
{
    struct qc_lock_state lock;
    main_loop->bql_address = qc_process_bql(process, fallback);
    if (main_loop->bql_address == 0) {
        qc_fact_explain(&main_loop->bql_why,
                        "its place is not known: no debug info or symbol names it, and no thread "
                        "waits for it");
        return;
    }
    qc_lock_read(process, QC_LOCK_QEMU_MUTEX, main_loop->bql_address, &lock);
    if (lock.why_absent != NULL && qc_mutex_is_free_in_musl(&process->libc, main_loop->bql_address)) {
        main_loop->bql = QC_MAIN_LOOP_BQL_FREE;
    } else if (lock.why_absent != NULL) {
        main_loop->bql_why = lock.why_absent;
    } else if (lock.locked) {
        main_loop->bql = QC_MAIN_LOOP_BQL_HELD;
        main_loop->bql_owner_lwp = lock.owner_lwp > 0 ? lock.owner_lwp : 0;
        main_loop->bql_owner = main_loop->bql_owner_lwp > 0
                                   ? qc_process_thread(process, main_loop->bql_owner_lwp)
                                   : NULL;
    } else if (lock.status == QC_LOCK_IS_FREE) {
        main_loop->bql = QC_MAIN_LOOP_BQL_FREE;
    } else {
        main_loop->bql_why = qc_lock_state_sentence(&lock);
    }
    if (main_loop->bql == QC_MAIN_LOOP_BQL_HELD && main_loop->bql_owner_lwp <= 0) {
        qc_fact_explain(&main_loop->bql_why,
                        "it is locked and names no owner: somebody is about to take it or to give "
                        "it up");
    }
    qc_vec_free(&lock.fields);
}

void qc_main_loop_find(struct qc_process *process, qc_bql_fallback *fallback,
                       struct qc_main_loop *ret)
{
    struct qc_syscall syscall = {0};
    uint64_t timers;
    ret->thread = qc_process_main_thread(process);
    if (ret->thread == NULL) {
        qc_fact_explain(&ret->why_absent, "the process's first thread is not in the dump");
    } else {
        bool polls = qc_thread_syscall(ret->thread, &syscall) && qc_syscall_is_poll(&syscall);
        place_find(ret, polls);
        phase_find(ret);
        ret->entered_by = qc_thread_entered_by(ret->thread);
        if (polls) {
            timeout_find(process, &syscall, ret);
        }
    }
    bql_find(process, fallback, ret);
    if (qc_variable_address(process->fields, QC_VARIABLE_MAIN_LOOP_TIMERS, NULL, &timers)) {
        qc_timers_find(process->fields, timers, &ret->timers);
    } else {
        qc_fact_explain_as(process->fields, &ret->timers.why_absent, "%s: not in the debug info",
                           qc_variable_newest_name(QC_VARIABLE_MAIN_LOOP_TIMERS));
    }
}

QC_DEFINE_WORDS(qc_main_loop_place_name, enum qc_main_loop_place, QC_MAIN_LOOP_PLACES)

QC_DEFINE_WORDS(qc_main_loop_bql_name, enum qc_main_loop_bql, QC_MAIN_LOOP_BQL_STATES)
