/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_syscall - the system call that a thread is in, even if the kernel has restarted it
 */
#pragma once

#include "core/core.h"
#include "qemu/threads/threads.h"

/* Does what qc_syscall_find does. For restart_syscall, sets the name and number of the restarted
   call, if the C library's frames tell which one it is. */
bool qc_thread_syscall(struct qemucore_thread *thread, struct qc_syscall *ret);

/* Tells whether an event loop sleeps in this call. */
bool qc_syscall_is_poll(const struct qc_syscall *syscall);

/* Tells whether it is ioctl(KVM_RUN): the vCPU runs the guest, or is about to return from it. */
bool qc_syscall_is_kvm_run(const struct qc_syscall *syscall);

/* Tells whether the call runs a vCPU of Microsoft's hypervisor (accel/mshv, 10.2 on). */
bool qc_syscall_is_mshv_run(const struct qc_syscall *syscall);
