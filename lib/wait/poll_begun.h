/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * poll_begun - whether a loop has begun its poll lately, without debug info
 *
 * An iothread reads the clock before it polls (util/aio-posix.c, aio_poll, since it spins for a
 * while first: poll-max-ns). It keeps that time until it returns, in its frame or, saved, in the
 * frame of a function that it has called. It is not known which word that is; but hardly any other
 * word is a time of the last seconds.
 */
#pragma once

#include "qemu/qemu.h"

/* Tells whether the frames of a thread, from aio_poll() inwards, hold a time of the realtime clock
   between these two. */
bool qc_poll_has_begun(const struct qc_process *process, struct qemucore_thread *thread,
                       int64_t after_ns, int64_t before_ns);
