/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exit_status.h"
#include "message.h"

/* How long threads may stand still after the time to stop them, in ms: copying takes some 20. */
#define COPY_MS 1000

/* Priority of a snapshot against vCPUs that never sleep: it takes 0.1 s of CPU time in all. */
#define NICENESS (-10)

/* A stop that some threads did not reach in time is retried: they may get a CPU in between. */
#define ATTEMPTS 3
#define RETRY_PAUSE_NS 20000000

/* ---- the child that stops --------------------------------------------------------------------- */

enum event { EVENT_STOPPED, EVENT_RESUMED, EVENT_END };

struct report {
    enum event event;
    struct qemucore_snapshot_result result;
    struct qemucore_error error;
    uint64_t size; /* size of the output, in bytes */
};

static int report_pipe = -1;

static void report(const struct report *report)
{
    if (write(report_pipe, report, sizeof(*report)) != (ssize_t)sizeof(*report)) {
        _exit(TOOL_FAILED);
    }
}

/* Takes real-time priority while threads stand still. Without the right to it they stand longer. */
static void child_paused(void *opaque, bool is_paused)
{
    (void)opaque;
    const struct sched_param parameter = {.sched_priority = is_paused ? 50 : 0};
    sched_setscheduler(0, is_paused ? SCHED_FIFO : SCHED_OTHER, &parameter);
    const struct report told = {.event = is_paused ? EVENT_STOPPED : EVENT_RESUMED};
    report(&told);
}

static _Noreturn void child_run(int pid, struct qemucore_snapshot how, struct output *output,
                                pid_t parent)
{
    struct report end = {.event = EVENT_END, .result = {.size = sizeof(end.result)}};
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) {
        _exit(TOOL_FAILED);
    }
    how.paused = child_paused;
    qemucore_snapshot(pid, &how, &end.result, &end.error);
    end.size = output->size;
    report(&end);
    _exit(TOOL_COMPLETE);
}

/* ---- the parent ------------------------------------------------------------------------------- */

enum received { RECEIVED_REPORT, RECEIVED_END, RECEIVED_NOTHING };

static enum received next_report(int pipe, int milliseconds, struct report *ret)
{
    struct pollfd ready = {.fd = pipe, .events = POLLIN};
    int count;
    do {
        count = poll(&ready, 1, milliseconds);
    } while (count < 0 && errno == EINTR);
    if (count == 0) {
        return RECEIVED_NOTHING;
    }
    return count > 0 && read(pipe, ret, sizeof(*ret)) == (ssize_t)sizeof(*ret) ? RECEIVED_REPORT
                                                                              : RECEIVED_END;
}

static void fill_error(struct qemucore_error *error, enum qemucore_status status, const char *text)
{
    *error = (struct qemucore_error){.status = status};
    snprintf(error->message, sizeof(error->message), "%s", text);
}

static enum qemucore_status watch(int pipe, pid_t child, int stop_ms, struct output *output,
                                  struct qemucore_snapshot_result *result,
                                  struct qemucore_error *error)
{
    struct report last = {.event = EVENT_RESUMED};
    enum received received = RECEIVED_REPORT;
    while (received == RECEIVED_REPORT && last.event != EVENT_END) {
        received = next_report(pipe, last.event == EVENT_STOPPED ? stop_ms + COPY_MS : -1, &last);
    }
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    if (received != RECEIVED_REPORT) {
        bool is_late = received == RECEIVED_NOTHING;
        fill_error(error, is_late ? QEMUCORE_TIMED_OUT : QEMUCORE_SYSTEM,
                   is_late
                       ? "its threads stood still for too long: they were let go, nothing is written"
                       : "the process that was to stop its threads has ended: they go on, nothing is "
                         "written");
        return error->status;
    }
    *result = last.result;
    *error = last.error;
    output->size = last.size;
    return error->status;
}

