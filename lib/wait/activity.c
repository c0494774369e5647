/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/activity.h"

#include <string.h>

#include "base/base.h"
#include "wait/wait_limits.h"

bool qc_activity_is_poll(const struct qemucore_wait *wait)
{
    return wait->state == QC_WAIT_SYSCALL && qc_syscall_is_poll(&wait->syscall);
}

bool qc_activity_has_polled(const struct qemucore_wait *wait)
{
    return qc_activity_is_poll(wait) && wait->syscall.has_result && !wait->syscall.interrupted &&
           strcmp(wait->syscall.name, "io_uring_enter") != 0;
}

/* Functions in which a thread of a role waits for work, or naps for a time that is its own. */
static const struct idle_place {
    enum qc_role role;
    const char *function;
} idle_places[] = {
    {QC_ROLE_VCPU, "qemu_wait_io_event"},
    {QC_ROLE_VCPU, "qemu_process_cpu_events"},
    {QC_ROLE_VCPU, "qemu_tcg_wait_io_event"},
    {QC_ROLE_VCPU, "qemu_tcg_rr_wait_io_event"},
    {QC_ROLE_VCPU, "rr_wait_io_event"},
    {QC_ROLE_VCPU, "rr_cpu_thread_fn"},    /* no vCPU exists yet, or the wait is inlined */
    {QC_ROLE_VCPU, "dummy_cpu_thread_fn"}, /* sigwait() */
    {QC_ROLE_VCPU, "qemu_dummy_cpu_thread_fn"},
    {QC_ROLE_VCPU, "cpu_throttle_thread"},     /* a migration slows the guest (cpu-throttle.c) */
    {QC_ROLE_VCPU, "dirtylimit_vcpu_execute"}, /* and so does system/dirtylimit.c */
    {QC_ROLE_VCPU, "align_clocks"},            /* -icount align=on (accel/tcg/cpu-exec.c) */
    {QC_ROLE_IOTHREAD, "get_free_page_hints"}, /* the guest is stopped (virtio-balloon.c) */
    {QC_ROLE_WORKER, "worker_thread"},
    {QC_ROLE_VNC_WORKER, "vnc_worker_thread_loop"},
    {QC_ROLE_THREAD_CONTEXT, "thread_context_run"},
    {QC_ROLE_CALL_RCU, "call_rcu_thread"},
};

/* Whether this function called the wait: its frame is QEMU's own, past the wrappers. */
static bool waits_in(struct qemucore_thread *thread, const char *function)
{
    const struct qemucore_frame *own = qc_stack_own_frame(qc_thread_stack(thread));
    return own != NULL && qc_frame_is(own, function);
}

static bool is_nap(const struct qemucore_wait *wait)
{
    static const char *const naps[] = {"nanosleep", "clock_nanosleep", "rt_sigtimedwait", NULL};
    return qc_wait_is_in(wait, naps);
}

/* Whether a wait may be one for work. A held lock stops even a thread that waits for work; a
   condition, an event or a semaphore does not, nor does a nap: call_rcu takes one between two
   batches (g_usleep, util/rcu.c). */
static bool waits_for_work(const struct qemucore_wait *wait)
{
    return is_nap(wait) ||
           (wait->state == QC_WAIT_BLOCKED && !qc_lock_types[wait->kind].has_owner);
}

/* dirtylimit_vcpu_execute ends with a jump to g_usleep: only debug info shows its frame then.
   kvm_cpu_exec calls no other function that naps. */
static bool is_limited(const struct qemucore_wait *wait, struct qemucore_thread *thread)
{
    return thread->role == QC_ROLE_VCPU && is_nap(wait) && waits_in(thread, "kvm_cpu_exec");
}

static bool idles_by_place(const struct qemucore_wait *wait, struct qemucore_thread *thread)
{
    return qc_array_any(idle_places, place,
                        place->role == thread->role && waits_for_work(wait) &&
                            waits_in(thread, place->function));
}

