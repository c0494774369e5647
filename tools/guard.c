/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "exit_status.h"
#include "message.h"
#include "terminal.h"

/* ---- the answer ------------------------------------------------------------------------------ */

/* Makes none where standard output is closed: the reader then fails to print, and says so. */
int guard_hold(void)
{
    bool is_held = fcntl(STDOUT_FILENO, F_GETFD) >= 0 && !isatty(STDOUT_FILENO);
    int made = is_held ? memfd_create("answer", MFD_CLOEXEC) : -1;
    int held = made < 0 ? -1 : fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (made >= 0) {
        close(made);
    }
    return held;
}

static bool copy_to_output(int held)
{
    char bytes[1 << 16];
    ssize_t size;
    off_t offset = 0;
    while ((size = pread(held, bytes, sizeof(bytes), offset)) > 0 || (size < 0 && errno == EINTR)) {
        offset += size < 0 ? 0 : size;
        for (ssize_t done = 0, written; done < size; done += written < 0 ? 0 : written) {
            written = write(STDOUT_FILENO, bytes + done, (size_t)(size - done));
            if (written < 0 && errno != EINTR) {
                return false;
            }
        }
    }
    return size == 0;
}

/* ---- the limits -------------------------------------------------------------------------------- */

/* Ten times what a core of the largest QEMU takes with all its debug info. */
#define MEMORY_DEFAULT (UINT64_C(4) << 30)

/* Lowers a resource limit to `bytes_max`; a lower one stays. */
static void lower_limit(int resource, rlim_t bytes_max)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) == 0 && limit.rlim_cur > bytes_max && !confine_is_sanitized) {
        limit.rlim_cur = limit.rlim_max = bytes_max;
        setrlimit(resource, &limit);
    }
}

/* Limits private writable memory: mapped files don't count, they are as large as they are. */
void guard_limit_memory(const struct tool_options *options, bool writes_files)
{
    uint64_t kept = options->open.memory_budget;
    uint64_t bytes_max = options->max_memory != 0             ? options->max_memory
                         : kept > UINT64_MAX - MEMORY_DEFAULT ? UINT64_MAX
                                                              : MEMORY_DEFAULT + kept;
    lower_limit(RLIMIT_DATA, bytes_max);
    if (!writes_files) {
        lower_limit(RLIMIT_FSIZE, bytes_max); /* the answer is a file in memory */
    }
}

/* Posted when the reader has gone, or when a signal asks to end it. */
static sem_t reader_done;

/* Returns false when the time limit has passed. */
static bool wait_for_reader_done(uint64_t seconds)
{
    struct timespec end;
    int failed;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += (time_t)seconds;
    do {
        failed = seconds != 0 ? sem_clockwait(&reader_done, CLOCK_MONOTONIC, &end)
                              : sem_wait(&reader_done);
    } while (failed != 0 && errno == EINTR);
    return failed == 0;
}

/* ---- signals ----------------------------------------------------------------------------------- */

static volatile pid_t reader; /* 0: it has gone */
static volatile sig_atomic_t interrupted;

static void on_user_signal(int number)
{
    interrupted = number;
    if (reader > 0) {
        kill(reader, SIGKILL);
    }
    sem_post(&reader_done);
}

/* Replaces the handler `before` only: a signal that is ignored, as by nohup, shall stay ignored. */
static void replace_handlers(void (*before)(int), void (*from_now_on)(int))
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    const struct sigaction action = {.sa_handler = from_now_on};
    struct sigaction found;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        if (sigaction(numbers[i], NULL, &found) == 0 && found.sa_handler == before) {
            sigaction(numbers[i], &action, NULL);
        }
    }
}

static bool is_user_signal(int number)
{
    return number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT ||
           number == SIGPIPE;
}

/* ---- how it ends ------------------------------------------------------------------------------- */

/* Returns a phrase, to be freed, that says how the reader ended. NULL: no memory. */
static char *describe_end(const struct guard *guard, bool in_time, int status)
{
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const char *name = sigabbrev_np(number);
    char *text;
    int length =
        !in_time ? asprintf(&text, "was ended at the time limit of %" PRIu64 " s",
                            guard->options->timeout)
        : number == 0 ? asprintf(&text, "ended early, perhaps because memory ran out")
        : number == SIGKILL ? asprintf(&text, "was killed, perhaps because memory ran out")
        : number == SIGXCPU ? asprintf(&text, "used up its CPU time (ulimit -t)")
        : number == SIGXFSZ ? asprintf(&text, "printed more than it may (--max-memory, ulimit -f)")
        : number == SIGBUS
            ? asprintf(&text, "was ended by SIGBUS: a file shrank while it was read, or can't be "
                              "read")
            : asprintf(&text, "was ended by %s%s: a bug that is worth a report",
                       name == NULL ? "a signal" : "SIG", name == NULL ? "" : name);
    return length < 0 ? NULL : text;
}

