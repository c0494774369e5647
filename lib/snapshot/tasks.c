/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/tasks.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- the list ------------------------------------------------------------------------------ */

void qc_task_free(struct qc_live_task *task)
{
    if (task->directory >= 0) {
        close(task->directory);
    }
    free(task->registers);
    qc_task_clear(&task->live.task);
}

void qc_tasks_free(struct qc_live_tasks *tasks)
{
    qc_vec_free_each(tasks, item, qc_task_free(item));
}

struct qc_live_task *qc_tasks_find(const struct qc_live_tasks *tasks, int tid)
{
    return qc_vec_find_sorted(tasks, task, qc_compare(task->tid, tid));
}

/* Moves the last one to its place by tid, which is mostly the end. */
static void task_insert_last(struct qc_live_tasks *tasks)
{
    struct qc_live_task added = tasks->items[--tasks->count];
    size_t at = qc_lower_bound(tasks->count, i, tasks->items[i].tid < added.tid);
    memmove(&tasks->items[at + 1], &tasks->items[at], (tasks->count++ - at) * sizeof(added));
    tasks->items[at] = added;
}

/* A thread that has ended meanwhile is skipped. One that can't be read for another reason is an
   error, as it must not be left out silently. */
static enum qemucore_status task_add(int directory, const char *name, const struct qc_arch *arch,
                                     struct qc_live_tasks *tasks, struct qemucore_error *error)
{
    QC_CLOSE int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT || errno == ESRCH
                   ? QEMUCORE_OK
                   : qc_error_system(error, errno, "its thread %s, after %zu others, can't be looked at",
                                     name, tasks->count);
    }
    QC_FREE uint64_t *registers = calloc(arch->pr_reg_words + arch->fpregset_words, sizeof(*registers));
    struct qc_live_task *added = registers == NULL ? NULL : qc_vec_add(tasks);
    QC_TRY_MEMORY(added != NULL, error);
    *added = (struct qc_live_task){
        .tid = atoi(name), .directory = qc_move_fd(&fd), .registers = qc_move(registers)};
    qc_task_read(added->directory, &added->live.task);
    added->first_runs = added->live.task.has_run ? added->live.task.runs : 0;
    added->live.lwp = added->live.task.tid > 0 ? added->live.task.tid : added->tid;
    task_insert_last(tasks);
    return QEMUCORE_OK;
}

enum qemucore_status qc_tasks_list(int directory, const struct qc_arch *arch,
                                   struct qc_live_tasks *tasks, bool *is_new,
                                   struct qemucore_error *error)
{
    QC_FOLDER DIR *folder = qc_folder_open(directory, "task");
    if (folder == NULL) {
        return qc_error_system(error, errno, "its threads can't be listed");
    }
    const struct dirent *entry;
    enum qemucore_status status = QEMUCORE_OK;
    *is_new = false;
    while (status == QEMUCORE_OK && (entry = readdir(folder)) != NULL) {
        int tid = atoi(entry->d_name);
        if (tid <= 0 || qc_tasks_find(tasks, tid) != NULL) {
            continue;
        }
        *is_new = true;
        status = tasks->count < QC_LIMIT_THREADS
                     ? task_add(dirfd(folder), entry->d_name, arch, tasks, error)
                     : qc_error_set(error, QEMUCORE_LIMIT, "it has more than %" PRIu64 " threads",
                                    QC_LIMIT_THREADS);
    }
    return status;
}

bool qc_task_has_ended(const struct qc_live_task *task)
{
    return faccessat(task->directory, "stat", F_OK, 0) != 0 && (errno == ENOENT || errno == ESRCH);
}

/* ---- samples ------------------------------------------------------------------------------- */

