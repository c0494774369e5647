/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "live.h"
#include "message.h"
#include "request.h"
#include "sandbox.h"
#include "terminal.h"

/* Says where the last messages of the process are, for its memory may lack them. The standard error
   of a systemd unit is a socket to the journal. */
static void show_standard_error(const struct coredump *found)
{
    const char *target = found->standard_error;
    bool is_file = target != NULL && target[0] == '/';
    bool is_socket = target != NULL && found->pid != NULL && strncmp(target, "socket:", 7) == 0;
    char *text;
    if ((is_file || is_socket) &&
        asprintf(&text,
                 is_file ? "its standard error went to %s"
                         : "its standard error went to a socket; if to the journal's: journalctl "
                           "_PID=%s",
                 is_file ? target : found->pid) >= 0) {
        message_print(text);
        free(text);
    }
}

/* Prints "using /var/lib/...: qemu-system-x86, pid 4711, signal SIGABRT". */
static void show_coredump(const struct coredump *found)
{
    const char *name = found->signal == NULL ? NULL : sigabbrev_np(atoi(found->signal));
    const char *signal_text = name != NULL ? name : found->signal;
    char *text;
    if (asprintf(&text, "using %s: %s, pid %s%s%s%s", found->path,
                 found->comm == NULL ? "?" : found->comm, found->pid == NULL ? "?" : found->pid,
                 signal_text == NULL ? "" : name != NULL ? ", signal SIG" : ", signal ",
                 signal_text == NULL ? "" : signal_text,
                 found->truncated ? "; systemd-coredump has cut it" : "") >= 0) {
        message_print(text);
        free(text);
    }
    show_standard_error(found);
}

/* Finds the core for --coredumpctl. Uses its executable like -e unless an option says otherwise;
   the build-id of the file is checked as always. The sandbox treats its path like those of a core,
   because any process can log such an entry. */
static void find_coredump(struct tool_options *common, struct coredump *found)
{
    char *why;
    if (!coredump_find(&common->stored, found, &why)) {
        message_exit(why == NULL ? "out of memory" : why);
    }
    show_coredump(found);
    common->path = found->path;
    struct stat file;
    if (common->open.executable == NULL && common->open.sysroot == NULL &&
        (common->open.flags & QEMUCORE_NO_HOST_FILES) == 0 && found->executable != NULL &&
        stat(found->executable, &file) == 0 && S_ISREG(file.st_mode)) {
        common->open.executable = found->executable;
        common->is_executable_found = true;
    }
}

/* Whether each file that is not used is named, however many there are (-v). */
static bool list_files;

/* Files that were unpacked from an archive are removed when the core is closed. They would stay for
   ever if SIGPIPE ended the process because the reader of its output (head) has gone. */
static bool must_close;
static void (*sigpipe_handler)(int number);

static void ignore_broken_pipe(const struct tool_options *common)
{
    must_close = common->open.sysroot != NULL;
    if (must_close) {
        sigpipe_handler = signal(SIGPIPE, SIG_IGN);
    }
}

static ssize_t write_answer(void *nothing, const char *bytes, size_t size)
{
    size_t done = 0;
    (void)nothing;
    while (done < size) {
        ssize_t written = write(STDOUT_FILENO, bytes + done, size - done);
        if (written < 0 && errno != EINTR) {
            break;
        }
        done += written < 0 ? 0 : (size_t)written;
    }
    return (ssize_t)done;
}

/* Makes standard output retry writes that a signal interrupts, such as one that a profiler handles
   in this process: stdio would drop what it was about to write. */
