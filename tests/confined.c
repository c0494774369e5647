/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * confined - tries what a process that reads hostile input must not be able to do
 *
 *     confined free|shut READABLE SECRET DIRECTORY
 *
 * shut: confined by tools/confine.h; free: not confined, which shows that the attempts can succeed.
 * READABLE and files in /usr may be read, SECRET may not, and DIRECTORY may not be written. Prints
 * a line for each attempt: its name, and "done" or the name of its errno.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tools/confine.h"

static const char *readable;
static const char *secret;
static const char *directory;
static pid_t parent;

static const char *in_directory(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    return path;
}

/* Tells whether an open succeeded, and closes the descriptor. */
static bool was_opened(int fd)
{
    return fd >= 0 && close(fd) == 0;
}

/* ---- what is allowed -------------------------------------------------------------------------- */

static bool read_given(void)
{
    return was_opened(open(readable, O_RDONLY));
}

static bool read_system(void)
{
    return was_opened(open("/usr/bin/env", O_RDONLY));
}

static bool read_again(void)
{
    char path[64];
    int fd = open(readable, O_PATH);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return was_opened(open(path, O_RDONLY)) && was_opened(fd);
}

static void *run(void *opaque)
{
    return opaque;
}

static bool make_thread(void)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, run, NULL);
    return errno == 0 && pthread_join(thread, NULL) == 0;
}

/* ---- what is not ------------------------------------------------------------------------------ */

static bool read_secret(void)
{
    return was_opened(open(secret, O_RDONLY));
}

static bool read_secret_again(void)
{
    char path[64];
    int fd = open(secret, O_PATH);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return was_opened(open(path, O_RDONLY)) && was_opened(fd);
}

static bool read_process(void)
{
    return was_opened(open("/proc/1/status", O_RDONLY));
}

static bool list_directory(void)
{
    return was_opened(open(directory, O_RDONLY | O_DIRECTORY));
}

static bool write_given(void)
{
    return was_opened(open(readable, O_WRONLY));
}

static bool write_new(void)
{
    return was_opened(open(in_directory("new"), O_WRONLY | O_CREAT, 0600));
}

static bool write_by_openat2(void)
{
    const struct open_how how = {.flags = O_WRONLY | O_CREAT, .mode = 0600};
    return was_opened((int)syscall(SYS_openat2, AT_FDCWD, in_directory("new2"), &how, sizeof(how)));
}

/* Before its ABI 3 Landlock allows this for a file that may only be read. */
static bool cut_by_openat2(void)
{
    const struct open_how how = {.flags = O_RDONLY | O_TRUNC};
    return was_opened((int)syscall(SYS_openat2, AT_FDCWD, readable, &how, sizeof(how)));
}

static bool cut(void)
{
    return truncate(in_directory("old"), 0) == 0;
}

static bool remove_old(void)
{
    return unlink(in_directory("old")) == 0;
}

static bool make_directory(void)
{
    return mkdir(in_directory("sub"), 0700) == 0;
}

static bool make_link(void)
{
    return symlink("/", in_directory("link")) == 0;
}

static bool change_mode(void)
{
    return chmod(readable, 0600) == 0;
}

static bool make_socket(void)
{
    return was_opened(socket(AF_INET, SOCK_STREAM, 0));
}

static bool make_unix_socket(void)
{
    return was_opened(socket(AF_UNIX, SOCK_STREAM, 0));
}

static bool make_netlink(void)
{
    return was_opened(socket(AF_NETLINK, SOCK_RAW, 0));
}

static bool make_process(void)
{
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    return child > 0 && waitpid(child, NULL, 0) == child;
}

static bool run_program(void)
{
    char *const arguments[] = {"true", NULL};
    pid_t child;
    errno = posix_spawn(&child, "/usr/bin/true", NULL, NULL, arguments, NULL);
    return errno == 0 && waitpid(child, NULL, 0) == child;
}

static bool signal_parent(void)
{
    return kill(parent, SIGCONT) == 0;
}

static bool trace_parent(void)
{
    return ptrace(PTRACE_SEIZE, parent, NULL, NULL) == 0;
}

static bool raise_limits(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static bool share_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool become_dumpable(void)
{
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

/* Types by TIOCSTI. Without a terminal the kernel says ENOTTY or EIO; the filter answers first. */
static bool type_in(void)
{
    return ioctl(STDIN_FILENO, TIOCSTI, "x") == 0 || errno == ENOTTY || errno == EIO;
}

static const struct attempt {
    const char *name;
    bool (*function)(void);
} attempts[] = {
    {"may read-given", read_given},
    {"may read-system", read_system},
    {"may read-again", read_again},
    {"may make-thread", make_thread},
    {"not read-secret", read_secret},
    {"not read-secret-again", read_secret_again},
    {"not read-process", read_process},
    {"not list-directory", list_directory},
    {"not write-given", write_given},
    {"not write-new", write_new},
    {"not write-by-openat2", write_by_openat2},
    {"not cut-by-openat2", cut_by_openat2},
    {"not cut", cut},
    {"not remove", remove_old},
    {"not make-directory", make_directory},
    {"not make-link", make_link},
    {"not change-mode", change_mode},
    {"not make-socket", make_socket},
    {"not make-unix-socket", make_unix_socket},
    {"not make-netlink", make_netlink},
    {"not make-process", make_process},
    {"not run-program", run_program},
    {"not signal-parent", signal_parent},
    {"not trace-parent", trace_parent},
    {"not raise-limits", raise_limits},
    {"not share-memory", share_memory},
    {"not become-dumpable", become_dumpable},
    {"not type-in", type_in},
};

int main(int argc, char **argv)
{
    if (argc != 5) {
        return 64;
    }
    readable = argv[2];
    secret = argv[3];
    directory = argv[4];
    parent = getppid();
    const char *const paths[] = {readable, "/usr"};
    const struct confinement confinement = {.readable = paths, .readable_count = 2};
    if (strcmp(argv[1], "shut") == 0) {
        confine_dumps();
        const char *missing = confine(&confinement);
        printf("missing: %s\n", missing == NULL ? "nothing" : missing);
    }
    for (size_t i = 0; i < sizeof(attempts) / sizeof(*attempts); i++) {
        errno = 0;
        bool done = attempts[i].function();
        printf("%s %s\n", attempts[i].name, done ? "done" : strerrorname_np(errno));
        fflush(stdout);
    }
    return 0;
}
