/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * poll_begun - whether a loop has gone into its poll lately, without debug info
 *
 * An iothread looks at the clock before it polls (util/aio-posix.c, aio_poll, since it spins for a while
 * first: poll-max-ns), and keeps what it has seen until it comes back, in its frame or, saved, in one of
 * those that it has called. Which word that is nobody knows; but hardly anything else is a time of the
 * last seconds.
 */
#ifndef QC_WAIT_POLL_BEGUN_H
#define QC_WAIT_POLL_BEGUN_H

#include "qemu/qemu.h"

/* Whether the frames of a thread, from aio_poll() inwards, have a time of the realtime clock between these
   two. */
bool qc_poll_has_begun(const struct qc_process *process, struct qemucore_thread *thread,
                       int64_t after_ns, int64_t before_ns);

#endif
