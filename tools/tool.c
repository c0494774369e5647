/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const char *argp_program_version = PACKAGE_STRING;
const char *argp_program_bug_address = PACKAGE_BUGREPORT;

static const struct argp_option options[] = {
    {"executable", 'e', "EXE", 0, "The executable (default: as the core names it)", 1},
    {"sysroot", TOOL_KEY_SYSROOT, "DIR", 0, "Look for the files that the core names below DIR", 1},
    {"debuginfo-path", TOOL_KEY_DEBUGINFO_PATH, "PATH", 0,
     "Look for separate debug files below PATH too; may be given several times", 1},
    {"no-host-files", TOOL_KEY_NO_HOST_FILES, NULL, 0,
     "Use no file of this machine that the core names", 1},
    {"debuginfod", TOOL_KEY_DEBUGINFOD, NULL, 0,
     "Ask the servers in DEBUGINFOD_URLS for what is not here, for a minute in all", 1},
    {"coredumpctl", TOOL_KEY_COREDUMPCTL, "MATCH", OPTION_ARG_OPTIONAL,
     "Instead of CORE: the newest core that systemd-coredump has stored of MATCH, which is a PID, "
     "a process name, a path of an executable, or FIELD=VALUE (default: of any QEMU)", 1},
    {"coredump-directory", TOOL_KEY_COREDUMP_DIRECTORY, "DIR", 0,
     "With --coredumpctl: the cores are in DIR (default: /var/lib/systemd/coredump)", 1},
    {"journal-directory", TOOL_KEY_JOURNAL_DIRECTORY, "DIR", 0,
     "With --coredumpctl: the journal is in DIR", 1},
    {"color", TOOL_KEY_COLOR, "WHEN", 0,
     "Colour the text: always, never or auto (default: on a terminal, unless NO_COLOR is set)", 2},
    {"memory", TOOL_KEY_MEMORY, "SIZE", 0,
     "Keep up to SIZE bytes of a compressed core in memory (default 96M)", 3},
    {"window", TOOL_KEY_WINDOW, "SIZE", 0,
     "Accept zstd windows and xz dictionaries up to SIZE bytes (default 128M, at most 2G)", 3},
    {"max-ratio", TOOL_KEY_MAX_RATIO, "N", 0,
     "Stop at a file that inflates to more than N times its size (default 20000)", 3},
    {0},
};

unsigned long long tool_number(const struct argp_state *state, const char *text,
                               unsigned long long most)
{
    static const char units[] = "KMGT";
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    const char *unit = *end == '\0' ? NULL : strchr(units, *end);
    unsigned shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
    if (errno != 0 || text[0] < '0' || text[0] > '9' || (*end != '\0' && unit == NULL) ||
        (unit != NULL && end[1] != '\0') || value > most >> shift) {
        argp_error(state, "\"%s\": not a number from 0 to %llu", text, most);
    }
    return value << shift;
}

static bool color_wanted(const struct argp_state *state, const char *when)
{
    if (strcmp(when, "always") == 0) {
        return true;
    }
    if (strcmp(when, "auto") == 0) {
        const char *no_color = getenv("NO_COLOR");
        const char *terminal = getenv("TERM");
        return isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0') &&
               (terminal == NULL || strcmp(terminal, "dumb") != 0);
    }
    if (strcmp(when, "never") != 0) {
        argp_error(state, "--color=%s: not always, never or auto", when);
    }
    return false;
}

static void add_word(const char ***words, size_t *count, const char *word)
{
    const char **grown = reallocarray(*words, *count + 1, sizeof(*grown));
    if (grown == NULL) {
        fputs("out of memory\n", stderr);
        exit(TOOL_FAILED);
    }
    grown[(*count)++] = word;
    *words = grown;
}

static void add_debuginfo_path(struct tool_options *common, const char *path)
{
    add_word(&common->debuginfo_paths, &common->open.debuginfo_path_count, path);
    common->open.debuginfo_paths = common->debuginfo_paths;
}

/* Lives as long as the process: whatever reads the core again, long after it was opened, tells of
   it too. */