/* Whether a frame is QEMU's own. Statically linked libraries are told apart only by sources. */
static bool is_of_qemu(const struct qemucore_frame *frame, const struct qemucore_frame *run)
{
    bool is_glib = qc_str_begins(frame->function, "g_main_");
    return frame->module == run->module && !qc_frame_is_inner(frame) && !is_glib &&
           (run->source_file == NULL || frame->source_file != NULL);
}

/* Whether this is the loop's own poll: that of GLib's main loop, or the aio_poll that iothread_run
   itself calls. No other frame of QEMU is in between, but for the function of aio_poll's that waits
   (util/fdmon-*.c), which a stripped executable does not name. */
static bool is_iothreads_poll(const struct qemucore_wait *wait, struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    const struct qemucore_frame *run = qc_iothread_loop(thread);
    bool may_have_nameless = run != NULL && run->function == NULL && qc_frame_is(run - 1, "aio_poll");
    for (size_t i = 0; run != NULL && i < run->level; i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        if (!is_of_qemu(frame, run)) {
            continue;
        }
        if (!may_have_nameless || frame->function != NULL) {
            return false;
        }
        may_have_nameless = false;
    }
    return run != NULL && qc_activity_is_poll(wait);
}

/* An idle vCPU sleeps on a condition of its own: this tells without a stack. */
static bool is_halted(struct qc_process *process, const struct qemucore_wait *wait)
{
    const struct qc_cpus *cpus = qc_process_cpus(process);
    bool may_be = wait->state == QC_WAIT_BLOCKED && wait->object != 0;
    return may_be && qc_vec_any(&cpus->list, cpu, cpu->halt_cond == wait->object);
}

/* A worker that was woken up, and has not run yet, has work. */
static bool has_been_woken(const struct qemucore_wait *wait, const struct qemucore_thread *thread)
{
    return thread->role == QC_ROLE_WORKER && wait->state == QC_WAIT_BLOCKED &&
           qc_wait_has_returned(wait) && wait->syscall.result == 0;
}

static bool is_idle(struct qc_process *process, const struct qemucore_wait *wait,
                    const struct qc_main_loop *main_loop, struct qemucore_thread *thread)
{
    return is_halted(process, wait) ||
           (thread == main_loop->thread && main_loop->place == QC_MAIN_LOOP_POLL) ||
           (thread->role == QC_ROLE_IOTHREAD && is_iothreads_poll(wait, thread)) ||
           idles_by_place(wait, thread) || is_limited(wait, thread);
}

/* Adds up the bytes of an array of struct iovec. False: can't be read, or too many. */
static bool iov_size(const struct qc_core *core, uint64_t vectors, uint64_t count, uint64_t *ret)
{
    *ret = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t length;
        if (count > QC_LIMIT_VECTORS || !qc_core_number(core, vectors + i * 16 + 8, 8, &length)) {
            return false;
        }
        *ret += length;
    }
    return count != 0;
}

/* Finds how much a call was to write: its count, its vectors, or those of its struct msghdr. */
static bool length_to_write(const struct qc_core *core, const struct qc_syscall *syscall,
                            uint64_t *ret)
{
    const uint64_t *arguments = syscall->arguments;
    uint64_t vectors;
    uint64_t count;
    bool is_plain = strcmp(syscall->name, "write") == 0 || strcmp(syscall->name, "sendto") == 0;
    if (is_plain && syscall->known[2]) {
        *ret = arguments[2];
        return true;
    }
    if (strcmp(syscall->name, "writev") == 0 && syscall->known[1] && syscall->known[2]) {
        return iov_size(core, arguments[1], arguments[2], ret);
    }
    return strcmp(syscall->name, "sendmsg") == 0 && syscall->known[1] &&
           qc_core_number(core, arguments[1] + 16, 8, &vectors) &&
           qc_core_number(core, arguments[1] + 24, 8, &count) && iov_size(core, vectors, count, ret);
}

/* A call that has written a part, and sleeps until it can write the rest, returns that part when a
   signal comes (write(2)). */
