/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iothread - IOThread objects: those that the user made (-object iothread), and QEMU's own
 */
#pragma once

#include "qemu/threads/cpu.h"
#include "qemu/threads/threads.h"

struct qc_iothread {
    uint64_t address;
    int lwp;      /* thread_id; -1 until it runs */
    uint64_t ctx; /* address of its AioContext; 0: not known */
    const char *id; /* NULL: can't be read */
};

struct qc_iothreads {
    QC_VEC(struct qc_iothread) list;
    const char *why_cut; /* why one, or its context, may be missing; NULL: none is */
};

/* Finds the iothreads: by the frames of iothread_run, in the object tree of those, of the CPUs or of
   the machine, and by the monitor's variable. */
void qc_iothreads_find(struct qc_fields *fields, struct qc_threads *threads,
                       const struct qc_cpus *cpus, struct qc_iothreads *ret);

/* iothread_run() is static, so a stripped executable does not have its name. But aio_poll() is
   exported for QEMU's modules, g_main_loop_run() is GLib's, and iothread_run() is the only start
   routine that calls both. */

/* Returns the loop's frame on a thread's stack; NULL: there is none, or it can't be recognized. */
struct qemucore_frame *qc_iothread_loop(struct qemucore_thread *thread);

/* Recognizes an iothread's stack whose start routine has no name: the routine has called one of the
   two functions, and its code has a call of the other. */
bool qc_stack_is_iothreads(struct qc_threads *threads, struct qc_stack *stack);
