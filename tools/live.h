/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live - snapshots of a living process
 *
 * To stop the threads of the process, a child process is made that does nothing else. The kernel
 * lets the threads go on when the child ends, however it ends, and the child is killed when the
 * threads stand still for too long.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "output.h"
#include "qemucore.h"

/* Writes a snapshot of a process into `output`; how->write and how->paused are ignored. SIGINT or
   SIGTERM meanwhile leaves no thread stopped. */
enum qemucore_status live_take(int pid, const struct qemucore_snapshot *how, struct output *output,
                               struct qemucore_snapshot_result *result,
                               struct qemucore_error *error);

/* Takes a snapshot of common->pid into memory and sets common->path to it. If common->again is set,
   that is the later of two, so many seconds apart, and common->earlier is the first. Where paths of
   the process do not lead to its files, as in a container or after an upgrade of the package, sets
   the options that do (-e, --sysroot, --debuginfo-path). Exits on failure. */
void live_open(struct tool_options *common);

/* Returns the number of threads that the kernel gave no information on. */
unsigned live_missed(const struct qemucore_snapshot_result *result);

/* Writes "14 threads: 6 asleep all the time, 8 on a CPU" and the like into the line. */
void live_describe(const struct qemucore_snapshot_result *result, char *line, size_t size);
