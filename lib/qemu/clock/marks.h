/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * marks - the times that QEMU, and whoever wrote the dump, have noted
 *
 * QEMU keeps no time of its own, but it notes when it has done this or that. Whatever it has noted is
 * over, so each of these is a time that its clock had reached when the dump was made.
 */
#ifndef QC_QEMU_CLOCK_MARKS_H
#define QC_QEMU_CLOCK_MARKS_H

#include "qemu/state/block.h"

/* Nanoseconds, each above 0; what is not known or makes no sense is not known. */
struct qc_clock_marks {
    /* Of the realtime clock (util/qemu-timer.c, get_clock: CLOCK_MONOTONIC). */
    struct qc_fact refresh;          /* DisplayState.last_update: the main loop was in gui_update */
    struct qc_fact refresh_interval; /* the next one is due so much later, or sooner; at most 3 s */
    uint64_t refresh_timer;          /* its QEMUTimer; 0: none, or not known */
    struct qc_fact refresh_expire;   /* when that is due; not known while its callback runs */
    struct qc_fact access;           /* the last end of a request that any BlockBackend accounts */
    struct qc_fact migration;        /* an outgoing migration's start or newest iteration */
    struct qc_fact start;            /* QEMU's start, cut to the second */

    struct qc_fact host_start; /* QEMU's start by the host clock, cut to the second */

    /* What virtual and virtual-rt are ahead of realtime by, or, while they stand, their time
       (system/cpu-timers.c, cpu_get_clock_locked). Not known with icount and qtest, which count
       otherwise. Signed. */
    struct qc_fact virtual_offset;
    bool virtual_runs;

    /* Of a snapshot of a living process, by its own note: between these two memory was copied. */
    struct qc_fact snapshot;
    struct qc_fact snapshot_end;

    /* When the dump was begun, at the earliest, by the host clock, as its file tells: by the name
       that systemd-coredump gave it, or, on the machine where QEMU ran and while that is up, by its
       birth. A copy that was made there has another. Not known where gdb has written it. */
    struct qc_fact file;
    bool file_is_named;
    bool is_by_debugger;        /* gdb wrote the dump, not the kernel */
    struct qc_fact file_latest; /* at the latest: a file, and each copy of it, is younger than what it
                                   shows. Host clock */
    struct qc_fact latest_here; /* the same, realtime, by this machine's clocks: they are QEMU's if it has
                                   run here since the machine was booted */
};

void qc_clock_marks_find(struct qc_fields *fields, const struct qc_block *block,
                         struct qc_clock_marks *ret);

/* What systemd-coredump calls its files tells when, in microseconds:
   core.NAME.UID.BOOT.PID.TIME, and what it is compressed by. False: another name. */
bool qc_clock_file_name(const char *path, uint64_t *ret_ns);

/* A time makes sense: sums of two do not wrap, and it is not 0. */
bool qc_clock_is_time(int64_t ns);

#endif
