/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * threads - the threads of the process, each with its name and its stack
 */
#ifndef QC_QEMU_THREADS_THREADS_H
#define QC_QEMU_THREADS_THREADS_H

#include "qemu/threads/role.h"
#include "unwind/unwind.h"

struct qc_threads;
struct qc_process;

/* A stack that a thread has left when it entered a coroutine there (qemu/threads/coroutine.h). */
struct qc_caller {
    uint64_t coroutine; /* the Coroutine that it belongs to, or the thread's leader; 0: not known */
    struct qc_stack stack;
};

struct qc_callers {
    bool looked_for;
    bool is_in_coroutine;
    size_t count; /* innermost first; 0: it is in no coroutine, or not known */
    struct qc_caller *items;
    char *why;    /* they are not all that there are; NULL: they are */
};

/* The type of the public header. */
struct qemucore_thread {
    struct qc_threads *threads;
    size_t index;
    const struct qc_thread *core_thread;
    char *name;       /* NULL: the dump does not tell */
    char *name_from;  /* what the name rests on */
    enum qc_role role; /* as the name, through qc_process_name_threads */
    bool crashed;
    bool unwound;
    struct qc_stack stack; /* through qc_thread_stack only */
    struct qc_callers callers; /* through qc_thread_callers only */
};

struct qc_threads {
    struct qc_core *core;
    struct qc_unwinder *unwinder;
    unsigned max_frames;
    struct qc_process *process; /* theirs, which names them; NULL: none is made yet */
    size_t count;
    struct qemucore_thread *items;
};

enum qemucore_status qc_threads_new(struct qc_core *core, struct qc_modules *modules,
                                    unsigned max_frames, struct qc_threads **ret,
                                    struct qemucore_error *error);
void qc_threads_free(struct qc_threads *threads);

/* Signal that made the dump and, in *sender (may be NULL), the process that sent it; 0 where there is
   none. */
int qc_threads_signal(const struct qc_threads *threads, int *sender);

/* For qsort and bsearch, of pointers to threads: by LWP. */
int qc_threads_compare(const void *left, const void *right);

/* Unwound at the first call. */
struct qc_stack *qc_thread_stack(struct qemucore_thread *thread);

#endif