static bool has_written_part(const struct qc_core *core, const struct qemucore_wait *wait)
{
    uint64_t length;
    return wait->state == QC_WAIT_SYSCALL && wait->syscall.name != NULL &&
           wait->syscall.has_result && wait->syscall.result > 0 &&
           length_to_write(core, &wait->syscall, &length) &&
           (uint64_t)wait->syscall.result < length;
}

/* Calls that may sleep in state D: those of block/file-posix.c, linux-aio.c, io_uring.c, and those
   that find, open, query and close files. And naps, which end by themselves, between two checks for
   what the code waits for (chardev/char.c, qemu_chr_write_buffer). */
static bool is_ambiguous(const struct qemucore_wait *wait)
{
    static const char *const names[] = {
        "open",     "openat",    "openat2",    "stat",      "newfstatat", "statx",     "close",
        "pread64",  "preadv",    "preadv2",    "pwrite64",  "pwritev",    "pwritev2",  "fsync",
        "fdatasync", "fallocate", "ftruncate", "io_submit", "io_uring_enter", "lseek", "unlink",
        "unlinkat", "rename",    "renameat2",  "copy_file_range", "sync_file_range", "fstat",
        "lstat",    "access",    "faccessat",  "faccessat2", "statfs",   "fstatfs",   "truncate",
        "readlink", "readlinkat", "getdents64", "fgetxattr", "getxattr", "msync",     "syncfs",
        "nanosleep", "clock_nanosleep", NULL,
    };
    return qc_wait_is_in(wait, names);
}

/* close() of an eventfd of KVM waits until its users in the kernel have let go of it
   (virt/kvm/eventfd.c). That takes milliseconds and involves no storage. */
static bool closes_notifier(const struct qemucore_wait *wait, struct qemucore_thread *thread)
{
    static const char *const names[] = {"close", NULL};
    return qc_wait_is_in(wait, names) && (waits_in(thread, "event_notifier_cleanup") ||
                                       waits_in(thread, "virtio_bus_cleanup_host_notifier"));
}

/* From 10.2 on, a thread that waits for RCU's readers takes up to five naps of 10 ms before it sleeps
   until one ends (util/rcu.c, wait_for_readers, which may be inlined). */
static bool naps_for_readers(const struct qemucore_wait *wait, struct qemucore_thread *thread)
{
    static const char *const naps[] = {"nanosleep", "clock_nanosleep", NULL};
    return qc_wait_is_in(wait, naps) &&
           (waits_in(thread, "wait_for_readers") || waits_in(thread, "synchronize_rcu"));
}

/* A thread that signals a condition waits until its waiters have left it; malloc waits for another
   thread inside it. Both last a moment, but for glibc's bug 25847. So does it to start a program: a
   pipe tells GLib that the child has begun it (glib/gspawn.c, fork_exec). */
static bool is_momentary(const struct qemucore_wait *wait, struct qemucore_thread *thread)
{
    static const char *const reads[] = {"read", NULL};
    return (wait->state == QC_WAIT_BLOCKED && wait->kind == QC_LOCK_FUTEX &&
            qc_wait_is_of_libc(thread)) ||
           (qc_wait_is_in(wait, reads) && waits_in(thread, "qio_channel_command_new_spawn"));
}

/* A lock without a known owner is being passed on. A condition, an event or a semaphore never names
   an owner: its waiter needs an act of another thread. */
static bool is_passed_on(struct qc_wait_graph *graph, const struct qemucore_wait *wait)
{
    const struct qemucore_lock *lock = qc_wait_graph_lock(graph, wait->kind, wait->object);
    return qc_lock_types[wait->kind].has_owner && (lock == NULL || lock->state.owner_lwp == 0);
}

/* A stripped executable does not tell a vCPU's role, but no other thread makes these calls. */
static bool is_in_guest(const struct qemucore_wait *wait, const struct qemucore_thread *thread)
{
    return (thread->role == QC_ROLE_VCPU && wait->state == QC_WAIT_RUNNING) ||
           (wait->in_syscall && (qc_syscall_is_kvm_run(&wait->syscall) ||
                                 qc_syscall_is_mshv_run(&wait->syscall)));
}