static enum qemucore_status take_stopped(int pid, const struct qemucore_snapshot *how,
                                         struct output *output,
                                         struct qemucore_snapshot_result *result,
                                         struct qemucore_error *error)
{
    int ends[2];
    pid_t parent = getpid();
    signal(SIGCHLD, SIG_DFL);
    if (pipe(ends) != 0) {
        fill_error(error, QEMUCORE_SYSTEM, strerror(errno));
        return error->status;
    }
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        report_pipe = ends[1];
        child_run(pid, *how, output, parent);
    }
    close(ends[1]);
    enum qemucore_status status = QEMUCORE_SYSTEM;
    if (child < 0) {
        fill_error(error, status, strerror(errno));
    } else {
        uint32_t stop_ms = how->stop_ms == 0 ? QEMUCORE_SNAPSHOT_STOP_MS : how->stop_ms;
        status = watch(ends[0], child, (int)stop_ms, output, result, error);
    }
    close(ends[0]);
    return status;
}

/* Raises the limit of open files: a snapshot opens one for each thread of the process. */
static void raise_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static enum qemucore_status take(int pid, struct qemucore_snapshot how, struct output *output,
                                 struct qemucore_snapshot_result *result,
                                 struct qemucore_error *error)
{
    enum qemucore_status status = QEMUCORE_LIMIT;
    if ((how.flags & QEMUCORE_SNAPSHOT_STOP) == 0) {
        return qemucore_snapshot(pid, &how, result, error);
    }
    for (int i = 1; i <= ATTEMPTS && status == QEMUCORE_LIMIT; i++) {
        const struct timespec pause = {.tv_nsec = RETRY_PAUSE_NS};
        how.flags |= i == ATTEMPTS ? QEMUCORE_SNAPSHOT_PARTIAL : 0;
        status = take_stopped(pid, &how, output, result, error);
        if (status == QEMUCORE_LIMIT && i < ATTEMPTS) {
            nanosleep(&pause, NULL);
        }
    }
    return status;
}

/* Raises the priority, unless nice(1) has set one. If each of 64 busy vCPUs runs before us, 0.1 s
   of work takes seconds, and the parts of the copy are of different moments. */
static bool raise_priority(void)
{
    return getpriority(PRIO_PROCESS, 0) == 0 && setpriority(PRIO_PROCESS, 0, NICENESS) == 0;
}

enum qemucore_status live_take(int pid, const struct qemucore_snapshot *asked,
                               struct output *output, struct qemucore_snapshot_result *result,
                               struct qemucore_error *error)
{
    struct qemucore_snapshot how = *asked;
    bool is_raised = raise_priority();
    raise_descriptors();
    *error = (struct qemucore_error){.status = QEMUCORE_OK};
    how.write = output_write;
    how.opaque = output;
    enum qemucore_status status = take(pid, how, output, result, error);
    if (is_raised) {
        setpriority(PRIO_PROCESS, 0, 0);
    }
    return status;
}

/* ---- instead of a core ------------------------------------------------------------------------ */

/* Returns a formatted name. It lives as long as the process, like those of the command line. */
static const char *keep_name(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *keep_name(const char *format, ...)
{
    static struct kept {
        struct kept *before;
        char name[64];
    } *last;
    struct kept *kept = malloc(sizeof(*kept));
    va_list arguments;
    if (kept == NULL) {
        message_exit("out of memory");
    }
    va_start(arguments, format);
    vsnprintf(kept->name, sizeof(kept->name), format, arguments);
    va_end(arguments);
    kept->before = last;
    last = kept;
    return kept->name;
}

/* Returns the path of a snapshot in memory. It stays open, for the sandbox's child. */
static const char *take_in_memory(int pid)
{
    struct output output = {.path = "memory", .sparse = true};
    struct qemucore_snapshot how = {.size = sizeof(how)};
    struct qemucore_error error;
    output.fd = memfd_create("snapshot", MFD_CLOEXEC);
    if (output.fd < 0) {
        message_exit("no memory for the snapshot");
    }
    if (live_take(pid, &how, &output, NULL, &error) != QEMUCORE_OK) {
        message_exit(error.message);
    }
    if (ftruncate(output.fd, (off_t)output.size) != 0) {
        message_exit(strerror(errno));
    }
    return keep_name("/proc/self/fd/%d", output.fd);
}

/* Most deleted files are no programs or libraries, but shared memory or the ring of aio. */
static bool is_elf(const char *path)
{
    char magic[SELFMAG];
    struct stat found;
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode)) {
        return false;
    }
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool is_one = fd >= 0 && read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
                  memcmp(magic, ELFMAG, SELFMAG) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return is_one;
}

/* Adds a mapped file whose path does not lead to it any more because the package was upgraded.
   /proc/PID/map_files still does (CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE). */
