/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stop - stops all threads of a process for a moment, by ptrace
 *
 * The caller must be a thread that ends right after qc_stop_end. No call releases a thread that was
 * seized and has not stopped (it is in state D, or gets no CPU). The kernel releases it when the
 * tracer ends, and a tracer is a single thread, not its process.
 */
#pragma once

#include "snapshot/tasks.h"

/*
 * Stops as many threads as it can within so many milliseconds. Sets live.caught of each stopped
 * thread to QC_CAUGHT_STOPPED, and reads its registers. Leaves alone threads that the kernel has
 * made: they tell nothing. *late: threads that did not stop. On failure all threads go on.
 */
enum qemucore_status qc_stop_begin(int directory, const struct qc_arch *arch, unsigned milliseconds,
                                   struct qc_live_tasks *tasks, size_t *late,
                                   struct qemucore_error *error);
void qc_stop_end(struct qc_live_tasks *tasks);