/* Tells whether a mutex names the thread as its owner: the BQL, or one that others wait for. */
static bool keeps_mutex(const struct qc_wait_graph *graph, const struct qemucore_thread *thread,
                        bool of_any)
{
    return qc_vec_any(&graph->locks, lock,
                      lock->owner == thread && qc_lock_is_mutex(lock->kind) &&
                          (lock->is_bql || (of_any && lock->waiters.count != 0)));
}

/* A vCPU with the BQL emulates a device. One that is in a call to run the guest has no lock, or has
   forgotten to give it back; TCG's code takes some on its own. */
static bool runs_guest(const struct qc_wait_graph *graph, const struct qemucore_wait *wait,
                       const struct qemucore_thread *thread)
{
    return is_in_guest(wait, thread) && !keeps_mutex(graph, thread, wait->in_syscall);
}

/* Whether it is known whose poll this is: only the stack tells. But the main loop gives up the BQL
   for its own poll, unless that does not sleep (util/main-loop.c, os_host_main_loop_wait). */
static bool is_seen(const struct qc_main_loop *main_loop, struct qemucore_thread *thread)
{
    return thread == main_loop->thread
             ? main_loop->place != QC_MAIN_LOOP_UNKNOWN || main_loop->bql_owner == thread
             : qc_thread_stack(thread)->outermost;
}

enum qc_activity qc_activity_of(struct qc_wait_graph *graph, const struct qc_main_loop *main_loop,
                                struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qc_waits_of(graph->waits, thread);
    if (wait->state == QC_WAIT_UNKNOWN || wait->state == QC_WAIT_KERNEL) {
        return QC_ACTIVITY_UNKNOWN;
    }
    if (runs_guest(graph, wait, thread)) {
        return QC_ACTIVITY_GUEST;
    }
    if (has_been_woken(wait, thread)) {
        return QC_ACTIVITY_MOVING;
    }
    if (is_idle(graph->process, wait, main_loop, thread)) {
        return QC_ACTIVITY_IDLE;
    }
    if (qc_activity_is_poll(wait) && !is_seen(main_loop, thread)) {
        return QC_ACTIVITY_UNKNOWN;
    }
    if (has_written_part(graph->process->core, wait)) {
        return QC_ACTIVITY_ASLEEP;
    }
    if (naps_for_readers(wait, thread)) {
        return QC_ACTIVITY_MOVING;
    }
    if (qc_wait_has_returned(wait) && is_ambiguous(wait) && !closes_notifier(wait, thread)) {
        return QC_ACTIVITY_RETURNED;
    }
    bool ends_by_itself =
        wait->state == QC_WAIT_BLOCKED && wait->has_timeout && wait->timeout_ns >= 0;
    if (wait->state == QC_WAIT_RUNNING || qc_wait_has_returned(wait) || ends_by_itself ||
        is_momentary(wait, thread) ||
        (wait->state == QC_WAIT_BLOCKED && is_passed_on(graph, wait))) {
        return QC_ACTIVITY_MOVING;
    }
    return QC_ACTIVITY_ASLEEP;
}

/* qemu_thread_start (util/qemu-thread-posix.c) names the thread and calls the start routine. */
static bool is_starting(struct qemucore_thread *thread)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    const struct qemucore_frame *own = qc_stack_own_frame(stack);
    return stack->outermost && own != NULL && qc_frame_is(own, "qemu_thread_start");
}

/* In the new thread, whose stack is empty, clone(2) returns 0. */
bool qc_activity_is_newborn(struct qc_wait_graph *graph, struct qemucore_thread *thread)
{
    static const char *const names[] = {"clone", "clone3", NULL};
    const struct qemucore_wait *wait = qc_waits_of(graph->waits, thread);
    bool is_made =
        qc_wait_has_returned(wait) && wait->syscall.result == 0 && qc_wait_is_in(wait, names);
    return is_made || (wait->state == QC_WAIT_RUNNING && is_starting(thread));
}