static void report_end(const struct guard *guard, bool in_time, int status, const char *answer)
{
    char *end = describe_end(guard, in_time, status);
    char *text;
    if (end != NULL && asprintf(&text, "%s: the process that reads it %s; %s",
                                guard->options->path, end, answer) >= 0) {
        if (isatty(STDERR_FILENO)) {
            fputs("\r\033[K", stderr); /* erases the reader's line of progress */
        }
        message_print(text);
        free(text);
    }
    free(end);
}

/* The beginning of a JSON document is useless, but the beginning of a text is still true. */
static bool is_worth_printing(const struct guard *guard, bool answered)
{
    int file = guard->held >= 0 ? guard->held : terminal_pages();
    return file >= 0 && lseek(file, 0, SEEK_END) > 0 &&
           (answered || !options_are_for_program(guard->options));
}

/* Whether the reader exited by itself, after an answer or after saying why there is none. */
static bool is_sound(bool answered, bool in_time, int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    bool claims = code == TOOL_COMPLETE || code == TOOL_INCOMPLETE || code == TOOL_FOUND;
    return in_time && code >= 0 && (answered || !claims);
}

/* Prints what is to be printed, and returns the exit status. */
static int conclude(const struct guard *guard, bool answered, bool in_time, int status)
{
    bool sound = is_sound(answered, in_time, status);
    bool is_printed = is_worth_printing(guard, answered);
    bool kept = answered || is_printed;
    if (!sound) {
        report_end(guard, in_time, status,
                   answered ? "the answer is whole"
                   : kept   ? "what it had printed is kept"
                            : "nothing is printed");
    }
    if (!is_printed) {
        terminal_drop_pages();
    } else if (guard->held >= 0 && !copy_to_output(guard->held)) {
        fprintf(stderr, "%s: writing the answer: %s\n", program_invocation_short_name,
                strerror(errno));
        return TOOL_FAILED;
    }
    return sound ? WEXITSTATUS(status) : kept ? TOOL_INCOMPLETE : TOOL_FAILED;
}

/* The thread that serves a dead reader may take so long for the last request, in seconds. */
#define LAST_REQUEST_MAX 1

static const struct guard *current_guard;
static bool has_answered;
static pthread_t server;
static bool is_served; /* `server` is a thread */

static void *serve(void *nothing)
{
    has_answered = current_guard->serve(current_guard->socket);
    sem_post(&reader_done);
    return nothing;
}

/* Returns false when the time limit has passed, or when no thread could be made to enforce it. */
static bool await_reader(const struct guard *guard)
{
    bool has_limit = guard->options->timeout != 0;
    is_served = pthread_create(&server, NULL, serve, NULL) == 0;
    if (!is_served && !has_limit) {
        serve(NULL);
    }
    return (is_served || !has_limit) && wait_for_reader_done(guard->options->timeout);
}

/* Kills the reader, which may be alive though its socket is closed, and returns its wait status. */
static int kill_reader(void)
{
    int status = 0;
    kill(reader, SIGKILL);
    while (waitpid(reader, &status, 0) < 0 && errno == EINTR) {
    }
    reader = 0;
    return status;
}

/* Waits for the end of the thread that serves the reader, which is dead: that thread may be about to
   make or name an output, which nobody would remove. A file system that hangs is not waited for. */
static void await_server(void)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += LAST_REQUEST_MAX;
    if (is_served) {
        pthread_clockjoin_np(server, NULL, CLOCK_MONOTONIC, &end);
    }
}

void guard_run(const struct guard *guard, pid_t child)
{
    current_guard = guard;
    reader = child;
    sem_init(&reader_done, 0, 0);
    replace_handlers(SIG_DFL, on_user_signal);
    bool in_time = await_reader(guard);
    int status = kill_reader();
    await_server();
    guard->clean_up();
    replace_handlers(on_user_signal, SIG_DFL);
    int number = interrupted != 0 ? interrupted : WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (is_user_signal(number)) {
        signal(number, SIG_DFL);
        raise(number);
    }
    int answer = conclude(guard, in_time && has_answered, in_time, status);
    terminal_show_pages();
    exit(answer);
}
