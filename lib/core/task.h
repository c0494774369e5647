/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * task - the kernel's data of a thread while the process lived: a folder of /proc/PID/task
 *
 * A core has a thread's registers, and nothing of the kernel's data. A snapshot has both
 * (core/live.h). For another core, such folders may have been saved together with it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"

/* Texts are malloc; NULL: not known. */
struct qc_task {
    int tid;          /* in the process's own pid namespace, as QEMU sees it; 0: not known */
    char state;       /* 'S', 'D', 'R', ...; 0: not known */
    uint32_t flags;   /* PF_* of include/linux/sched.h */
    bool has_run;     /* run_ns and runs are known */
    uint64_t run_ns;  /* time on a CPU */
    uint64_t runs;    /* number of times it was put on a CPU */
    bool ran_lately;  /* it ran between the start of the snapshot and the copy of the memory */
    char *comm;
    char *wchan;      /* function of the kernel that it sleeps in */
    char *stack;      /* its stack in the kernel, as /proc shows it, innermost function first */
};

/* Reads the open folder `directory` into a zeroed task. Files that are missing or may not be read
   leave their members not known. */
void qc_task_read(int directory, struct qc_task *ret);
void qc_task_clear(struct qc_task *task);

/* Reads each folder in `task` below the directory, and calls the visitor with it. The visitor may
   move members out of the task. QEMUCORE_NOT_FOUND: there is no folder `task`. QEMUCORE_LIMIT: it
   has more threads than QC_LIMIT_THREADS, and only so many were read. */
typedef void qc_task_visitor(void *opaque, struct qc_task *task);
enum qemucore_status qc_task_each(int directory, qc_task_visitor *visitor, void *opaque);

/* Reads a whole file of a /proc folder, or of a copy of one. Returns its text, terminated, malloc,
   and sets *size. NULL: not there, no regular file, or longer than QC_LIMIT_TASK_FILE. */
char *qc_task_file(int directory, const char *name, size_t *size);

/* Tells whether the kernel made the thread for the process: a worker of io_uring, vhost or KVM. */
bool qc_task_is_kernel_made(const struct qc_task *task);

/* Returns the function of the kernel that the thread sleeps in, malloc. NULL: not known. */
char *qc_task_function(const struct qc_task *task);
