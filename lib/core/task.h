/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * task - what the kernel said of a thread while the process lived: a folder of /proc/PID/task
 *
 * A core has a thread's registers and nothing of the kernel's side. A snapshot has both
 * (core/live.h), and of a core that is there already somebody may have saved such folders beside it.
 */
#ifndef QC_CORE_TASK_H
#define QC_CORE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"

/* Texts are malloc; NULL: not known. */
struct qc_task {
    int tid;          /* in the process's own pid namespace, as QEMU has noted it; 0: not known */
    char state;       /* 'S', 'D', 'R', ...; 0: not known */
    uint32_t flags;   /* PF_* of include/linux/sched.h */
    bool has_run;     /* the next two are known */
    uint64_t run_ns;  /* time on a CPU */
    uint64_t runs;    /* how often it was given one */
    bool ran_lately;  /* a moment before: since whoever looked had begun to */
    char *comm;
    char *wchan;      /* the kernel's function that it sleeps in */
    char *stack;      /* the kernel's, as /proc shows it, innermost first */
};

/* Reads the folder that is open as `directory`: what it lacks, or may not be read, is not known. Into
   a zeroed one. */
void qc_task_read(int directory, struct qc_task *ret);
void qc_task_clear(struct qc_task *task);

/* The same of each folder in `task` below the directory: what the visitor moves out of its task is its
   own. False: there is no such folder. */
typedef void qc_task_visitor(void *opaque, struct qc_task *task);
bool qc_task_each(int directory, qc_task_visitor *visitor, void *opaque);

/* A file of a /proc folder, or a copy of one, whole and terminated, malloc, with its size; NULL: it
   is not there, no regular file, or longer than a limit of ours. */
char *qc_task_file(int directory, const char *name, size_t *size);

/* Made by the kernel in the process, or for it: io_uring's and vhost's workers, KVM's. */
bool qc_task_is_kernel_made(const struct qc_task *task);

/* In which function of the kernel it sleeps, malloc; NULL: nothing tells. */
char *qc_task_function(const struct qc_task *task);

#endif
