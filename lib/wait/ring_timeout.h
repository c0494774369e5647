/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ring_timeout - when a loop that polls by io_uring wakes by itself, without debug info
 *
 * The rings are shared with the kernel, and a core has them no more than any file's pages. But a request of
 * a timeout has the address of a struct __kernel_timespec, which the kernel reads in the call: it is a
 * variable of the function that makes the call, fdmon_io_uring_wait (util/fdmon-io_uring.c of 10.2 to
 * 11.1, the versions whose loops poll by io_uring), and so in that frame. Which bytes of it nobody
 * knows; that none of them are such a time is proof. QEMU zeroes its variables, and never asks for 0.
 */
#ifndef QC_WAIT_RING_TIMEOUT_H
#define QC_WAIT_RING_TIMEOUT_H

#include "qemu/qemu.h"

/* Of a thread asleep in io_uring_enter: whether it may be woken by a timeout of less than `within`
   nanoseconds. true: or that is not known. */
bool qc_ring_may_time_out(const struct qc_process *process, struct qemucore_thread *thread,
                          int64_t within);

#endif
