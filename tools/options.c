/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_status.h"

/* The argp key of an option without a letter is this plus the index of its row. */
#define KEY_FIRST 0x100
/* Most rows of a command's own table and the shared one together. */
#define OPTIONS_MAX 48

#define EXECUTABLE_ADVICE "the executable is the argument of -e: -e EXE CORE"

const char *argp_program_version = PACKAGE_STRING;
const char *argp_program_bug_address = PACKAGE_BUGREPORT;

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
        errx(TOOL_FAILED, "out of memory");
    }
    grown[(*count)++] = word;
    *words = grown;
}

static void take_color(void *arguments, const char *when, const struct argp_state *state)
{
    struct tool_options *common = arguments;
    common->render.flags &= ~QEMUCORE_RENDER_COLOR;
    common->render.flags |= color_wanted(state, when) ? QEMUCORE_RENDER_COLOR : 0;
}

void options_add_debuginfo_path(struct tool_options *common, const char *path)
{
    add_word(&common->debuginfo_paths, &common->open.debuginfo_path_count, path);
    common->open.debuginfo_paths = common->debuginfo_paths;
}

static void take_debuginfo_path(void *arguments, const char *path, const struct argp_state *state)
{
    (void)state;
    options_add_debuginfo_path(arguments, path);
}

static void take_coredumpctl(void *arguments, const char *match, const struct argp_state *state)
{
    struct tool_options *common = arguments;
    (void)state;
    common->coredumpctl = true;
    common->stored.match = match;
}

