/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tasks - the threads of a living process, as /proc shows them without touching them
 *
 * Of a thread that sleeps in a system call, /proc/PID/task/TID/syscall has the number, the arguments,
 * the stack pointer and the program counter (lib/syscall.c of the kernel): enough for a stack. How often
 * it was given a CPU is in schedstat: the same before and after memory is copied, and it was asleep
 * then, proves that it has not run in between, whatever the others did.
 */
#ifndef QC_SNAPSHOT_TASKS_H
#define QC_SNAPSHOT_TASKS_H

#include "arch/arch.h"
#include "base/base.h"
#include "core/core.h"
#include "snapshot/capture.h"

/* What a look at a thread has found. */
struct qc_look {
    bool is_there;
    bool is_asleep;     /* not on a CPU, nor waiting for one: the registers are known */
    bool in_call;       /* asleep in a system call, else in a page fault */
    uint64_t run_ns;
    uint64_t runs;      /* how often it was given a CPU; 0: the kernel does not count that */
    uint64_t number;
    uint64_t arguments[QC_ARCH_SYSCALL_ARGUMENTS];
    uint64_t sp;
    uint64_t pc;
};

struct qc_live_task {
    int tid; /* on this machine */
    int directory; /* /proc/PID/task/TID */
    struct qc_live_thread live;
    uint64_t *registers; /* words of pr_reg; zero where live.known has no bit */
    bool has_thread_pointer; /* where pr_reg has no word for it (aarch64) */
    uint64_t thread_pointer;
    uint64_t code_mask; /* of signed return addresses; 0: not known */
    struct qc_look before;
    uint64_t first_runs; /* at the first look; 0: not known */
    bool is_seized;  /* by the stop, with what is needed to let it go */
    bool is_stopped;
    int signal;
};
QC_VEC_TYPE(qc_live_tasks, struct qc_live_task); /* by tid */

/* All threads of the process whose /proc folder is open as `directory`. Those that are there already stay
   as they are; *is_new tells whether others were found. */
enum qemucore_status qc_tasks_list(int directory, const struct qc_arch *arch,
                                   struct qc_live_tasks *tasks, bool *is_new,
                                   struct qemucore_error *error);
/* NULL: there is none. */
struct qc_live_task *qc_tasks_find(const struct qc_live_tasks *tasks, int tid);
void qc_tasks_free(struct qc_live_tasks *tasks);
void qc_task_free(struct qc_live_task *task);

/* Whether the kernel has forgotten it. What can't be looked at for want of a right, of memory or of a
   descriptor is still there. */
bool qc_task_has_ended(const struct qc_live_task *task);

/* schedstat is read first, and `qc_look_after` reads it last. */
struct qc_look qc_look_before(const struct qc_live_task *task);
struct qc_look qc_look_after(const struct qc_live_task *task);

/* What /proc says of it, anew where it has run since that was read: its state and the kernel's function
   are of the sleep that is proved. Behind the look before, whose count of runs the proof is by. */
void qc_task_renew(struct qc_live_task *task);

/* Whether it was given a CPU since the first look. Before it is stopped: a stop gives it one. */
void qc_task_note_runs(struct qc_live_task *task);

/* Registers and state from two looks, between which memory was copied. */
void qc_task_settle(const struct qc_arch *arch, struct qc_live_task *task,
                    const struct qc_look *after);

/* The descriptor that it points at begins with its own address; else it is not known. */
void qc_task_check_thread_pointer(const struct qc_arch *arch, struct qc_live_task *task,
                                  const struct qc_capture *capture);

#endif
