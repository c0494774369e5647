/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/stop.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "snapshot/live_process.h"
#include "snapshot/snapshot_limits.h"

#ifndef NT_ARM_TLS
#define NT_ARM_TLS 0x401
#endif

static enum qemucore_status seize_failed(const struct qc_live_task *task, int cause,
                                         struct qemucore_error *error)
{
    return cause == EPERM
               ? qc_error_set(error, QEMUCORE_SYSTEM,
                              "thread %d can't be stopped: no right to (CAP_SYS_PTRACE, "
                              "/proc/sys/kernel/yama/ptrace_scope), or a debugger or strace has it "
                              "already (TracerPid of /proc/%d/status)",
                              task->tid, task->tid)
               : qc_error_system(error, cause, "thread %d can't be stopped", task->tid);
}

/* For a thread that has ended but was not waited for, the kernel reports the same error as for a
   missing right. */
static bool is_ended(const struct qc_live_task *task)
{
    char state = qc_live_state(task->directory);
    return state == 0 || state == 'Z' || state == 'X';
}

/* A thread that has ended meanwhile is no failure. */
static enum qemucore_status seize(struct qc_live_task *task, struct qemucore_error *error)
{
    if (task->is_seized || qc_task_is_kernel_made(&task->live.task)) {
        return QEMUCORE_OK;
    }
    if (ptrace(PTRACE_SEIZE, task->tid, NULL, NULL) != 0) {
        int cause = errno;
        return cause == ESRCH || is_ended(task) ? QEMUCORE_OK : seize_failed(task, cause, error);
    }
    task->is_seized = true;
    ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
    return QEMUCORE_OK;
}

/* A signal that was about to be delivered is passed on when the thread goes on. The stop that we
   asked for has no signal. After a stop by job control (SIGSTOP) the thread remembers the signal
   itself. */
static void task_stopped(struct qc_live_task *task, int status)
{
    task->is_stopped = true;
    task->signal = status >> 16 == 0 ? WSTOPSIG(status) : 0;
}

static size_t count_late(const struct qc_live_tasks *tasks)
{
    size_t late = 0;
    for (size_t i = 0; i < tasks->count; i++) {
        late += tasks->items[i].is_seized && !tasks->items[i].is_stopped;
    }
    return late;
}

/* Waits until all have stopped, or until the deadline. */
static void await_all(struct qc_live_tasks *tasks, uint64_t deadline)
{
    const struct timespec nap = {.tv_nsec = 50000};
    while (count_late(tasks) != 0) {
        int status;
        int tid = waitpid(-1, &status, __WALL | __WNOTHREAD | WNOHANG);
        struct qc_live_task *task = tid > 0 ? qc_tasks_find(tasks, tid) : NULL;
        if (task != NULL && WIFSTOPPED(status)) {
            task_stopped(task, status);
        } else if (task != NULL) {
            task->is_seized = false; /* it has ended */
        } else if (qc_deadline_is_past(deadline)) {
            return;
        } else {
            nanosleep(&nap, NULL);
        }
    }
}

/* Reads a register set of a stopped thread. False: the CPU has none of that kind. */
static bool read_set(const struct qc_live_task *task, unsigned kind, void *to, size_t size)
{
    struct iovec part = {to, size};
    return ptrace(PTRACE_GETREGSET, task->tid, (void *)(uintptr_t)kind, &part) == 0 &&
           part.iov_len == size;
}

/* Stacks on aarch64 need two more register sets (arch/arm64/kernel/ptrace.c). */
static void read_aarch64(struct qc_live_task *task)
{
    uint64_t masks[2];
    if (read_set(task, NT_ARM_PAC_MASK, masks, sizeof(masks))) {
        task->code_mask = ~masks[1];
    }
    task->has_thread_pointer =
        read_set(task, NT_ARM_TLS, &task->thread_pointer, sizeof(task->thread_pointer));
}

/* Stacks on s390x need the floating-point registers, and system calls their number
   (arch/s390/kernel/ptrace.c). */
static void read_s390x(const struct qc_arch *arch, struct qc_live_task *task)
{
    task->has_floats = read_set(task, NT_FPREGSET, task->registers + arch->pr_reg_words,
                                arch->fpregset_words * sizeof(*task->registers));
    task->has_call_note =
        read_set(task, NT_S390_SYSTEM_CALL, &task->call_note, sizeof(task->call_note));
}

static void read_registers(const struct qc_arch *arch, struct qc_live_task *task)
{
    size_t size = arch->pr_reg_words * sizeof(*task->registers);
    if (task->is_stopped && read_set(task, NT_PRSTATUS, task->registers, size)) {
        task->live.caught = QC_CAUGHT_STOPPED;
        task->live.known = UINT64_MAX;
        if (arch->elf_machine == EM_AARCH64) {
            read_aarch64(task);
        } else if (arch->elf_machine == EM_S390) {
            read_s390x(arch, task);
        }
    }
}

/* Lists the threads again after all have stopped: one may have made others before it stopped. */
static enum qemucore_status stop_all(int directory, const struct qc_arch *arch, uint64_t deadline,
                                     struct qc_live_tasks *tasks, struct qemucore_error *error)
{
    bool is_new = true;
    enum qemucore_status status = QEMUCORE_OK;
    for (int i = 0; i < QC_LIMIT_TASK_ROUNDS && is_new && status == QEMUCORE_OK; i++) {
        for (size_t j = 0; j < tasks->count && status == QEMUCORE_OK; j++) {
            status = seize(&tasks->items[j], error);
        }
        await_all(tasks, deadline);
        if (status == QEMUCORE_OK) {
            status = qc_tasks_list(directory, arch, tasks, &is_new, error);
        }
    }
    return status;
}

enum qemucore_status qc_stop_begin(int directory, const struct qc_arch *arch, unsigned milliseconds,
                                   struct qc_live_tasks *tasks, size_t *late,
                                   struct qemucore_error *error)
{
    uint64_t deadline = qc_clock_ns(CLOCK_MONOTONIC) + (uint64_t)milliseconds * UINT64_C(1000000);
    enum qemucore_status status = stop_all(directory, arch, deadline, tasks, error);
    if (status != QEMUCORE_OK) {
        qc_stop_end(tasks);
        return status;
    }
    for (size_t i = 0; i < tasks->count; i++) {
        read_registers(arch, &tasks->items[i]);
    }
    *late = count_late(tasks);
    return QEMUCORE_OK;
}

void qc_stop_end(struct qc_live_tasks *tasks)
{
    qc_vec_each(tasks, task) {
        if (task->is_stopped) {
            ptrace(PTRACE_DETACH, task->tid, NULL, (void *)(intptr_t)task->signal);
        }
        task->is_stopped = false;
    }
}
