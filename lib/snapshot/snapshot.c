/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "snapshot/live_process.h"
#include "snapshot/snapshot_limits.h"
#include "snapshot/stop.h"

struct snapshot {
    const struct qc_snapshot_how *how;
    int pid;       /* process id on this machine */
    int directory; /* descriptor of /proc/PID */
    int pagemap;
    const struct qc_arch *arch;
    struct qc_live_process process;
    struct qc_live live;
    struct qc_live_tasks tasks;
    struct qc_plan plan;
    struct qc_capture *capture;
    unsigned rounds;
    size_t late;
};

static void snapshot_clear(struct snapshot *snapshot)
{
    qc_live_clear(&snapshot->live);
    qc_tasks_free(&snapshot->tasks);
    qc_plan_free(&snapshot->plan);
    qc_capture_free(snapshot->capture);
    qc_guard_close(&snapshot->directory);
    qc_guard_close(&snapshot->pagemap);
}

/* ---- preparing ------------------------------------------------------------------------------ */

/* Tells whether we may read what a debugger may; opening pagemap takes less permission. */
static bool may_look(const struct snapshot *snapshot)
{
    char byte;
    QC_CLOSE int fd = openat(snapshot->directory, "syscall", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, &byte, 1);
    return got >= 0 || errno == ESRCH;
}

static enum qemucore_status open_process(struct snapshot *snapshot, struct qemucore_error *error)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d", snapshot->pid);
    snapshot->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (snapshot->directory < 0) {
        return errno == ENOENT ? qc_error_set(error, QEMUCORE_NOT_FOUND, "there is no such process")
                               : qc_error_system(error, errno, "%s", path);
    }
    snapshot->pagemap = openat(snapshot->directory, "pagemap", O_RDONLY | O_CLOEXEC);
    if (snapshot->pagemap >= 0 && may_look(snapshot)) {
        return QEMUCORE_OK;
    }
    /* The kernel checks rights only while the process has memory (fs/proc/base.c: proc_mem_open).
       Without memory, the files belong to root (task_dump_owner), and the process's own user is
       refused. */
    int cause = errno;
    char state = qc_live_state(snapshot->directory);
    return cause == ESRCH || state == 'Z' || state == 'X'
               ? qc_error_set(error, QEMUCORE_NOT_FOUND, QC_NO_MEMORY)
               : qc_error_system(error, cause,
                                 "no right to look at it (CAP_SYS_PTRACE is needed for another "
                                 "user's process, and where /proc/sys/kernel/yama/ptrace_scope is "
                                 "1 or 2; where it is 3, nobody may)");
}

static enum qemucore_status prepare(struct snapshot *snapshot, struct qemucore_error *error)
{
    bool is_new;
    enum qemucore_status status =
        open_process(snapshot, error) ?:
        qc_live_arch(snapshot->directory, &snapshot->arch, error) ?:
        qc_live_process_read(snapshot->directory, &snapshot->process, error) ?:
        qc_tasks_list(snapshot->directory, snapshot->arch, &snapshot->tasks, &is_new, error) ?:
        qc_plan_make(snapshot->directory, &snapshot->plan, error) ?:
        qc_capture_new(&snapshot->plan, &snapshot->capture, error);
    if (status == QEMUCORE_OK && !qc_live_descriptors_read(snapshot->directory, &snapshot->live)) {
        status = qc_error_memory(error);
    }
    snapshot->live.pid = snapshot->pid;
    return status;
}

/* ---- copying ------------------------------------------------------------------------------- */

static enum qemucore_status copy(struct snapshot *snapshot, struct qemucore_error *error)
{
    struct qc_live *live = &snapshot->live;
    enum qemucore_status status = qc_plan_refresh(snapshot->directory, &snapshot->plan, error);
    live->realtime_ns = qc_clock_ns(CLOCK_REALTIME);
    live->monotonic_ns = qc_clock_ns(CLOCK_MONOTONIC);
    if (status == QEMUCORE_OK) {
        status = qc_capture_take(snapshot->pid, snapshot->pagemap, &snapshot->plan,
                                 snapshot->capture, error);
    }
    live->copy_ns = qc_clock_ns(CLOCK_MONOTONIC) - live->monotonic_ns;
    return status;
}