static const struct option_row shared[] = {
    {.name = "executable", .letter = 'e', .argument = "EXE", .group = 1,
     .help = "The program that the process ran (default: the file that the core names)",
     .about = "an executable, not a core", .advice = EXECUTABLE_ADVICE,
     OPTION_TEXT(struct tool_options, open.executable)},
    {.name = "sysroot", .argument = "DIR", .group = 1,
     .help = "Look for the files that the core names only below DIR, which may also be a container "
             "image (an OCI layout or a tar)",
     OPTION_TEXT(struct tool_options, open.sysroot)},
    {.name = "debuginfo-path", .argument = "PATH", .group = 1,
     .help = "Also look below PATH for debug files, and for programs and libraries by build-id; if "
             "PATH is a file, use it for the module with its build-id; may be given several times",
     .take = take_debuginfo_path},
    {.name = "no-host-files", .group = 1,
     .help = "Do not use files of this machine that the core names",
     OPTION_SETS(struct tool_options, open.flags, QEMUCORE_NO_HOST_FILES)},
    {.name = "debuginfod", .group = 1,
     .help = "Ask the servers in DEBUGINFOD_URLS for missing files and debug info, for a minute in "
             "all",
     OPTION_SETS(struct tool_options, open.flags, QEMUCORE_DEBUGINFOD)},
    {.name = "show-secrets", .group = 1,
     .help = "Show passwords in the command line and in file names (default: \"***\")",
     OPTION_SETS(struct tool_options, open.flags, QEMUCORE_SHOW_SECRETS)},
    {.name = "coredumpctl", .argument = "MATCH", .optional = true, .group = 1,
     .help = "Read the newest core that systemd-coredump has stored, instead of CORE. MATCH is a "
             "PID, a process name, the path of an executable, or FIELD=VALUE (default: any QEMU)",
     .take = take_coredumpctl},
    {.name = "pid", .argument = "PID", .group = 1, .min = 1,
     .help = "Read a snapshot of the living process PID, instead of CORE; the process is not "
             "stopped",
     OPTION_NUMBER(struct tool_options, pid, INT32_MAX)},
    {.name = "proc", .argument = "DIR", .group = 1,
     .help = "DIR is a copy of /proc/PID, made while the process lived, with "
             "task/*/{status,comm,wchan,stack} and the links fd/*: it tells where threads were in "
             "the kernel, and what files were open",
     OPTION_TEXT(struct tool_options, open.proc)},
    {.name = "coredump-directory", .argument = "DIR", .group = 1,
     .help = "With --coredumpctl: the cores are in DIR (default: /var/lib/systemd/coredump)",
     OPTION_TEXT(struct tool_options, stored.directory)},
    {.name = "journal-directory", .argument = "DIR", .group = 1,
     .help = "With --coredumpctl: the journal is in DIR",
     OPTION_TEXT(struct tool_options, stored.journal)},
    {.name = "verbose", .letter = 'v', .group = 1,
     .help = "Name each file that is missing, or is not the one that the process ran",
     OPTION_SETS(struct tool_options, list_files, true)},
    {.name = "no-sandbox", .group = 1,
     .help = "Read the core in this process, with all its rights, not in a restricted child",
     OPTION_SETS(struct tool_options, no_sandbox, true)},
    {.name = "color", .argument = "WHEN", .group = 2,
     .help = "Colour the text: always, never or auto (default: on a terminal, unless NO_COLOR is "
             "set)",
     .take = take_color},
    {.name = "no-pager", .group = 2,
     .help = "On a terminal, do not show the answer in a pager ($QEMUCORE_PAGER, $PAGER or less)",
     OPTION_SETS(struct tool_options, no_pager, true)},
    {.name = "memory", .argument = "SIZE", .group = 3,
     .help = "Keep up to SIZE bytes of a compressed core in memory (default 96M)",
     .about = "the memory budget",
     OPTION_NUMBER(struct tool_options, open.memory_budget, UINT64_MAX)},
    {.name = "window", .argument = "SIZE", .group = 3,
     .help = "Accept zstd windows and xz dictionaries up to SIZE bytes (default 128M, at most 2G)",
     .about = "the window limit",
     OPTION_NUMBER(struct tool_options, open.window_limit, UINT64_C(1) << 31)},
    {.name = "max-ratio", .argument = "N", .group = 3,
     .help = "Stop if a file inflates to more than N times its size (default 20000)",
     .about = "the ratio limit",
     OPTION_NUMBER(struct tool_options, open.ratio_limit, UINT64_MAX)},
    {.name = "timeout", .argument = "SECONDS", .group = 3,
     .help = "Stop after SECONDS, and show what is known by then (default: 0, no limit)",
     .about = "the time limit",
     OPTION_NUMBER(struct tool_options, timeout, UINT32_MAX)},
    {.name = "max-memory", .argument = "SIZE", .group = 3,
     .help = "Use up to SIZE bytes of memory in all (default: 4G, plus the SIZE of --memory)",
     .about = "memory has run out",
     .advice = "where this machine has more, --max-memory=SIZE allows it",
     OPTION_NUMBER(struct tool_options, max_memory, UINT64_MAX)},
    {0},
};

/* ---- applying a row -------------------------------------------------------------------------- */

/* Names the option by both spellings, "-t, --thread=abc": argp does not tell which one was used. */
static void refuse_number(const struct argp_state *state, const struct option_row *row,
                          const char *text)
{
    char letter[] = {'-', (char)row->letter, '\0'};
    argp_error(state, "%s%s--%s=%s: not a number from %" PRIu64 " to %" PRIu64,
               row->letter == 0 ? "" : letter, row->letter == 0 ? "" : ", ", row->name, text,
               row->min, row->max);
}

static uint64_t parse_number(const struct argp_state *state, const struct option_row *row,
                             const char *text)
{
    static const char units[] = "KMGT";
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    const char *unit = *end == '\0' ? NULL : strchr(units, *end);
    unsigned shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
    if (errno != 0 || text[0] < '0' || text[0] > '9' || (*end != '\0' && unit == NULL) ||
        (unit != NULL && end[1] != '\0') || value > row->max >> shift || value < row->min) {
        refuse_number(state, row, text);
    }
    return value << shift;
}