static struct progress {
    struct timespec start; /* of the pass */
    uint64_t done;
    bool shown;
} progress_state;

/* Only once the pass has taken a second: most are over before anybody wonders. */
static void show_progress(void *opaque, uint64_t done, uint64_t total)
{
    struct progress *progress = opaque;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (done < progress->done) {
        progress->start = now;
    }
    progress->done = done;
    double seconds = (double)(now.tv_sec - progress->start.tv_sec) +
                     (double)(now.tv_nsec - progress->start.tv_nsec) / 1e9;
    if (seconds < 1) {
        return;
    }
    progress->shown = true;
    double mebibytes = (double)done / (1 << 20);
    if (total != 0) {
        fprintf(stderr, "\r%3.0f %% of %.0f MiB, %.0f MiB/s ", 100.0 * (double)done / (double)total,
                (double)total / (1 << 20), mebibytes / seconds);
    } else {
        fprintf(stderr, "\r%.0f MiB, %.0f MiB/s ", mebibytes, mebibytes / seconds);
    }
}

void tool_clear_progress(void)
{
    if (progress_state.shown) {
        progress_state.shown = false;
        fputs("\r\033[K", stderr);
    }
}

void tool_warn(const char *message)
{
    tool_clear_progress();
    fprintf(stderr, "%s: ", program_invocation_short_name);
    for (const char *at = message; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20 || byte == 0x7f) {
            fprintf(stderr, "\\x%02x", byte);
        } else {
            fputc(byte, stderr);
        }
    }
    fputc('\n', stderr);
}

static void show_notice(void *opaque, const char *line)
{
    (void)opaque;
    tool_warn(line);
}

/* Options come first here, wherever they stand; CORE or, without its =, MATCH follows. */
static void take_operand(struct tool_options *common, const char *argument,
                         struct argp_state *state)
{
    bool more = common->operands != NULL; /* then what follows --coredumpctl is theirs already */
    if (!common->coredumpctl && common->path == NULL) {
        common->path = argument;
    } else if (common->coredumpctl && !more && common->stored.match == NULL) {
        common->stored.match = argument;
    } else if (more) {
        add_word(common->operands, common->operand_count, argument);
    } else {
        argp_error(state, "one core at a time: \"%s\" is one too many", argument);
    }
}