static bool read_file(const struct qc_live_task *task, const char *name, char *text, size_t size)
{
    int fd = openat(task->directory, name, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[got < 0 ? 0 : got] = '\0';
    return got > 0;
}

/* Reads "202 0x7f... 0x189 0x0 0x0 0x0 0xffffffff 0x7f...(sp) 0x7f...(pc)"; "-1 0x...(sp)
   0x...(pc)" outside of a call; or "running". */
static void sample_call(const struct qc_live_task *task, struct qc_task_sample *sample)
{
    char text[256];
    int64_t number;
    uint64_t words[8] = {0};
    sample->is_there = read_file(task, "syscall", text, sizeof(text));
    int count = sscanf(text, "%" SCNi64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
                       " %" SCNx64 " %" SCNx64 " %" SCNx64, &number, &words[0], &words[1],
                       &words[2], &words[3], &words[4], &words[5], &words[6], &words[7]);
    sample->is_asleep = sample->is_there && (count == 9 || (count == 3 && number == -1));
    sample->in_call = count == 9;
    if (sample->is_asleep) {
        sample->number = (uint64_t)number;
        memcpy(sample->arguments, words, sizeof(sample->arguments));
        sample->sp = words[sample->in_call ? 6 : 0];
        sample->pc = words[sample->in_call ? 7 : 1];
    }
}

static void sample_runs(const struct qc_live_task *task, struct qc_task_sample *sample)
{
    char text[128];
    if (!read_file(task, "schedstat", text, sizeof(text)) ||
        sscanf(text, "%" SCNu64 " %*u %" SCNu64, &sample->run_ns, &sample->runs) != 2) {
        sample->runs = 0;
    }
}

struct qc_task_sample qc_task_sample_before(const struct qc_live_task *task)
{
    struct qc_task_sample sample = {0};
    sample_runs(task, &sample);
    sample_call(task, &sample);
    return sample;
}

struct qc_task_sample qc_task_sample_after(const struct qc_live_task *task)
{
    struct qc_task_sample sample = {0};
    sample_call(task, &sample);
    sample_runs(task, &sample);
    return sample;
}

/* ---- what two samples tell ----------------------------------------------------------------- */

static void set_register(struct qc_live_task *task, unsigned slot, uint64_t value)
{
    task->registers[slot] = value;
    task->live.known |= (uint64_t)1 << slot;
}

/* The kernel leaves the call's argument registers alone. On x86, the result register holds -ENOSYS
   until there is a result (entry_64.S). If result and first argument share a register, it still
   holds the argument. */
static void set_call_registers(const struct qc_arch *arch, struct qc_live_task *task,
                               const struct qc_task_sample *sample)
{
    const struct qc_arch_syscall *abi = &arch->syscall;
    if (abi->result_slot != abi->argument_slots[0]) {
        set_register(task, abi->result_slot, (uint64_t)-(int64_t)ENOSYS);
    } else if (abi->saved_slot != 0) {
        set_register(task, abi->saved_slot, sample->arguments[0]);
    }
    for (size_t i = 0; i < QC_ARCH_SYSCALL_ARGUMENTS; i++) {
        set_register(task, abi->argument_slots[i], sample->arguments[i]);
    }
    set_register(task, abi->number_slot, sample->number);
    if (abi->return_slot != 0) {
        set_register(task, abi->return_slot, sample->pc);
    }
}

/*
 * Guesses the thread pointer. glibc registers a list of robust mutexes for each thread; its head is
 * in the thread's descriptor, 16 bytes after the thread id (nptl/descr.h: tid, pid, robust_prev,
 * robust_head). On x86 the thread pointer is the descriptor's address. qc_task_check_thread_pointer
 * verifies it by the descriptor's memory.
 */
static void set_thread_pointer(const struct qc_arch *arch, struct qc_live_task *task)
{
    uint64_t head = 0;
    size_t size;
    uint64_t offset = (uint64_t)arch->glibc.pthread_tid + 16;
    if (arch->thread_pointer_slot != 0 && arch->tls_is_below &&
        syscall(SYS_get_robust_list, task->tid, &head, &size) == 0 && head > offset) {
        set_register(task, arch->thread_pointer_slot, head - offset);
    }
}

void qc_task_check_thread_pointer(const struct qc_arch *arch, struct qc_live_task *task,
                                  const struct qc_capture *capture)
{
    unsigned slot = arch->thread_pointer_slot;
    if (slot == 0 || (task->live.known >> slot & 1) == 0 || task->live.caught == QC_CAUGHT_STOPPED) {
        return;
    }
    uint64_t own = 0;
    uint64_t size;
    const uint8_t *bytes = qc_capture_find(capture, task->registers[slot], &size);
    if (bytes != NULL && size >= sizeof(own)) {
        memcpy(&own, bytes, sizeof(own));
    }
    if (own != task->registers[slot]) {
        task->registers[slot] = 0;
        task->live.known &= ~((uint64_t)1 << slot);
    }
}

void qc_task_renew(struct qc_live_task *task)
{
    struct qc_task *known = &task->live.task;
    if (task->before.runs == 0 || known->runs != task->before.runs) {
        qc_task_clear(known);
        qc_task_read(task->directory, known);
    }
}

void qc_task_note_runs(struct qc_live_task *task)
{
    task->live.task.ran_lately =
        task->first_runs != 0 && task->before.runs != 0 && task->before.runs != task->first_runs;
}

static enum qc_caught caught_by(const struct qc_task_sample *before,
                                const struct qc_task_sample *after)
{
    if (!before->is_there || !after->is_there) {
        return QC_CAUGHT_MISSED;
    } else if (!after->is_asleep) {
        return QC_CAUGHT_ON_CPU;
    }
    bool is_same = before->is_asleep && before->runs == after->runs &&
                   before->number == after->number && before->sp == after->sp &&
                   before->pc == after->pc;
    return is_same && after->runs != 0 ? QC_CAUGHT_ASLEEP : QC_CAUGHT_RAN;
}

void qc_task_set_registers(const struct qc_arch *arch, struct qc_live_task *task,
                           const struct qc_task_sample *after)
{
    task->live.known = 0;
    memset(task->registers, 0, arch->pr_reg_words * sizeof(*task->registers));
    task->has_floats = false;
    task->has_call_note = false;
    task->live.caught = caught_by(&task->before, after);
    task->live.task.has_run = after->runs != 0;
    task->live.task.run_ns = after->run_ns;
    task->live.task.runs = after->runs;
    /* A thread that has ended but was not waited for, or was made by the kernel, has no registers:
       "-1 0x0 0x0". */
    if (!after->is_asleep || after->sp == 0) {
        return;
    }
    set_register(task, arch->pc_slot, after->pc);
    set_register(task, qc_arch_register(arch, arch->stack_pointer)->slot, after->sp);
    /* On s390x, the instruction has most numbers, and the C library's file may be missing. */
    task->has_call_note = arch->syscall.instruction_number != 0;
    task->call_note = after->in_call ? (uint32_t)after->number : 0;
    if (after->in_call) {
        set_call_registers(arch, task, after);
    } else {
        set_register(task, arch->syscall.number_slot, UINT64_MAX);
    }
    set_thread_pointer(arch, task);
}