static void retry_interrupted_writes(void)
{
    const cookie_io_functions_t functions = {.write = write_answer};
    FILE *file = fopencookie(NULL, "w", functions);
    if (file != NULL) {
        setvbuf(file, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
        stdout = file;
    }
}

static struct qemucore *open_or_exit(const struct tool_options *common, const char *path)
{
    struct qemucore *core = NULL;
    struct qemucore_error error;
    enum qemucore_status status = qemucore_open(path, &common->open, &core, &error);
    message_clear_progress();
    if (status != QEMUCORE_OK) {
        message_exit(error.message);
    }
    return core;
}

/* The earlier dump, NULL without one. It is needed as long as the core that it is compared with. */
static struct qemucore *earlier;

static void compare(struct qemucore *core, const struct tool_options *common)
{
    struct qemucore_error error;
    earlier = open_or_exit(common, common->earlier);
    if (qemucore_compare(core, earlier, &error) != QEMUCORE_OK) {
        qemucore_close(core);
        exit(tool_fail(earlier, error.message));
    }
}

/* Keeps the path found by --coredumpctl, which is common->path, reachable for leak checkers. */
static char *volatile stored_path;

struct qemucore *tool_open(struct tool_options *common)
{
    struct coredump found = {.path = NULL};
    list_files = common->list_files;
    if (common->coredumpctl) {
        find_coredump(common, &found);
    }
    if (common->pid != 0) {
        live_open(common);
    }
    sandbox_enter(common);
    ignore_broken_pipe(common);
    retry_interrupted_writes();
    message_set_callbacks(&common->open);
    struct qemucore *core = open_or_exit(common, common->path);
    if (common->earlier != NULL) {
        compare(core, common);
    }
    free(common->debuginfo_paths);
    stored_path = found.path;
    found.path = NULL;
    coredump_clear(&found);
    return core;
}

int tool_fail(struct qemucore *core, const char *message)
{
    message_print(message);
    qemucore_close(core);
    return TOOL_FAILED;
}

/* If more files than this have a problem, one line sums them up: they have one cause. */
#define LISTED_MAX 3

struct file_counts {
    size_t looked_for;
    size_t unused;
    size_t nameless;
    size_t unverified;
};

/* A dump without NT_FILE, such as one by valgrind, has ELF headers of files but not their paths. */
static bool is_nameless(struct qemucore_module *module)
{
    return qemucore_module_file_state(module) == QEMUCORE_FILE_ABSENT &&
           qemucore_module_path(module)[0] != '/';
}

static bool is_unused(struct qemucore_module *module)
{
    enum qemucore_file_state state = qemucore_module_file_state(module);
    return (state == QEMUCORE_FILE_OTHER || state == QEMUCORE_FILE_ABSENT) && !is_nameless(module);
}

static struct file_counts count_files(struct qemucore *core)
{
    struct file_counts counts = {0};
    struct qemucore_module *module = NULL;
    while ((module = qemucore_module_next(core, module)) != NULL) {
        enum qemucore_file_state state = qemucore_module_file_state(module);
        counts.looked_for += state != QEMUCORE_FILE_UNKNOWN;
        counts.unused += is_unused(module);
        counts.nameless += is_nameless(module);
        counts.unverified += state == QEMUCORE_FILE_UNVERIFIED;
    }
    return counts;
}

static bool is_executable(struct qemucore *core, struct qemucore_module *module)
{
    const char *executable = qemucore_executable(core);
    return executable != NULL && strcmp(executable, qemucore_module_path(module)) == 0;
}

/* Whether one line stands for this many modules, in place of their own sentences. */
static bool are_summed_up(size_t count)
{
    return !list_files && count > LISTED_MAX;
}

static bool is_summed_up(const struct file_counts *counts, struct qemucore_module *module)
{
    return (are_summed_up(counts->unverified) &&
            qemucore_module_file_state(module) == QEMUCORE_FILE_UNVERIFIED) ||
           (are_summed_up(counts->unused) && is_unused(module)) ||
           (are_summed_up(counts->nameless) && is_nameless(module));
}

static void warn_counts(const struct file_counts *counts)
{
    char line[512];
    if (are_summed_up(counts->unused)) {
        snprintf(line, sizeof(line),
                 "%zu of %zu files here are not the process's: it ran on another machine, in a "
                 "container, or with files that were replaced since (give its files by "
                 "--sysroot=DIR, -e EXE or --debuginfod; -v names each)",
                 counts->unused, counts->looked_for);
        message_print(line);
    }
    if (are_summed_up(counts->nameless)) {
        snprintf(line, sizeof(line),
                 "%zu of %zu files have no path in the dump (give them by -e EXE, "
                 "--debuginfo-path=DIR or --debuginfod, which go by build-id; -v names each)",
                 counts->nameless, counts->looked_for);
        message_print(line);
    }
    if (are_summed_up(counts->unverified)) {
        snprintf(line, sizeof(line),
                 "%zu of %zu files can't be verified: the dump holds no build-id of them (-v names "
                 "each)",
                 counts->unverified, counts->looked_for);
        message_print(line);
    }
}

/* Warns of problems with files, of the executable's always. Returns whether there was any. */
static bool warn_of_files(struct qemucore *core)
{
    const struct file_counts counts = count_files(core);
    bool warned = false;
    struct qemucore_module *module = NULL;
    while ((module = qemucore_module_next(core, module)) != NULL) {
        const char *problem = qemucore_module_problem(module);
        if (problem != NULL && (!is_summed_up(&counts, module) ||
                                is_executable(core, module))) {
            message_print(problem);
        }
        warned |= problem != NULL;
    }
    warn_counts(&counts);
    return warned;
}

bool tool_warn_of_verdict(struct qemucore *core)
{
    bool warned = false;
    const char *problem;
    for (size_t i = 0; (problem = qemucore_verdict_unknown(core, i)) != NULL; i++) {
        message_print(problem);
        warned = true;
    }
    for (size_t i = 0; (problem = qemucore_lock_problem(core, i)) != NULL; i++) {
        message_print(problem);
        warned = true;
    }
    return warned;
}

/* Keeps a core that is not closed reachable for leak checkers. */
static struct qemucore *volatile left_open;

static int warn_of_missing(struct qemucore *core)
{
    int status = TOOL_COMPLETE;
    const struct qemucore_missing *missing = NULL;
    while ((missing = qemucore_missing_next(core, missing)) != NULL) {
        message_print(qemucore_missing_sentence(missing));
        status = TOOL_INCOMPLETE;
    }
    while (earlier != NULL && (missing = qemucore_missing_next(earlier, missing)) != NULL) {
        char *line;
        if (asprintf(&line, "the earlier dump: %s", qemucore_missing_sentence(missing)) >= 0) {
            message_print(line);
            free(line);
        }
        status = TOOL_INCOMPLETE;
    }
    return warn_of_files(core) ? TOOL_INCOMPLETE : status;
}

/* Closes the core only if that removes files: the end of the process frees memory at once, and
   closing takes a 25th of the whole run. */
int tool_finish(struct qemucore *core)
{
    int status = warn_of_missing(core);
    left_open = core;
    if (must_close) {
        left_open = NULL;
        qemucore_close(core);
        qemucore_close(earlier);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (must_close && errno == EPIPE) {
            signal(SIGPIPE, sigpipe_handler);
            raise(SIGPIPE);
        }
        fprintf(stderr, "%s: writing the answer: %s\n", program_invocation_short_name,
                strerror(errno));
        return TOOL_FAILED;
    }
    request_make(REQUEST_ANSWERED, 0, NULL, NULL);
    return status;
}

/* An answer for a program is not folded. */
void tool_show(const struct tool_options *common, char *text)
{
    unsigned width = options_are_for_program(common) ? 0 : terminal_width();
    message_clear_progress();
    if (!common->no_pager) {
        terminal_page();
    }
    terminal_print(text, width);
    if (terminal_is_paged()) {
        fflush(stdout); /* before the messages on standard error, which also go to the pager */
    }
    free(text);
}

bool tool_print(struct qemucore *core, const struct tool_options *common,
                tool_render_function *function)
{
    struct qemucore_error error;
    char *text;
    if (function(core, &common->render, &text, &error) != QEMUCORE_OK) {
        tool_fail(core, error.message);
        return false;
    }
    tool_show(common, text);
    return true;
}

int tool_run(struct tool_options *common, tool_render_function *function)
{
    struct qemucore *core = tool_open(common);
    return tool_print(core, common, function) ? tool_finish(core) : TOOL_FAILED;
}
