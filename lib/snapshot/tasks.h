/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tasks - the threads of a living process, read from /proc without touching them
 *
 * For a thread that sleeps in a system call, /proc/PID/task/TID/syscall has its number, arguments,
 * stack pointer and program counter (lib/syscall.c of the kernel): enough for a stack. schedstat
 * counts how often a thread was given a CPU. If it was asleep with the same count before and after
 * memory was copied, this proves that it has not run in between, whatever others did.
 */
#pragma once

#include "arch/arch.h"
#include "base/base.h"
#include "core/core.h"
#include "snapshot/capture.h"

/* One sample of a thread, from /proc. */
struct qc_task_sample {
    bool is_there;
    bool is_asleep;     /* neither on a CPU nor waiting for one: the registers are known */
    bool in_call;       /* asleep in a system call; false: in a page fault */
    uint64_t run_ns;
    uint64_t runs;      /* times that it was given a CPU; 0: the kernel does not count */
    uint64_t number;
    uint64_t arguments[QC_ARCH_SYSCALL_ARGUMENTS];
    uint64_t sp;
    uint64_t pc;
};

struct qc_live_task {
    int tid; /* thread id on this machine */
    int directory; /* descriptor of /proc/PID/task/TID */
    struct qc_live_thread live;
    uint64_t *registers; /* words of pr_reg, then of NT_FPREGSET where arch has some of it; 0 if its
                            bit in live.known is not set */
    bool has_floats;     /* the words of NT_FPREGSET are known */
    bool has_call_note;  /* s390x */
    uint32_t call_note;  /* contents of NT_S390_SYSTEM_CALL */
    bool has_thread_pointer; /* if pr_reg has no word for it (aarch64) */
    uint64_t thread_pointer;
    uint64_t code_mask; /* mask of signed return addresses; 0: not known */
    struct qc_task_sample before;
    uint64_t first_runs; /* runs in the first sample; 0: not known */
    bool is_seized;  /* by the stop; the next two are needed to let it go */
    bool is_stopped;
    int signal;
};
QC_VEC_TYPE(qc_live_tasks, struct qc_live_task); /* by tid */

/* Adds all threads of the process whose /proc folder is open as `directory`. Keeps threads listed
   before as they are. *is_new: some were added. */
enum qemucore_status qc_tasks_list(int directory, const struct qc_arch *arch,
                                   struct qc_live_tasks *tasks, bool *is_new,
                                   struct qemucore_error *error);
/* NULL: not found. */
struct qc_live_task *qc_tasks_find(const struct qc_live_tasks *tasks, int tid);
void qc_tasks_free(struct qc_live_tasks *tasks);
void qc_task_free(struct qc_live_task *task);

/* Tells whether the thread no longer exists. One that can't be read, for lack of permission, memory
   or a descriptor, still exists. */
bool qc_task_has_ended(const struct qc_live_task *task);

/* qc_task_sample_before reads schedstat first, qc_task_sample_after last. */
struct qc_task_sample qc_task_sample_before(const struct qc_live_task *task);
struct qc_task_sample qc_task_sample_after(const struct qc_live_task *task);

/* Reads the thread's facts in /proc again, unless it has not run since they were read: state and
   kernel function must be of the sleep that is proved. Call it after the sample before, whose count
   of runs the proof uses. */
void qc_task_renew(struct qc_live_task *task);

/* Notes whether it was given a CPU since the first sample. Call it before a stop gives it one. */
void qc_task_note_runs(struct qc_live_task *task);

/* Sets registers and state from two samples, between which memory was copied. */
void qc_task_set_registers(const struct qc_arch *arch, struct qc_live_task *task,
                           const struct qc_task_sample *after);

/* Drops the thread pointer unless the descriptor that it points to begins with its own address. */
void qc_task_check_thread_pointer(const struct qc_arch *arch, struct qc_live_task *task,
                                  const struct qc_capture *capture);
