/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * threads - the threads of the process, each with its name and its stack
 */
#pragma once

#include "qemu/threads/role.h"
#include "unwind/unwind.h"

struct qc_threads;
struct qc_process;

/* A stack that a thread left when it entered a coroutine (qemu/threads/coroutine.h). */
struct qc_caller {
    uint64_t coroutine; /* the Coroutine on this stack, or the thread's leader; 0: not known */
    struct qc_stack stack;
};

struct qc_callers {
    bool looked_for;
    bool is_in_coroutine;
    size_t count; /* 0: the thread is in no coroutine, or no caller is known */
    struct qc_caller *items; /* innermost first */
    const char *why; /* why callers are missing; NULL: none is */
};

/* Opaque in the public header. */
struct qemucore_thread {
    struct qc_threads *threads;
    size_t index;
    const struct qc_thread *core_thread;
    const char *name; /* NULL: not known */
    const char *name_from; /* evidence for the name */
    enum qc_role role; /* set, like the name, by qc_process_name_threads */
    bool crashed;
    bool unwound;
    struct qc_stack stack; /* use qc_thread_stack */
    struct qc_callers callers; /* use qc_thread_callers */
};

struct qc_threads {
    struct qc_core *core;
    struct qc_unwinder *unwinder;
    unsigned max_frames;
    struct qc_process *process; /* the process of these threads; NULL: not made yet */
    size_t count;
    struct qemucore_thread *items;
};

enum qemucore_status qc_threads_new(struct qc_core *core, struct qc_modules *modules,
                                    unsigned max_frames, struct qc_threads **ret,
                                    struct qemucore_error *error);
void qc_threads_free(struct qc_threads *threads);

/* Returns the signal that caused the dump; sets *sender (may be NULL) to the process that sent it.
   Each is 0 if there is none. */
int qc_threads_signal(const struct qc_threads *threads, int *sender);

QC_VEC_TYPE(qc_thread_list, struct qemucore_thread *);

/* Compares pointers to threads by LWP, for qsort and bsearch: QEMU creates threads of a kind one
   after the other. */
int qc_threads_compare(const void *left, const void *right);

/* Returns how sentences name a thread: "main loop (LWP 17)", with the role for a thread without a
   name, and "LWP 17" for one without either. malloc; NULL: out of memory. */
char *qc_thread_label(const struct qemucore_thread *thread);

/* Returns the thread's stack; unwinds it at the first call. */
struct qc_stack *qc_thread_stack(struct qemucore_thread *thread);
