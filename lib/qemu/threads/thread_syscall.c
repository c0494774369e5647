/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/thread_syscall.h"

#include "qemu/qemu_limits.h"
#include "qemu/threads/frames.h"

/* The system calls that use restart blocks (fs/select.c, kernel/time/hrtimer.c,
   kernel/futex/waitwake.c), by the functions of glibc that make them. */
static const struct restarted {
    const char *function;
    const char *call;
} rows[] = {
    {"poll", "poll"},
    {"clock_nanosleep", "clock_nanosleep"},
    {"clock_nanosleep_time64", "clock_nanosleep"},
    {"nanosleep", "nanosleep"}, /* up to 2.30 */
    {"futex_abstimed_wait_common64", "futex"},
    {"futex_abstimed_wait_common", "futex"},
    {"futex_abstimed_wait_cancelable64", "futex"},
    {"futex_reltimed_wait_cancelable", "futex"},
    {"pthread_cond_timedwait", "futex"},
    {"pthread_cond_clockwait", "futex"},
    {"pthread_mutex_timedlock", "futex"},
    {"lll_timedlock_wait", "futex"},
};

static const char *call_of(const struct qemucore_frame *frame)
{
    const struct restarted *row = qc_array_find(rows, at, qc_frame_is_libc(frame, at->function));
    return row == NULL ? NULL : row->call;
}

static bool number_of(const struct qc_arch *arch, const char *name, unsigned *ret)
{
    for (unsigned i = 0; i < arch->syscall.names->count; i++) {
        const char *other = qc_syscall_name(arch, i);
        if (qc_str_is(other, name)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

/* The arguments are still in their registers: the kernel changes only the number of the call. */
bool qc_thread_syscall(struct qemucore_thread *thread, struct qc_syscall *ret)
{
    struct qc_core *core = thread->threads->core;
    if (!qc_syscall_find(core, thread->core_thread, ret)) {
        return false;
    }
    if (!qc_str_is(ret->name, "restart_syscall")) {
        return true;
    }
    struct qc_stack *stack = qc_thread_stack(thread);
    for (size_t i = 0; i < stack->frames.count && i < QC_LIMIT_RESTART_FRAMES; i++) {
        const char *call = call_of(&stack->frames.items[i]);
        if (call != NULL && number_of(core->arch, call, &ret->number)) {
            ret->name = call;
            ret->restarted = true;
            return true;
        }
    }
    return true;
}

bool qc_syscall_is_poll(const struct qc_syscall *syscall)
{
    static const char *const names[] = {"poll",         "ppoll",          "epoll_wait", "epoll_pwait",
                                        "epoll_pwait2", "io_uring_enter", NULL};
    return qc_str_is_one_of(syscall->name, names);
}

/* include/uapi/linux/kvm.h: _IO(KVMIO, 0x80). PowerPC's _IO sets a direction bit. */
#define KVM_RUN 0xae80u
#define KVM_RUN_POWERPC 0x2000ae80u

bool qc_syscall_is_kvm_run(const struct qc_syscall *syscall)
{
    return qc_str_is(syscall->name, "ioctl") && syscall->known[1] &&
           (syscall->arguments[1] == KVM_RUN || syscall->arguments[1] == KVM_RUN_POWERPC);
}

/* include/uapi/linux/mshv.h: _IOR(MSHV_IOCTL, 0x00, struct mshv_run_vp). QEMU has it on x86_64. */
#define MSHV_RUN_VP 0x8100b800u

bool qc_syscall_is_mshv_run(const struct qc_syscall *syscall)
{
    return qc_str_is(syscall->name, "ioctl") && syscall->known[1] &&
           syscall->arguments[1] == MSHV_RUN_VP;
}
