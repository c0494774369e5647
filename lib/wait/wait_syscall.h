/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_syscall - a system call as text: "ppoll, 1.0 s", "ioctl KVM_RUN, fd 9", "recvmsg, fd 12"
 */
#pragma once

#include "base/base.h"
#include "wait/thread_wait.h"

/* Fills sentence, evidence and, if there is one, the timeout of `wait`. */
void qc_wait_syscall(struct qc_process *process, struct qemucore_wait *wait);

/* Appends a time: "3.0 s", "0.250 ms". */
void qc_wait_put_time(int64_t nanoseconds, struct qc_strbuf *buffer);
