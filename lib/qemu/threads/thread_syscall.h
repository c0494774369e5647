/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_syscall - the system call that a thread is in, also one that the kernel has begun anew
 */
#ifndef QC_QEMU_THREADS_THREAD_SYSCALL_H
#define QC_QEMU_THREADS_THREAD_SYSCALL_H

#include "core/core.h"
#include "qemu/threads/threads.h"

/* As qc_syscall_find; what was restart_syscall has the name and number of the call that it goes on
   with, where the C library's frames name that. */
bool qc_thread_syscall(struct qemucore_thread *thread, struct qc_syscall *ret);

/* Whether it is one of those that an event loop sleeps in. */
bool qc_syscall_is_poll(const struct qc_syscall *syscall);

/* Whether it is ioctl(KVM_RUN): the thread's vCPU runs the guest, or is about to come back. */
bool qc_syscall_is_kvm_run(const struct qc_syscall *syscall);

#endif
