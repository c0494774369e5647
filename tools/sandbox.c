/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "exit_status.h"
#include "guard.h"
#include "message.h"
#include "request.h"
#include "terminal.h"

static sandbox_server *own_server;
static void *own_opaque;

void sandbox_serve(sandbox_server *serve, void *opaque)
{
    own_server = serve;
    own_opaque = opaque;
}

/* ---- what the parent does ---------------------------------------------------------------------- */

/* Opens a path only after O_PATH shows a regular file that is not empty; see doc/design.md. */
static int open_regular(const char *path)
{
    char again[64];
    struct stat found;
    int located = open(path, O_PATH | O_CLOEXEC);
    if (located < 0 || fstat(located, &found) != 0) {
        return -1;
    }
    snprintf(again, sizeof(again), "/proc/self/fd/%d", located);
    errno = ENOEXEC;
    bool is_file = S_ISREG(found.st_mode) && found.st_size != 0; /* see qc_file_open */
    int fd = is_file ? open(again, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;
    int cause = errno;
    close(located);
    errno = cause;
    return fd;
}

/* Whether fd is a program, a library or a debug file. Cores, such as /proc/kcore, hold secrets. */
static bool is_code(int fd)
{
    unsigned char head[EI_NIDENT + 2] = {0};
    bool is_elf = pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
                  memcmp(head, ELFMAG, SELFMAG) == 0;
    unsigned type = head[EI_DATA] == ELFDATA2MSB ? head[EI_NIDENT] * 256u + head[EI_NIDENT + 1]
                                                 : head[EI_NIDENT + 1] * 256u + head[EI_NIDENT];
    return is_elf && (type == ET_EXEC || type == ET_DYN || type == ET_REL);
}

/* The path comes from the dump. A file of any other kind may be a secret, so an empty file is given
   in its place: the library's message is the same, "no ELF file". */
static int open_code(const char *path)
{
    int fd = open_regular(path);
    if (fd < 0 || is_code(fd)) {
        return fd;
    }
    close(fd);
    return memfd_create("not-elf", MFD_CLOEXEC);
}

/* Since elfutils 0.192, libdebuginfod calls the progress function, by which we limit it, only after
   a server has answered. DEBUGINFOD_MAXTIME limits it before that, in whole seconds, and it takes
   one more (debuginfod-client.c, perform_queries). */
static void limit_silence(uint64_t milliseconds)
{
    const char *text_of_own = getenv("DEBUGINFOD_MAXTIME");
    uint64_t own = text_of_own == NULL ? 0 : strtoull(text_of_own, NULL, 10);
    uint64_t seconds = milliseconds < 2000 ? 1 : milliseconds / 1000 - 1;
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, seconds);
    if (own == 0 || own > seconds) {
        setenv("DEBUGINFOD_MAXTIME", text, 1);
    }
}

/* Parses " HEXADECIMAL" of at most `size_max` bytes. Returns its size, or 0 if it is none. */
static size_t parse_build_id(const char *text, uint8_t *ret, size_t size_max)
{
    const char *digits = text == NULL ? "" : text + 1;
    size_t length = strspn(digits, "0123456789abcdef");
    if (digits[length] != '\0' || length % 2 != 0 || length / 2 > size_max) {
        return 0;
    }
    for (size_t i = 0; i < length / 2; i++) {
        sscanf(digits + 2 * i, "%2hhx", &ret[i]);
    }
    return length / 2;
}

/* Serves REQUEST_FETCH: text is "executable BUILD-ID" or "debuginfo BUILD-ID", in hexadecimal. */
static int fetch_text(const char *text, uint64_t milliseconds, struct qemucore_error *error)
{
    uint8_t build_id[64];
    size_t size = parse_build_id(strchr(text, ' '), build_id, sizeof(build_id));
    char *path = NULL;
    limit_silence(milliseconds);
    int fd = qemucore_debuginfod_fetch(text[0] == 'e', build_id, size, (double)milliseconds / 1e3,
                                       &path);
    snprintf(error->message, sizeof(error->message), "%s", fd < 0 || path == NULL ? "" : path);
    free(path);
    errno = fd < 0 ? -fd : 0;
    return fd < 0 ? -1 : fd;
}

static int serve_common(enum request request, uint64_t number, const char *text,
                        struct qemucore_error *error)
{
    int fd = request == REQUEST_FILE    ? open_code(text)
             : request == REQUEST_FETCH ? fetch_text(text, number, error)
                                        : terminal_open_pages();
    error->os_errno = fd < 0 ? errno : 0;
    return fd;
}

