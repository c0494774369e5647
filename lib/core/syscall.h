/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * syscall - the system call that a thread is in, from its registers alone
 *
 * A thread that sleeps in the kernel stands behind its system call instruction, with the call's
 * number and most of its arguments still in the registers of NT_PRSTATUS. The dump's signal has
 * interrupted the call, so the result register says that it would be started anew (-ERESTARTSYS
 * and its kin), or what the call has answered in the meantime.
 *
 * arm64, and riscv64 since Linux 6.7, have the registers made ready for that already: the thread
 * stands on the instruction, its first argument is back in place, and the result is gone.
 *
 * An emulator (qemu-user) dumps the registers as they were when the call was made; only the thread
 * that got the signal has a result.
 *
 * What has a timeout and was interrupted before, by a debugger for instance, goes on as
 * "restart_syscall"; x86_64 and ppc64 keep the arguments of the call that it was.
 */
#ifndef QC_CORE_SYSCALL_H
#define QC_CORE_SYSCALL_H

#include "core/dump.h"

#define QC_SYSCALL_ARGUMENTS QC_ARCH_SYSCALL_ARGUMENTS

/* The kernel's own numbers, which no user-space header has (include/linux/errno.h). */
#define QC_ERESTARTSYS 512
#define QC_ERESTARTNOINTR 513
#define QC_ERESTARTNOHAND 514
#define QC_ERESTART_RESTARTBLOCK 516

struct qc_syscall {
    unsigned number;
    const char *name; /* "futex"; NULL: not in our table */
    uint64_t arguments[QC_SYSCALL_ARGUMENTS];
    bool known[QC_SYSCALL_ARGUMENTS]; /* false: lost, which happens to the first one only */
    bool has_result;  /* false: the call was under way */
    int64_t result;   /* negative: -errno, or -QC_ERESTART... */
    bool interrupted; /* by the dump: the call had not come to its end */
    bool restarted;   /* by the kernel, as restart_syscall; the stack has told which it is */
    bool assumed;     /* the instruction could not be read: the number is a register's */
};

/*
 * False: the thread is not in a system call (it was running in user space) or, with `assumed` set
 * in ret, that can't be told: its registers or its instruction are not there. Three things tell. The
 * kernel's word for how the thread came in, on x86_64 (orig_rax) and ppc64le (trap). The
 * instruction before the program counter, which is read through the image. And where that can't be
 * read, what only a call leaves behind: an answer that the kernel keeps to itself (-ERESTARTSYS), or
 * the address behind the instruction in rcx (`assumed`, where the number is a register's that may
 * hold anything). Not on s390x, where the instruction is what has the number.
 */
bool qc_syscall_find(struct qc_core *core, const struct qc_thread *thread, struct qc_syscall *ret);

/* Name of a call by its number on this CPU; NULL: not in the table. */
const char *qc_syscall_name(const struct qc_arch *arch, unsigned number);

#endif