static void check_operands(const struct tool_options *common, const struct argp_state *state)
{
    if (!common->coredumpctl && common->path == NULL) {
        argp_error(state, "which core?");
    }
    if (common->stored.match != NULL && common->stored.match[0] == '\0') {
        argp_error(state, "--coredumpctl=: which core?");
    }
    if (!common->coredumpctl &&
        (common->stored.directory != NULL || common->stored.journal != NULL)) {
        argp_error(state, "--coredump-directory and --journal-directory go with --coredumpctl");
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct tool_options *common = state->input;
    switch (key) {
    case 'e':
        common->open.executable = argument;
        return 0;
    case TOOL_KEY_SYSROOT:
        common->open.sysroot = argument;
        return 0;
    case TOOL_KEY_DEBUGINFO_PATH:
        add_debuginfo_path(common, argument);
        return 0;
    case TOOL_KEY_NO_HOST_FILES:
        common->open.flags |= QEMUCORE_NO_HOST_FILES;
        return 0;
    case TOOL_KEY_DEBUGINFOD:
        common->open.flags |= QEMUCORE_DEBUGINFOD;
        common->open.notice = show_notice;
        return 0;
    case TOOL_KEY_COLOR:
        common->color = color_wanted(state, argument);
        return 0;
    case TOOL_KEY_MEMORY:
        common->open.memory_budget = tool_number(state, argument, UINT64_MAX);
        return 0;
    case TOOL_KEY_WINDOW:
        common->open.window_limit = tool_number(state, argument, 1ull << 31);
        return 0;
    case TOOL_KEY_MAX_RATIO:
        common->open.ratio_limit = tool_number(state, argument, UINT64_MAX);
        return 0;
    case TOOL_KEY_COREDUMPCTL:
        common->coredumpctl = true;
        common->stored.match = argument;
        return 0;
    case TOOL_KEY_COREDUMP_DIRECTORY:
        common->stored.directory = argument;
        return 0;
    case TOOL_KEY_JOURNAL_DIRECTORY:
        common->stored.journal = argument;
        return 0;
    case ARGP_KEY_ARG:
        take_operand(common, argument, state);
        return 0;
    case ARGP_KEY_END:
        check_operands(common, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp tool_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};

void tool_start(struct tool_options *common)
{
    argp_err_exit_status = TOOL_USAGE;
    *common = (struct tool_options){.open = {.size = sizeof(common->open)}};
    common->color = color_wanted(NULL, "auto");
}

/* "using /var/lib/...: qemu-system-x86, pid 4711, signal SIGABRT" */
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
        tool_warn(text);
        free(text);
    }
}

/* The executable goes as if by -e, where nobody has said something else; that its build-id is the
   right one is looked at as ever. */
static void find_coredump(struct tool_options *common, struct coredump *found)
{
    char *why;
    if (!coredump_find(&common->stored, found, &why)) {
        exit(tool_fail(NULL, why == NULL ? "out of memory" : why));
    }
    show_coredump(found);
    common->path = found->path;
    struct stat file;
    if (common->open.executable == NULL && common->open.sysroot == NULL &&
        (common->open.flags & QEMUCORE_NO_HOST_FILES) == 0 && found->executable != NULL &&
        stat(found->executable, &file) == 0 && S_ISREG(file.st_mode)) {
        common->open.executable = found->executable;
    }
}

struct qemucore *tool_open(struct tool_options *common)
{
    struct coredump found = {.path = NULL};
    if (common->coredumpctl) {
        find_coredump(common, &found);
    }
    clock_gettime(CLOCK_MONOTONIC, &progress_state.start);
    if (isatty(STDERR_FILENO)) {
        common->open.progress = show_progress;
        common->open.progress_opaque = &progress_state;
    }
    struct qemucore *core = NULL;
    struct qemucore_error error;
    enum qemucore_status status = qemucore_open(common->path, &common->open, &core, &error);
    free(common->debuginfo_paths);
    coredump_clear(&found);
    tool_clear_progress();
    if (status != QEMUCORE_OK) {
        exit(tool_fail(NULL, error.message));
    }
    return core;
}

int tool_fail(struct qemucore *core, const char *message)
{
    tool_warn(message);
    qemucore_close(core);
    return TOOL_FAILED;
}

/* For leak checkers: it is still there. */
static struct qemucore *volatile left_open;

/* The core is not closed: the end of the process does that at once, a 25th of the time it took. */
int tool_finish(struct qemucore *core)
{
    left_open = core;
    int status = TOOL_COMPLETE;
    const struct qemucore_missing *missing = NULL;
    while ((missing = qemucore_missing_next(core, missing)) != NULL) {
        tool_warn(qemucore_missing_sentence(missing));
        status = TOOL_INCOMPLETE;
    }
    struct qemucore_module *module = NULL;
    while ((module = qemucore_module_next(core, module)) != NULL) {
        if (qemucore_module_problem(module) != NULL) {
            tool_warn(qemucore_module_problem(module));
            status = TOOL_INCOMPLETE;
        }
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "%s: writing the answer: %s\n", program_invocation_short_name,
                strerror(errno));
        return TOOL_FAILED;
    }
    return status;
}

bool tool_print(struct qemucore *core, const struct tool_options *common,
                const struct qemucore_render *render, tool_render_function *function)
{
    struct qemucore_render wanted = *render;
    struct qemucore_error error;
    char *text;
    wanted.flags |= common->color ? QEMUCORE_RENDER_COLOR : 0;
    if (function(core, &wanted, &text, &error) != QEMUCORE_OK) {
        tool_fail(core, error.message);
        return false;
    }
    tool_clear_progress();
    fputs(text, stdout);
    free(text);
    return true;
}

int tool_run(struct tool_options *common, const struct qemucore_render *render,
             tool_render_function *function)
{
    struct qemucore *core = tool_open(common);
    return tool_print(core, common, render, function) ? tool_finish(core) : TOOL_FAILED;
}