static void apply_row(void *arguments, const struct option_row *row, const char *argument,
                      const struct argp_state *state)
{
    void *member = (char *)arguments + row->offset;
    if (row->take != NULL) {
        row->take(arguments, argument, state);
    } else if (row->max != 0 && row->size == sizeof(uint64_t)) {
        *(uint64_t *)member = parse_number(state, row, argument);
    } else if (row->max != 0) {
        *(uint32_t *)member = (uint32_t)parse_number(state, row, argument);
    } else if (row->argument != NULL) {
        *(const char **)member = argument;
    } else if (row->size == sizeof(bool)) {
        *(bool *)member = true;
    } else {
        *(uint32_t *)member |= row->bits;
    }
}

/* argp passes operands after all options, wherever they stand. The first operand is CORE, or MATCH
   after --coredumpctl without "="; a command with operands takes it for one of those instead. */
static void take_operand(struct tool_options *common, const struct tool *tool, const char *argument,
                         const struct argp_state *state)
{
    bool more = tool->takes_operands;
    if (common->pid != 0 && !more) {
        argp_error(state, "--pid takes the place of a core: \"%s\" is one too many", argument);
    } else if (common->pid != 0) {
        add_word(&common->operands, &common->operand_count, argument);
    } else if (!common->coredumpctl && common->path == NULL) {
        common->path = argument;
    } else if (common->coredumpctl && !more && common->stored.match == NULL) {
        common->stored.match = argument;
    } else if (tool->takes_earlier && !common->coredumpctl && common->earlier == NULL) {
        common->earlier = common->path;
        common->path = argument;
    } else if (more) {
        add_word(&common->operands, &common->operand_count, argument);
    } else {
        argp_error(state, "one core at a time: \"%s\" is one too many (" EXECUTABLE_ADVICE ")",
                   argument);
    }
}

/* Compares files, not only paths: a dump compared with itself would prove that nothing moves. */
static bool is_one_file(const char *one, const char *other)
{
    struct stat a;
    struct stat b;
    return strcmp(one, other) == 0 || (stat(one, &a) == 0 && stat(other, &b) == 0 &&
                                       a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

static void check_operands(const struct tool_options *common, const struct tool *tool,
                           const struct argp_state *state)
{
    if (!common->coredumpctl && common->pid == 0 && common->path == NULL) {
        argp_error(state, tool->takes_pid ? "which process?" : "which core?");
    }
    if (common->pid != 0 && (common->coredumpctl || common->path != NULL)) {
        argp_error(state, "--pid takes the place of a core");
    }
    if (common->earlier != NULL && is_one_file(common->earlier, common->path)) {
        argp_error(state, "EARLIER and CORE are one file: \"%s\"", common->path);
    }
    if (common->pid == 0 && common->again != 0) {
        argp_error(state, "--again goes with --pid");
    }
    if (common->stored.match != NULL && common->stored.match[0] == '\0') {
        argp_error(state, "--coredumpctl=: which core?");
    }
    if (!common->coredumpctl &&
        (common->stored.directory != NULL || common->stored.journal != NULL)) {
        argp_error(state, "--coredump-directory and --journal-directory go with --coredumpctl");
    }
    if ((common->render.only != NULL || common->render.limit != 0 || common->render.from != 0) &&
        (common->render.flags & QEMUCORE_RENDER_JSON) == 0) {
        argp_error(state, "--only, --limit and --from go with --json");
    }
    if (common->timeout != 0 && common->no_sandbox) {
        argp_error(state, "--timeout goes without --no-sandbox: another process keeps it");
    }
}

/* ---- both tables, for argp ------------------------------------------------------------------ */

struct parse {
    const struct tool *tool;
    void *arguments;
};

/* Returns a row by index: the command's own rows come first. NULL: after the last one. */
static const struct option_row *row_at(const struct tool *tool, size_t index)
{
    size_t own = 0;
    while (tool->options[own].name != NULL) {
        own++;
    }
    const struct option_row *row = index < own ? &tool->options[index] : &shared[index - own];
    return row->name == NULL || (index >= own && tool->takes_pid) ? NULL : row;
}

static int row_key(const struct option_row *row, size_t index)
{
    return row->letter != 0 ? row->letter : KEY_FIRST + (int)index;
}

static error_t parse_key(int key, char *argument, struct argp_state *state)
{
    const struct parse *parse = state->input;
    if (key == ARGP_KEY_ARG) {
        take_operand(parse->arguments, parse->tool, argument, state);
        return 0;
    }
    if (key == ARGP_KEY_END) {
        check_operands(parse->arguments, parse->tool, state);
        if (parse->tool->check != NULL) {
            parse->tool->check(parse->arguments, state);
        }
        return 0;
    }
    const struct option_row *row;
    error_t answer = ARGP_ERR_UNKNOWN;
    for (size_t i = 0; (row = row_at(parse->tool, i)) != NULL; i++) {
        if (key == row_key(row, i)) {
            apply_row(parse->arguments, row, argument, state);
            answer = 0;
        }
    }
    return answer;
}

/* Whether the option is listed already: a command may have an own option of a shared name.
   parse_key applies both rows, --help shows the command's own. */
static bool is_listed(const struct argp_option *options, const struct option_row *row)
{
    while (options->name != NULL && strcmp(options->name, row->name) != 0) {
        options++;
    }
    return options->name != NULL;
}

static void list_options(const struct argp_option *options)
{
    for (; options->name != NULL; options++) {
        const char *argument = options->arg == NULL ? "-" : options->arg;
        bool is_optional = (options->flags & OPTION_ARG_OPTIONAL) != 0;
        const char *open = is_optional ? "[" : "";
        const char *close = is_optional ? "]" : "";
        printf("--%s\t%s%s%s\t%s\n", options->name, open, argument, close, options->doc);
        if (options->key < KEY_FIRST) {
            printf("-%c\t%s%s%s\t%s\n", options->key, open, argument, close, options->doc);
        }
    }
    puts("--help\t-\tGive this help list\n--version\t-\tPrint program version");
}

/* Takes the numbers of standard descriptors that are closed: else the next file that is opened, OUT or
   the core, gets one, and what is printed goes into it. A read or a write fails as if it were closed. */
static void occupy_standard(void)
{
    int modes[] = {[STDIN_FILENO] = O_WRONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_RDONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) < 0) {
            exit(TOOL_FAILED);
        }
    }
}

