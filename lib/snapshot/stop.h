/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stop - all threads of a process are stopped for a moment, by ptrace
 *
 * The caller is a thread that ends right after qc_stop_end: a thread that was seized and has not stopped
 * (state D, or no CPU for it) can't be let go by any call, but is when its tracer ends, and a tracer is
 * one thread, not its process.
 */
#ifndef QC_SNAPSHOT_STOP_H
#define QC_SNAPSHOT_STOP_H

#include "snapshot/tasks.h"

/*
 * Stops what it can within so many milliseconds: of each thread that has stopped live.caught is
 * QC_CAUGHT_STOPPED, and its registers are there. Threads that the kernel has made are left alone:
 * nothing is to be learnt from them. *late: how many have not come. On failure all go on.
 */
enum qemucore_status qc_stop_begin(int directory, const struct qc_arch *arch, unsigned milliseconds,
                                   struct qc_live_tasks *tasks, size_t *late,
                                   struct qemucore_error *error);
void qc_stop_end(struct qc_live_tasks *tasks);

#endif
