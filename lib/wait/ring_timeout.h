/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ring_timeout - whether a loop that polls by io_uring may wake by itself, without debug info
 *
 * A core holds the rings, which are shared with the kernel, no more than it holds a file's pages.
 * But the request for a timeout has the address of a struct __kernel_timespec, which the kernel
 * reads in the call: a variable of the function that makes the call, fdmon_io_uring_wait
 * (util/fdmon-io_uring.c of 10.2 to 11.1, the versions whose loops poll by io_uring), so in that
 * frame. Its place there is not known; but if no bytes are such a time, there is none. QEMU zeroes
 * its variables, and never asks for 0.
 */
#pragma once

#include "qemu/qemu.h"

/* Tells whether a thread that sleeps in io_uring_enter may be woken by a timeout of less than
   `within` nanoseconds. True also if that is not known. */
bool qc_ring_may_time_out(const struct qc_process *process, struct qemucore_thread *thread,
                          int64_t within);
