/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * syscall - the system call that a thread is in, from its registers
 *
 * The PC of a thread that sleeps in the kernel is after its system call instruction, and the call's
 * number and most of its arguments are still in the registers of NT_PRSTATUS. The dump's signal has
 * interrupted the call. So the result register says that the call would be restarted (-ERESTARTSYS
 * or a similar value), or has the call's result.
 *
 * On arm64, and on riscv64 since Linux 6.7, the registers are set up for the restart already: the
 * PC is at the instruction, the first argument is restored, and the result is lost.
 *
 * An emulator (qemu-user) dumps the registers as they were when the call was made; only the thread
 * that got the signal has a result.
 *
 * A call with a timeout that was interrupted before, for instance by a debugger, goes on as
 * "restart_syscall"; x86_64 and ppc64 keep the arguments of the original call.
 */
#pragma once

#include "core/dump.h"

#define QC_SYSCALL_ARGUMENTS QC_ARCH_SYSCALL_ARGUMENTS

/* The kernel's internal error numbers, which no user-space header has (include/linux/errno.h). */
#define QC_ERESTARTSYS 512
#define QC_ERESTARTNOINTR 513
#define QC_ERESTARTNOHAND 514
#define QC_ERESTART_RESTARTBLOCK 516

struct qc_syscall {
    unsigned number;
    const char *name; /* "futex"; NULL: not in the CPU's table; for socketcall: what that does */
    uint64_t arguments[QC_SYSCALL_ARGUMENTS];
    bool known[QC_SYSCALL_ARGUMENTS]; /* false: the first argument is lost, or socketcall's call has
                                         no such argument */
    bool has_result;  /* false: the call was in progress */
    int64_t result;   /* negative: -errno, or -QC_ERESTART... */
    bool interrupted; /* the dump interrupted the call before its end */
    bool restarted;   /* restarted by the kernel as restart_syscall; the stack told the call */
    bool assumed;     /* the instruction could not be read: the number is from a register only */
};

/*
 * Finds the system call that a thread is in. False: in none (it ran in user space), or, with
 * `assumed` set in ret, not known: its registers or its instruction are not in the dump. There are
 * three sources. The kernel's record of how the thread entered, on x86_64 (orig_rax), ppc64le
 * (trap) and s390x (a note). The instruction before the PC, read through the image. And if that
 * can't be read, traces that only a call leaves: a result that is internal to the kernel
 * (-ERESTARTSYS), or the address after the instruction in rcx (`assumed` is set if the number is in
 * a register that may hold anything). The third is not used on s390x, where the instruction
 * contains the number.
 */
bool qc_syscall_find(struct qc_core *core, const struct qc_thread *thread, struct qc_syscall *ret);

/* Returns the name of a system call by its number on this CPU. NULL: not in the table. */
const char *qc_syscall_name(const struct qc_arch *arch, unsigned number);
