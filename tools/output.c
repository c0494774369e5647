/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* Path of the temporary file; "": none. Static, because the signal handler needs it. */
static char temporary[4096];

static void remove_temporary(int signal_number)
{
    unlink(temporary);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static bool ends_in(const char *path, const char *suffix)
{
    size_t length = strlen(path);
    size_t size = strlen(suffix);
    return length > size && strcasecmp(path + length - size, suffix) == 0;
}

bool output_take_core(struct output *output, const char *path)
{
    output->path = path;
    output->sparse = !ends_in(path, ".zst") && !ends_in(path, ".zstd");
    return !output->sparse;
}

static enum qemucore_status system_error(struct qemucore_error *error, const char *what)
{
    *error = (struct qemucore_error){.status = QEMUCORE_SYSTEM, .os_errno = errno};
    snprintf(error->message, sizeof(error->message), "%s: %s%s", what, strerror(errno),
             errno == EEXIST ? " (--force replaces it)" : "");
    return QEMUCORE_SYSTEM;
}

static bool is_zero(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    return at[0] == 0 && memcmp(at, at + 1, size - 1) == 0;
}

enum qemucore_status output_write(void *opaque, const void *bytes, size_t size,
                                  struct qemucore_error *error)
{
    struct output *output = opaque;
    const char *at = bytes;
    output->size += size;
    if (output->sparse && is_zero(bytes, size)) {
        return lseek(output->fd, (off_t)size, SEEK_CUR) < 0 ? system_error(error, output->path)
                                                            : QEMUCORE_OK;
    }
    while (size != 0) {
        ssize_t written = write(output->fd, at, size);
        if (written < 0 && errno != EINTR) {
            return system_error(error, output->path);
        }
        if (written > 0) {
            at += written;
            size -= (size_t)written;
        }
    }
    return QEMUCORE_OK;
}

/* A signal that is ignored, as by nohup, stays ignored. A handler that is installed already (that
   of the guard) sees to the file itself. */
static void replace_default_handler(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    struct sigaction found;
    if (sigaction(number, NULL, &found) == 0 && found.sa_handler == SIG_DFL) {
        sigaction(number, &action, NULL);
    }
}

/* Blocks the signals from before the file exists until the handler that removes it is installed. */
static int make_temporary(void)
{
    sigset_t signals;
    sigset_t found;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, &found);
    int fd = mkostemp(temporary, O_CLOEXEC); /* 0600: a core holds secrets */
    int cause = errno;
    if (fd >= 0) {
        replace_default_handler(SIGINT, remove_temporary);
        replace_default_handler(SIGTERM, remove_temporary);
        replace_default_handler(SIGHUP, remove_temporary);
    }
    sigprocmask(SIG_SETMASK, &found, NULL);
    errno = cause;
    return fd;
}

bool output_is_standard(const struct output *output)
{
    return strcmp(output->path, "-") == 0;
}

static bool output_stat(const struct output *output, struct stat *ret)
{
    return output_is_standard(output) ? fstat(STDOUT_FILENO, ret) == 0
                                      : stat(output->path, ret) == 0;
}

enum qemucore_status output_check(const struct output *output, struct qemucore_error *error)
{
    struct stat found;
    errno = 0;
    if (output_is_standard(output)) {
        errno = isatty(STDOUT_FILENO) ? ENOTSUP : 0;
    } else if (lstat(output->path, &found) == 0) {
        bool is_directory = stat(output->path, &found) == 0 && S_ISDIR(found.st_mode);
        errno = is_directory ? EISDIR : output->force ? 0 : EEXIST;
    } else {
        errno = 0;
    }
    return errno == 0 ? QEMUCORE_OK
                      : system_error(error, errno == ENOTSUP ? "a core to a terminal"
                                                             : output->path);
}

/* Compares files, not paths: a slim core must not replace the original under another name. */
static bool is_input(const struct stat *output, const char *input)
{
    struct stat found;
    bool is_there = strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &found) == 0
                                            : stat(input, &found) == 0;
    return is_there && S_ISREG(found.st_mode) && found.st_dev == output->st_dev &&
           found.st_ino == output->st_ino;
}

static int open_temporary(const char *path)
{
    int length = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
    errno = ENAMETOOLONG;
    int fd = length < 0 || (size_t)length >= sizeof(temporary) ? -1 : make_temporary();
    if (fd < 0) {
        temporary[0] = '\0'; /* so that nobody removes a file of that name: it is not ours */
    }
    return fd;
}

enum qemucore_status output_open(struct output *output, const char *input,
                                 struct qemucore_error *error)
{
    struct stat found;
    bool is_there = output_stat(output, &found);
    if (is_there && is_input(&found, input)) {
        *error = (struct qemucore_error){.status = QEMUCORE_INVALID};
        snprintf(error->message, sizeof(error->message),
                 "%s and the core that is read are the same file: give another one",
                 output->path);
        return error->status;
    }
    output->is_stream = output_is_standard(output) || (is_there && !S_ISREG(found.st_mode));
    output->sparse = output->sparse && !output->is_stream;
    output->fd = output_is_standard(output) ? dup(STDOUT_FILENO)
                 : output->is_stream ? open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
                                     : open_temporary(output->path);
    return output->fd < 0 ? system_error(error, output->path) : QEMUCORE_OK;
}

/* Without force, link(2) is used: unlike rename(2) it fails if the file was made meanwhile. */
enum qemucore_status output_name(const struct output *output, struct qemucore_error *error)
{
    if (output->is_stream) {
        return QEMUCORE_OK;
    }
    if (ftruncate(output->fd, (off_t)output->size) != 0 || fsync(output->fd) != 0) {
        return system_error(error, output->path);
    }
    if (output->force ? rename(temporary, output->path) != 0
                      : link(temporary, output->path) != 0 || unlink(temporary) != 0) {
        return system_error(error, output->path);
    }
    temporary[0] = '\0';
    char *copy = strdup(output->path);
    int directory = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        fsync(directory);
        close(directory);
    }
    free(copy);
    return QEMUCORE_OK;
}

void output_close(struct output *output)
{
    if (output->fd >= 0) {
        close(output->fd);
    }
    output->fd = -1;
    if (temporary[0] != '\0') {
        unlink(temporary);
    }
    temporary[0] = '\0';
}

int output_serve(struct output *output, const char *input, enum request request,
                 uint64_t size, struct qemucore_error *error)
{
    if (request == REQUEST_OUTPUT_OPEN && !output->was_opened) {
        output->was_opened = true;
        output_open(output, input, error);
        return output->fd;
    }
    if (request == REQUEST_OUTPUT_NAME && output->fd >= 0) {
        output->size = size;
        output_name(output, error);
    } else if (request == REQUEST_OUTPUT_CLOSE) {
        output_close(output);
    }
    return -1;
}

enum qemucore_status output_ask(struct output *output, struct qemucore_error *error)
{
    struct stat found;
    int fd = request_make(REQUEST_OUTPUT_OPEN, 0, NULL, error);
    if (fd >= 0) {
        output->fd = fd;
        output->is_stream = output_is_standard(output) || fstat(fd, &found) != 0 ||
                            !S_ISREG(found.st_mode);
        output->sparse = output->sparse && !output->is_stream;
    }
    return error->status;
}
