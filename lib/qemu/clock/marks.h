/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * marks - times that QEMU, or the writer of the dump, has noted
 *
 * QEMU does not store the current time, but it notes when it did certain things. Each noted time
 * has passed: its clock had reached it when the dump was made.
 */
#pragma once

#include "qemu/state/block.h"

/* Times and spans in nanoseconds, each above 0 unless said otherwise; implausible ones are not
   known. */
struct qc_clock_marks {
    /* Times of the realtime clock (util/qemu-timer.c, get_clock: CLOCK_MONOTONIC). */
    struct qc_fact refresh;          /* DisplayState.last_update: the main loop was in gui_update */
    struct qc_fact refresh_interval; /* most time from refresh to the next one, at most 3 s */
    uint64_t refresh_timer;          /* QEMUTimer of the refresh; 0: none, or not known */
    struct qc_fact refresh_expire;   /* when that timer is due; not known while its callback runs */
    struct qc_fact access;           /* latest end of a request that a BlockBackend accounts */
    struct qc_fact migration;        /* an outgoing migration's start or newest iteration */
    struct qc_fact start;            /* QEMU's start, truncated to seconds */

    struct qc_fact host_start; /* QEMU's start by the host clock, truncated to seconds */

    /* Signed offset of virtual and virtual-rt to realtime or, while they are stopped, their time
       (system/cpu-timers.c, cpu_get_clock_locked). Not known with icount and qtest, which have
       other clocks. */
    struct qc_fact virtual_offset;
    bool virtual_runs;

    /* Start and end of the copy of memory, by the note of a snapshot of a living process. */
    struct qc_fact snapshot;
    struct qc_fact snapshot_end;

    /* Earliest host time at which the dump was begun, by its file: by the name that
       systemd-coredump gave it or, on the machine where QEMU ran and until it is rebooted, by its
       birth time. A copy made there has another birth time. Not known if gdb wrote the file. */
    struct qc_fact file;
    bool file_is_named;         /* file is from the file's name */
    bool is_by_debugger;        /* gdb wrote the dump, not the kernel */
    struct qc_fact file_latest; /* latest host time of the dump: its file, and each copy of it, is
                                   younger */
    struct qc_fact latest_here; /* the same in realtime, by this machine's clocks, which are QEMU's
                                   if it ran here since the machine was booted */
};

void qc_clock_marks_find(struct qc_fields *fields, const struct qc_block *block,
                         struct qc_clock_marks *ret);

/* Reads the time, there in microseconds, from a file name of systemd-coredump:
   core.NAME.UID.BOOT.PID.TIME, and a suffix if compressed. False: another name. */
bool qc_clock_file_name(const char *path, uint64_t *ret_ns);

/* Tells whether a time is plausible: above 0, and so small that the sum of two does not
   overflow. */
bool qc_clock_is_time(int64_t ns);
