/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live - a snapshot of a living process, and the process of its own that a stop takes
 *
 * A stop is made by a child that does nothing else: whatever becomes of it, all threads go on when it
 * ends, and it is ended where they stand still for too long.
 */
#ifndef LIVE_H
#define LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "output.h"
#include "qemucore.h"

/* how->write and how->paused are not looked at: it is written into the output. Interrupted by SIGINT or
   SIGTERM it leaves nothing stopped. */
enum qemucore_status live_take(int pid, const struct qemucore_snapshot *how, struct output *output,
                               struct qemucore_snapshot_result *result,
                               struct qemucore_error *error);

/* Instead of a core: a snapshot of common->pid in memory becomes common->path, and where the files of
   the process are hidden from its names (a container, a package that was upgraded) they are given as by
   --debuginfo-path. Two, so many seconds apart, where common->again is set. Exits where it fails. */
void live_open(struct tool_options *common);

/* Threads that the kernel did not tell of. */
unsigned live_missed(const struct qemucore_snapshot_result *result);

/* "14 threads: 6 asleep, proved; 8 on a CPU; ..." into the line. */
void live_describe(const struct qemucore_snapshot_result *result, char *line, size_t size);

#endif