static void add_deleted_file(struct tool_options *common, const char *range)
{
    const char *path = keep_name("/proc/%u/map_files/%s", common->pid, range);
    if (is_elf(path)) {
        options_add_debuginfo_path(common, path);
    }
}

static bool is_deleted(const char *line)
{
    static const char remark[] = " (deleted)\n";
    size_t length = strlen(line);
    return length >= sizeof(remark) && strcmp(line + length - sizeof(remark) + 1, remark) == 0;
}

/* Uses /proc/PID/exe for a deleted executable. That needs no more rights than the snapshot. */
static void set_executable(struct tool_options *common)
{
    static const char remark[] = " (deleted)";
    char target[PATH_MAX];
    const char *path = keep_name("/proc/%u/exe", common->pid);
    ssize_t length = readlink(path, target, sizeof(target));
    ssize_t cut = length - (ssize_t)(sizeof(remark) - 1);
    if (common->open.executable == NULL && cut > 0 &&
        memcmp(target + cut, remark, sizeof(remark) - 1) == 0) {
        common->open.executable = path;
    }
}

static void add_deleted_files(struct tool_options *common)
{
    char path[64];
    char range[64];
    unsigned long long offset;
    char *line = NULL;
    size_t capacity = 0;
    snprintf(path, sizeof(path), "/proc/%u/maps", common->pid);
    FILE *maps = fopen(path, "re");
    while (maps != NULL && getline(&line, &capacity, maps) > 0) {
        if (is_deleted(line) && sscanf(line, "%63s %*s %llx", range, &offset) == 2 && offset == 0 &&
            strstr(line, " /") != NULL) {
            add_deleted_file(common, range);
        }
    }
    free(line);
    if (maps != NULL) {
        fclose(maps);
    }
}

/* Whether two paths lead to different files. False also when one of them can't be examined. */
static bool are_different_files(const char *left, const char *right)
{
    struct stat one;
    struct stat two;
    return stat(left, &one) == 0 && stat(right, &two) == 0 &&
           (one.st_dev != two.st_dev || one.st_ino != two.st_ino);
}

/*
 * Uses the root of the process as sysroot if the process is in a container: it has another mount
 * namespace and another root. The namespace alone proves nothing: libvirt gives each QEMU one, for
 * its /dev, with the host's root. Nor does the root alone: within our mount namespace, the kernel
 * reports paths from our root. A confined process can't use /proc/PID/root, only a descriptor of
 * its own.
 */
static void set_sysroot(struct tool_options *common)
{
    char namespace[64];
    char root[64];
    snprintf(namespace, sizeof(namespace), "/proc/%u/ns/mnt", common->pid);
    snprintf(root, sizeof(root), "/proc/%u/root", common->pid);
    if (common->open.sysroot != NULL || !are_different_files("/proc/self/ns/mnt", namespace) ||
        !are_different_files("/", root)) {
        return;
    }
    int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    common->open.sysroot = fd < 0 ? NULL : keep_name("/proc/self/fd/%d", fd);
}

void live_open(struct tool_options *common)
{
    set_executable(common);
    add_deleted_files(common);
    set_sysroot(common);
    if (common->again != 0) {
        common->earlier = take_in_memory((int)common->pid);
        sleep(common->again);
    }
    common->path = take_in_memory((int)common->pid);
}

static void add_count(char *line, size_t size, uint32_t count, const char *what)
{
    size_t length = strlen(line);
    if (count != 0 && length < size) {
        snprintf(line + length, size - length, "%s %" PRIu32 " %s",
                 line[length - 1] == ':' ? "" : ",", count, what);
    }
}

unsigned live_missed(const struct qemucore_snapshot_result *result)
{
    return result->threads - result->stopped - result->asleep - result->ran - result->on_cpu;
}

void live_describe(const struct qemucore_snapshot_result *result, char *line, size_t size)
{
    snprintf(line, size, "%" PRIu32 " thread%s:", result->threads, result->threads == 1 ? "" : "s");
    add_count(line, size, result->stopped, "stopped");
    add_count(line, size, result->asleep, "asleep all the time");
    add_count(line, size, result->ran, "ran meanwhile");
    add_count(line, size, result->on_cpu, "on a CPU");
    add_count(line, size, live_missed(result), "that could not be looked at");
    add_count(line, size, result->late, "did not stop in time");
}
