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

#include "tool.h"

/* Of all threads together, beside what they are waited for: copying takes some 20 ms. */
#define COPY_MS 1000

/* Of a snapshot, beside vCPUs that never sleep: it takes 0.1 s of a CPU in all. */
#define NICENESS (-10)

/* A stop that not all threads have come to in time is made anew, for them to be scheduled. */
#define ATTEMPTS 3
#define BETWEEN_NS 20000000

/* ---- the child that stops --------------------------------------------------------------------- */

enum event { EVENT_STOPPED, EVENT_GONE_ON, EVENT_END };

struct report {
    enum event event;
    struct qemucore_snapshot_result result;
    struct qemucore_error error;
    uint64_t size; /* of the output */
};

static int report_pipe = -1;

static void report(const struct report *report)
{
    if (write(report_pipe, report, sizeof(*report)) != (ssize_t)sizeof(*report)) {
        _exit(TOOL_FAILED);
    }
}

/* While they stand still nothing may come before us; where we may not have that, it takes longer. */
static void child_paused(void *opaque, bool is_paused)
{
    (void)opaque;
    const struct sched_param parameter = {.sched_priority = is_paused ? 50 : 0};
    sched_setscheduler(0, is_paused ? SCHED_FIFO : SCHED_OTHER, &parameter);
    const struct report told = {.event = is_paused ? EVENT_STOPPED : EVENT_GONE_ON};
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

enum heard { HEARD_REPORT, HEARD_END, HEARD_NOTHING };

static enum heard next_report(int pipe, int milliseconds, struct report *ret)
{
    struct pollfd ready = {.fd = pipe, .events = POLLIN};
    int count;
    do {
        count = poll(&ready, 1, milliseconds);
    } while (count < 0 && errno == EINTR);
    if (count == 0) {
        return HEARD_NOTHING;
    }
    return count > 0 && read(pipe, ret, sizeof(*ret)) == (ssize_t)sizeof(*ret) ? HEARD_REPORT
                                                                              : HEARD_END;
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
    struct report last = {.event = EVENT_GONE_ON};
    enum heard heard = HEARD_REPORT;
    while (heard == HEARD_REPORT && last.event != EVENT_END) {
        heard = next_report(pipe, last.event == EVENT_STOPPED ? stop_ms + COPY_MS : -1, &last);
    }
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    if (heard != HEARD_REPORT) {
        bool is_late = heard == HEARD_NOTHING;
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
        status = watch(ends[0], child, how->stop_ms == 0 ? 50 : (int)how->stop_ms, output, result,
                       error);
    }
    close(ends[0]);
    return status;
}

/* One for each thread of the process. */
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
        const struct timespec pause = {.tv_nsec = BETWEEN_NS};
        how.flags |= i == ATTEMPTS ? QEMUCORE_SNAPSHOT_PARTIAL : 0;
        status = take_stopped(pid, &how, output, result, error);
        if (status == QEMUCORE_LIMIT && i < ATTEMPTS) {
            nanosleep(&pause, NULL);
        }
    }
    return status;
}

/* Where each of 64 vCPUs has its turn before us, 0.1 s of work takes seconds, and what is copied is of many
   moments. What nice(1) asked for stays. */
static bool priority_raise(void)
{
    return getpriority(PRIO_PROCESS, 0) == 0 && setpriority(PRIO_PROCESS, 0, NICENESS) == 0;
}

enum qemucore_status live_take(int pid, const struct qemucore_snapshot *asked,
                               struct output *output, struct qemucore_snapshot_result *result,
                               struct qemucore_error *error)
{
    struct qemucore_snapshot how = *asked;
    bool is_raised = priority_raise();
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

/* A name that lives as long as the process, as those of the command line do. */
static const char *name_keep(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *name_keep(const char *format, ...)
{
    static struct kept {
        struct kept *before;
        char name[64];
    } *last;
    struct kept *kept = malloc(sizeof(*kept));
    va_list arguments;
    if (kept == NULL) {
        exit(tool_fail(NULL, "out of memory"));
    }
    va_start(arguments, format);
    vsnprintf(kept->name, sizeof(kept->name), format, arguments);
    va_end(arguments);
    kept->before = last;
    last = kept;
    return kept->name;
}

/* Lives as long as the process: the sandbox's child has it, too. */
static const char *take_in_memory(int pid)
{
    struct output output = {.path = "memory", .sparse = true};
    struct qemucore_snapshot how = {.size = sizeof(how)};
    struct qemucore_error error;
    output.fd = memfd_create("snapshot", MFD_CLOEXEC);
    if (output.fd < 0) {
        exit(tool_fail(NULL, "no memory for the snapshot"));
    }
    if (live_take(pid, &how, &output, NULL, &error) != QEMUCORE_OK) {
        exit(tool_fail(NULL, error.message));
    }
    if (ftruncate(output.fd, (off_t)output.size) != 0) {
        exit(tool_fail(NULL, strerror(errno)));
    }
    return name_keep("/proc/self/fd/%d", output.fd);
}

/* Of what is deleted most is no program: memory that is shared, the ring of aio. */
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

/* A file of a map, where its name does not lead to it any more: the package was upgraded. map_files
   has it all the same (CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE). */
static void give_deleted(struct tool_options *common, const char *range)
{
    const char *path = name_keep("/proc/%u/map_files/%s", common->pid, range);
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

/* Its program takes no more than the rights of a snapshot. */
static void give_executable(struct tool_options *common)
{
    static const char remark[] = " (deleted)";
    char target[PATH_MAX];
    const char *path = name_keep("/proc/%u/exe", common->pid);
    ssize_t length = readlink(path, target, sizeof(target));
    ssize_t cut = length - (ssize_t)(sizeof(remark) - 1);
    if (common->open.executable == NULL && cut > 0 &&
        memcmp(target + cut, remark, sizeof(remark) - 1) == 0) {
        common->open.executable = path;
    }
}

static void give_files(struct tool_options *common)
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
            give_deleted(common, range);
        }
    }
    free(line);
    if (maps != NULL) {
        fclose(maps);
    }
}

/* Whether what two paths lead to differs; false where it can't be told. */
static bool differ(const char *left, const char *right)
{
    struct stat one;
    struct stat two;
    return stat(left, &one) == 0 && stat(right, &two) == 0 &&
           (one.st_dev != two.st_dev || one.st_ino != two.st_ino);
}

/*
 * Its names are those of a container. A mount namespace of its own does not tell that: libvirt gives one
 * to each QEMU, for its /dev, whose root is the host's. Nor does a root of its own: in this mount
 * namespace the kernel tells names from our root on.
 *
 * Who is confined may not go by /proc/PID/root, but by a descriptor of his own.
 */
static void give_root(struct tool_options *common)
{
    char namespace[64];
    char root[64];
    snprintf(namespace, sizeof(namespace), "/proc/%u/ns/mnt", common->pid);
    snprintf(root, sizeof(root), "/proc/%u/root", common->pid);
    if (common->open.sysroot != NULL || !differ("/proc/self/ns/mnt", namespace) ||
        !differ("/", root)) {
        return;
    }
    int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    common->open.sysroot = fd < 0 ? NULL : name_keep("/proc/self/fd/%d", fd);
}

void live_open(struct tool_options *common)
{
    give_executable(common);
    give_files(common);
    give_root(common);
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