static void sample_before(struct qc_live_tasks *tasks)
{
    qc_vec_each(tasks, task) {
        task->before = qc_task_sample_before(task);
        if (!task->is_stopped) {
            qc_task_renew(task);
            qc_task_note_runs(task);
        }
    }
}

/* A thread that has ended meanwhile has no part in what the memory shows. */
static void drop_ended(struct qc_live_tasks *tasks)
{
    size_t kept = 0;
    qc_vec_each(tasks, task) {
        if (task->live.caught == QC_CAUGHT_MISSED && !task->is_stopped && qc_task_has_ended(task)) {
            qc_task_free(task);
        } else {
            tasks->items[kept++] = *task;
        }
    }
    tasks->count = kept;
}

static void sample_after(struct snapshot *snapshot)
{
    qc_vec_each(&snapshot->tasks, task) {
        if (!task->is_stopped) {
            struct qc_task_sample after = qc_task_sample_after(task);
            qc_task_set_registers(snapshot->arch, task, &after);
            qc_task_check_thread_pointer(snapshot->arch, task, snapshot->capture);
        }
    }
    drop_ended(&snapshot->tasks);
}

static unsigned count_caught(const struct qc_live_tasks *tasks, enum qc_caught caught)
{
    unsigned count = 0;
    for (size_t i = 0; i < tasks->count; i++) {
        count += tasks->items[i].live.caught == caught;
    }
    return count;
}

/* Another copy can tell more about a thread that sleeps now and then, and about the main thread.
   One that is always on a CPU, like a vCPU, stays there. */
static bool is_another_copy_useful(const struct snapshot *snapshot)
{
    bool main_ran = false;
    qc_vec_each(&snapshot->tasks, task) {
        main_ran = main_ran || (task->tid == snapshot->pid && task->live.caught == QC_CAUGHT_ON_CPU);
    }
    return main_ran || count_caught(&snapshot->tasks, QC_CAUGHT_RAN) != 0;
}

static enum qemucore_status take_running(struct snapshot *snapshot, struct qemucore_error *error)
{
    enum qemucore_status status;
    do {
        bool is_new;
        status = qc_tasks_list(snapshot->directory, snapshot->arch, &snapshot->tasks, &is_new, error);
        sample_before(&snapshot->tasks);
        status = status == QEMUCORE_OK ? copy(snapshot, error) : status;
        sample_after(snapshot);
        snapshot->rounds++;
    } while (status == QEMUCORE_OK && snapshot->rounds < QC_LIMIT_ROUNDS &&
             is_another_copy_useful(snapshot));
    return status;
}

static void report_paused(const struct snapshot *snapshot, bool is_paused)
{
    if (snapshot->how->paused != NULL) {
        snapshot->how->paused(snapshot->how->paused_opaque, is_paused);
    }
}

static enum qemucore_status copy_stopped(struct snapshot *snapshot, struct qemucore_error *error)
{
    QC_FAIL_IF(snapshot->late != 0 && !snapshot->how->is_partial, error, QEMUCORE_LIMIT,
               "%zu of %zu threads did not stop within %u ms", snapshot->late,
               snapshot->tasks.count, snapshot->how->stop_ms);
    sample_before(&snapshot->tasks);
    enum qemucore_status status = copy(snapshot, error);
    sample_after(snapshot);
    snapshot->rounds++;
    return status;
}

struct stop {
    struct snapshot *snapshot;
    struct qemucore_error *error;
    enum qemucore_status status;
};

/* Runs in the tracer thread, from its start to its end. */
static void stop_job(void *opaque)
{
    struct stop *stop = opaque;
    struct snapshot *snapshot = stop->snapshot;
    stop->status = qc_stop_begin(snapshot->directory, snapshot->arch, snapshot->how->stop_ms,
                                 &snapshot->tasks, &snapshot->late, stop->error);
    if (stop->status == QEMUCORE_OK) {
        stop->status = copy_stopped(snapshot, stop->error);
        qc_stop_end(&snapshot->tasks);
    }
}