static int serve(enum request request, uint64_t number, const char *text,
                 struct qemucore_error *error)
{
    *error = (struct qemucore_error){.status = QEMUCORE_OK};
    int fd = -1;
    if (request <= REQUEST_PAGER) {
        fd = serve_common(request, number, text, error);
    } else if (request != REQUEST_ANSWERED && own_server != NULL) {
        fd = own_server(own_opaque, request, number, error);
    }
    return fd;
}

/* The cores named on the command line: these may be pipes. */
static const char *command_line_cores[2];

static bool is_command_line_core(const char *path)
{
    return (command_line_cores[0] != NULL && strcmp(path, command_line_cores[0]) == 0) ||
           (command_line_cores[1] != NULL && strcmp(path, command_line_cores[1]) == 0);
}

/*
 * Replaces open(2) of the C library in the whole process, because libdw opens .dwo files by itself
 * and libraries can't ask the parent. Reading uses O_NONBLOCK: a FIFO that replaced a file after
 * the check must not block. If the sandbox refuses a file, the parent is asked for it; if the path
 * is that of a descriptor opened with O_PATH, by the path that the descriptor leads to.
 */
static int open_or_ask(const char *path, int flags, mode_t mode)
{
    if ((flags & O_ACCMODE) == O_RDONLY && !is_command_line_core(path)) {
        flags |= O_NONBLOCK;
    }
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode);
    if (fd >= 0 || errno != EACCES || !request_is_child() || (flags & O_ACCMODE) != O_RDONLY) {
        return fd;
    }
    char real[PATH_MAX];
    ssize_t length = strncmp(path, "/proc/self/fd/", 14) == 0
                         ? readlink(path, real, sizeof(real) - 1) : -1;
    real[length < 0 ? 0 : length] = '\0';
    return request_make(REQUEST_FILE, 0, length < 0 ? path : real, NULL);
}

#define OPEN_FUNCTION(name, symbol)                                                    \
    int name(const char *path, int flags, ...) __asm__(symbol);                        \
    int name(const char *path, int flags, ...)                                         \
    {                                                                                  \
        va_list rest;                                                                  \
        va_start(rest, flags);                                                         \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                                  \
        return open_or_ask(path, flags, mode);                                       \
    }
OPEN_FUNCTION(sandbox_open, "open")
OPEN_FUNCTION(sandbox_open_large, "open64")

/* ---- the parent -------------------------------------------------------------------------------- */

static char image_directory[PATH_MAX]; /* "": none */

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *place)
{
    (void)found;
    (void)kind;
    (void)place;
    remove(path);
    return 0;
}