void options_parse(const struct tool *tool, int argc, char **argv, void *arguments)
{
    occupy_standard();
    struct argp_option options[OPTIONS_MAX + 1] = {0};
    const struct option_row *row;
    size_t count = 0;
    for (size_t i = 0; count < OPTIONS_MAX && (row = row_at(tool, i)) != NULL; i++) {
        if (is_listed(options, row)) {
            continue;
        }
        options[count++] = (struct argp_option){
            .name = row->name,
            .key = row_key(row, i),
            .arg = row->argument,
            .flags = row->optional ? OPTION_ARG_OPTIONAL : 0,
            .doc = row->help,
            .group = row->group,
        };
    }
    if (argc == 2 && strcmp(argv[1], OPTIONS_LIST) == 0) {
        list_options(options);
        exit(fflush(stdout) == 0 ? TOOL_COMPLETE : TOOL_FAILED);
    }
    struct tool_options *common = arguments;
    common->open.size = sizeof(common->open);
    common->render.size = sizeof(common->render);
    common->render.more = tool->more;
    take_color(arguments, "auto", NULL);
    argp_err_exit_status = TOOL_USAGE;
    struct parse parse = {tool, arguments};
    struct argp argp = {.options = options, .parser = parse_key, .args_doc = tool->usage,
                        .doc = tool->help};
    argp_parse(&argp, argc, argv, 0, NULL, &parse);
}

bool options_are_for_program(const struct tool_options *options)
{
    const uint32_t raw =
        QEMUCORE_RENDER_JSON | QEMUCORE_RENDER_DOT | QEMUCORE_RENDER_MISSING;
    return options->is_raw || (options->render.flags & raw) != 0;
}

const struct option_row *options_about(const char *sentence)
{
    for (const struct option_row *row = shared; row->name != NULL; row++) {
        if (row->about != NULL && strstr(sentence, row->about) != NULL) {
            return row;
        }
    }
    return NULL;
}