/* The tracer inherits its caller's priority, which `paused` may change. */
static enum qemucore_status take_stopped(struct snapshot *snapshot, struct qemucore_error *error)
{
    struct stop stop = {.snapshot = snapshot, .error = error};
    struct qc_job tracer;
    /* This copy stops no thread. It warms up tables and caches, so that the copy of the stopped
       threads takes a tenth of the time. */
    QC_TRY(copy(snapshot, error));
    sample_before(&snapshot->tasks);
    report_paused(snapshot, true);
    uint64_t start = qc_clock_ns(CLOCK_MONOTONIC);
    if (qc_job_start(&tracer, stop_job, &stop)) {
        qc_job_join(&tracer);
    } else {
        stop.status = qc_error_set(error, QEMUCORE_SYSTEM,
                                   "no thread could be created to stop its threads");
    }
    snapshot->live.pause_ns = qc_clock_ns(CLOCK_MONOTONIC) - start;
    report_paused(snapshot, false);
    return stop.status;
}

/* ---- what is left out ----------------------------------------------------------------------- */

static void put_left_out(struct qc_live *live, struct qc_strbuf *lines, uint64_t size,
                         uint64_t address, const char *why)
{
    live->left_out += size;
    qc_strbuf_printf(lines, "%s%" PRIu64 " bytes at 0x%" PRIx64 ": %s",
                     lines->length == 0 ? "" : "\n", size, address, why);
}

/* Lists memory that existed and was not taken, a line each, for a user who misses it. */
static bool list_left_out(struct snapshot *snapshot)
{
    QC_GUARD(qc_strbuf_free) struct qc_strbuf lines = {0};
    struct qc_live *live = &snapshot->live;
    qc_vec_each(&snapshot->plan.maps, map) {
        if (map->why != NULL) {
            uint64_t taken = map->take == QC_TAKE_HEAD ? map->take_size : 0;
            put_left_out(live, &lines, map->present > taken ? map->present - taken : 0, map->start,
                         map->why);
        }
    }
    if (snapshot->capture->no_room != 0) {
        put_left_out(live, &lines, snapshot->capture->no_room, snapshot->capture->known_to,
                     "memory has grown since the snapshot began, and there was no room for this");
    }
    if (lines.failed || lines.length == 0) {
        return !lines.failed;
    }
    live->why_left_out = qc_strbuf_take(&lines);
    return live->why_left_out != NULL;
}

/* ---- the whole snapshot --------------------------------------------------------------------- */

static void fill_counts(const struct snapshot *snapshot, struct qc_snapshot_counts *counts)
{
    counts->threads = (unsigned)snapshot->tasks.count;
    for (int i = 0; i <= QC_CAUGHT_MISSED; i++) {
        counts->caught[i] = count_caught(&snapshot->tasks, (enum qc_caught)i);
    }
    counts->late = (unsigned)snapshot->late;
    counts->rounds = snapshot->rounds;
    counts->pause_ns = snapshot->live.pause_ns;
    counts->copy_ns = snapshot->live.copy_ns;
    counts->left_out = snapshot->live.left_out;
}

enum qemucore_status qc_snapshot_take(int pid, const struct qc_snapshot_how *how,
                                      const struct qc_sink *sink,
                                      struct qc_snapshot_counts *counts,
                                      struct qemucore_error *error)
{
    QC_GUARD(snapshot_clear) struct snapshot snapshot = {
        .how = how, .pid = pid, .directory = -1, .pagemap = -1};
    enum qemucore_status status = prepare(&snapshot, error);
    if (status == QEMUCORE_OK) {
        status = how->stop ? take_stopped(&snapshot, error) : take_running(&snapshot, error);
    }
    if (status == QEMUCORE_OK && !list_left_out(&snapshot)) {
        status = qc_error_memory(error);
    }
    fill_counts(&snapshot, counts);
    if (status != QEMUCORE_OK) {
        return status;
    }
    const struct qc_core_content content = {
        .arch = snapshot.arch,
        .process = &snapshot.process,
        .live = &snapshot.live,
        .tasks = &snapshot.tasks,
        .plan = &snapshot.plan,
        .capture = snapshot.capture,
    };
    return qc_core_file_write(&content, sink, &counts->size, error);
}