/* Removes the files of a child that was killed: any other child has removed them itself. */
static void clean_up(void)
{
    struct qemucore_error error;
    serve(REQUEST_OUTPUT_CLOSE, 0, NULL, &error);
    if (image_directory[0] != '\0') {
        nftw(image_directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}

/* ---- the child --------------------------------------------------------------------------------- */

/* Where systems have programs, libraries and debug files; what the dynamic linker reads; the
   package database and sources, from which qemucore-info knows the names of packages. */
static const char *const system_paths[] = {
    "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/nix/store", "/gnu/store",
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/var/lib/dpkg", "/etc/apt/sources.list",
    "/etc/apt/sources.list.d",
};
#define SYSTEM_PATHS (sizeof(system_paths) / sizeof(*system_paths))
#define COMMAND_PATHS 5

static const char *confine_to(const struct tool_options *options)
{
    const struct qemucore_options *open = &options->open;
    const char *executable = options->is_executable_found ? NULL : open->executable;
    const char *const given[] = {options->path, options->earlier, executable, open->sysroot,
                                 open->proc};
    size_t count = SYSTEM_PATHS;
    const char **all =
        calloc(SYSTEM_PATHS + COMMAND_PATHS + open->debuginfo_path_count, sizeof(*all));
    if (all == NULL) {
        message_exit("out of memory");
    }
    memcpy(all, system_paths, sizeof(system_paths));
    for (size_t i = 0; i < COMMAND_PATHS; i++) {
        all[count] = given[i];
        count += given[i] != NULL;
    }
    for (size_t i = 0; i < open->debuginfo_path_count; i++) {
        all[count++] = open->debuginfo_paths[i];
    }
    const struct confinement confinement = {
        .readable = all,
        .readable_count = count,
        .writable = image_directory[0] == '\0' ? NULL : image_directory,
        .has_root = open->sysroot != NULL,
    };
    const char *missing = confine(&confinement);
    free(all);
    return missing;
}

/* Makes a directory for files that the library unpacks if the sysroot is a container's image (see
   qemucore_options.sysroot). The child can write to no other. */
static void make_image_directory(const char *sysroot)
{
    char index[PATH_MAX];
    struct stat found;
    const char *above = secure_getenv("TMPDIR");
    if (sysroot == NULL || stat(sysroot, &found) != 0) {
        return;
    }
    snprintf(index, sizeof(index), "%s/index.json", sysroot);
    if (S_ISREG(found.st_mode) || access(index, F_OK) == 0) {
        snprintf(image_directory, sizeof(image_directory), "%s/qemucore-XXXXXX",
                 above == NULL ? "/var/tmp" : above);
        if (mkdtemp(image_directory) == NULL) {
            image_directory[0] = '\0'; /* the child fails for the same reason, and says so */
        }
    }
}

/* Avoids the descriptors 0, 1 and 2: if these are closed, printing would write into the sockets. */
static bool make_sockets(int *ends)
{
    int found[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, found) != 0) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        ends[i] = fcntl(found[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        close(found[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static int child_fetch(void *opaque, bool executable, const uint8_t *build_id, size_t size,
                       double seconds, char **path)
{
    (void)opaque;
    char text[256];
    int length = snprintf(text, sizeof(text), executable ? "executable " : "debuginfo ");
    for (size_t i = 0; i < size && (size_t)length + 2 < sizeof(text); i++) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, "%02x", build_id[i]);
    }
    struct qemucore_error reply;
    int fd = request_make(REQUEST_FETCH, (uint64_t)(seconds * 1e3), text, &reply);
    *path = fd < 0 ? NULL : strdup(reply.message);
    return fd < 0 ? -reply.os_errno : fd;
}

/* Returns the end of three quarters of the time: the rest is for the answer. 0: no limit. */
static uint64_t deadline_of(uint64_t seconds)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return seconds == 0 ? 0
                        : (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec +
                              seconds * 750000000;
}

static const char *child_begin(struct tool_options *options, int socket, int held, pid_t parent)
{
    request_set_socket(socket);
    if (held >= 0) {
        dup2(held, STDOUT_FILENO);
        close(held);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) {
        _exit(TOOL_FAILED); /* the parent ended before prctl() took effect */
    }
    if (image_directory[0] != '\0') {
        setenv("TMPDIR", image_directory, 1);
    }
    options->open.fetch = child_fetch;
    options->open.deadline = deadline_of(options->timeout);
    confine_dumps();
    guard_limit_memory(options, own_server != NULL || image_directory[0] != '\0');
    return confine_to(options);
}

/* Starts the child. Returns, in the child or without one, what the sandbox lacks; NULL: nothing. */
static const char *enter(struct tool_options *options)
{
    int ends[2] = {-1, -1};
    pid_t parent = getpid();
    if (!make_sockets(ends)) {
        return "no socket for it";
    }
    make_image_directory(options->open.sysroot);
    signal(SIGCHLD, SIG_DFL); /* if it were ignored, the child's exit status would be lost */
    const struct guard guard = {.options = options, .socket = ends[0], .held = guard_hold(),
                                .serve = request_serve, .clean_up = clean_up};
    pid_t child = fork();
    if (child > 0) {
        close(ends[1]);
        guard_run(&guard, child);
    }
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        guard_limit_memory(options, true);
        return "no process for it";
    }
    return child_begin(options, ends[1], guard.held, parent);
}

void sandbox_enter(struct tool_options *options)
{
    request_set_server(serve);
    command_line_cores[0] = options->path;
    command_line_cores[1] = options->earlier;
    if (options->no_sandbox) {
        guard_limit_memory(options, true);
        return;
    }
    const char *missing = enter(options);
    char line[256];
    if (options->timeout != 0 && !request_is_child()) {
        message_exit("no process can be made here that keeps the time limit");
    }
    if (missing != NULL && options->list_files) {
        snprintf(line, sizeof(line), "the core is read in less of a sandbox: this machine has %s",
                 missing);
        message_print(line);
    }
}
