/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/bytes_source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

/* A larger buffer gains nothing with zstd or zlib, and is more than a pipe holds. */
#define SOURCE_BUFFER ((size_t)(256 * QC_KIB))
#define SOURCE_FIRST_STEP ((size_t)(4 * QC_KIB))

static enum qemucore_status source_check_kind(mode_t mode, struct qemucore_error *error)
{
    const char *kind;
    switch (mode & S_IFMT) {
    case S_IFREG:
    case S_IFIFO:
    case S_IFSOCK:
        return QEMUCORE_OK;
    case S_IFDIR:
        kind = "a directory";
        break;
    case S_IFBLK:
        kind = "a block device";
        break;
    case S_IFCHR:
        kind = "a terminal or another character device";
        break;
    default:
        kind = "neither a file nor a pipe";
        break;
    }
    return qc_error_set(error, QEMUCORE_INVALID, "%s; a core is read from a file or a pipe", kind);
}

/* Returns the name of the core in the directory of a crash report, as abrt and apport-unpack make it.
   NULL: it is another directory. */
static const char *core_in_report(const char *directory)
{
    static const char *const names[] = {"coredump", "CoreDump"};
    for (size_t i = 0; i < qc_count(names); i++) {
        QC_FREE char *path = qc_format("%s/%s", directory, names[i]);
        struct stat found;
        if (path != NULL && stat(path, &found) == 0 && S_ISREG(found.st_mode)) {
            return names[i];
        }
    }
    return NULL;
}

/*
 * O_NONBLOCK and O_NOCTTY: an open must neither wait for a device nor acquire a terminal. But a
 * FIFO opened with O_NONBLOCK reads as "end of file" until it is opened for writing (fifo(7)). So
 * this waits for a writer: the user who names a FIFO means to write to it.
 */
static enum qemucore_status source_open_path(const char *path, int *fd,
                                             struct qemucore_error *error)
{
    struct stat found;
    if (stat(path, &found) != 0) {
        return qc_error_system(error, errno, "open");
    }
    const char *report = S_ISDIR(found.st_mode) ? core_in_report(path) : NULL;
    QC_FAIL_IF(report != NULL, error, QEMUCORE_INVALID,
               "the directory of a crash report: the core is the file %s in it", report);
    QC_TRY(source_check_kind(found.st_mode, error));
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (S_ISFIFO(found.st_mode) ? 0 : O_NONBLOCK);
    do {
        *fd = open(path, flags);
    } while (*fd < 0 && errno == EINTR);
    return *fd >= 0 ? QEMUCORE_OK : qc_error_system(error, errno, "open");
}

/* Returns the path as a shell word, with "./" before "-x", which would be taken for an option. */
static char *source_word(const char *path)
{
    struct qc_strbuf word = {0};
    qc_strbuf_put(&word, path[0] == '-' ? "./" : "");
    qc_strbuf_put_word(&word, path);
    return qc_strbuf_take(&word);
}

static enum qemucore_status source_start(struct qc_bytes_source *source, const char *path,
                                         struct qemucore_error *error)
{
    source->buffer = malloc(SOURCE_BUFFER);
    source->word = source_word(path);
    if (source->buffer == NULL || source->word == NULL) {
        qc_bytes_source_close(source);
        return qc_error_memory(error);
    }
    source->next = source->buffer;
    return QEMUCORE_OK;
}

/* path NULL: the descriptor is the caller's, and stays open. */
static enum qemucore_status source_start_fd(struct qc_bytes_source *source, int fd,
                                            const char *path, struct qemucore_error *error)
{
    *source = (struct qc_bytes_source){
        .fd = fd,
        .close_fd = path != NULL,
        .step = SOURCE_FIRST_STEP,
    };
    struct stat found;
    enum qemucore_status status;
    if (fstat(source->fd, &found) != 0) {
        status = qc_error_system(error, errno, "fstat");
    } else {
        /* Checked again: since stat, another file may have taken the path. */
        status = source_check_kind(found.st_mode, error);
    }
    if (status != QEMUCORE_OK) {
        qc_bytes_source_close(source);
        return status;
    }
    source->regular = S_ISREG(found.st_mode);
    source->nameless = source->regular && found.st_nlink == 0;
    source->size = source->regular ? (uint64_t)found.st_size : 0;
    return source_start(source, qc_str_or(path, "FILE"), error);
}

enum qemucore_status qc_bytes_source_open(struct qc_bytes_source *source, const char *path,
                                          struct qemucore_error *error)
{
    if (strcmp(path, "-") == 0) {
        return qc_bytes_source_open_fd(source, STDIN_FILENO, error);
    }
    int fd = -1;
    QC_TRY(source_open_path(path, &fd, error));
    return source_start_fd(source, fd, path, error);
}

enum qemucore_status qc_bytes_source_open_fd(struct qc_bytes_source *source, int fd,
                                             struct qemucore_error *error)
{
    return source_start_fd(source, fd, NULL, error);
}

enum qemucore_status qc_bytes_source_open_given(struct qc_bytes_source *source,
                                                const struct qemucore_source *given,
                                                struct qemucore_error *error)
{
    bool forward = (given->flags & QEMUCORE_SOURCE_FORWARD) != 0;
    *source = (struct qc_bytes_source){
        .fd = -1,
        .given = *given,
        .regular = !forward,
        .size = forward ? 0 : given->length,
        .step = SOURCE_FIRST_STEP,
    };
    return source_start(source, "FILE", error);
}

enum qemucore_status qc_bytes_source_open_memory(struct qc_bytes_source *source, const void *data,
                                                 size_t size, size_t step,
                                                 struct qemucore_error *error)
{
    *source = (struct qc_bytes_source){
        .fd = -1,
        .memory = data,
        .size = size,
        .step = step != 0 ? step : SOURCE_BUFFER,
    };
    return source_start(source, "FILE", error);
}

void qc_bytes_source_close(struct qc_bytes_source *source)
{
    if (source->close_fd) {
        close(source->fd);
    }
    free(source->buffer);
    free(source->word);
    *source = (struct qc_bytes_source){.fd = -1};
}

/* Reads with the caller's function. A result larger than size is an error (EIO). */
static ssize_t source_read_given(const struct qc_bytes_source *source, uint64_t position,
                                 void *buffer, size_t size)
{
    const struct qemucore_source *given = &source->given;
    int64_t count = given->read(given->opaque, position, buffer, size);
    if (count < 0 || (uint64_t)count > size) {
        errno = count < 0 && count >= -QC_ERRNO_MAX ? (int)-count : EIO;
        return -1;
    }
    return (ssize_t)count;
}

static bool source_is_memory(const struct qc_bytes_source *source)
{
    return source->fd < 0 && source->given.read == NULL;
}

/* Reads stored bytes. Waits by poll if the descriptor, opened by others, is non-blocking. */
static ssize_t source_read_stored(const struct qc_bytes_source *source, uint64_t position,
                                  void *buffer, size_t size)
{
    if (source->given.read != NULL) {
        return source_read_given(source, position, buffer, size);
    }
    for (;;) {
        ssize_t count = source->regular ? pread(source->fd, buffer, size, (off_t)position)
                                        : read(source->fd, buffer, size);
        if (count >= 0) {
            return count;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd wait = {.fd = source->fd, .events = POLLIN};
            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return -1;
        }
    }
}

/* Makes one read at the position, of at least one byte. *count is 0 at the end. */
static enum qemucore_status source_read_once(struct qc_bytes_source *source, void *buffer,
                                             size_t size, size_t *count,
                                             struct qemucore_error *error)
{
    *count = 0;
    size = qc_min(size, source->step);
    if (qc_bytes_source_can_seek(source)) {
        uint64_t left = source->size - source->position;
        size = left < size ? (size_t)left : size;
        if (size == 0) {
            return QEMUCORE_OK;
        }
    }
    if (source_is_memory(source)) {
        memcpy(buffer, source->memory + source->position, size);
        source->position += size;
        *count = size;
        return QEMUCORE_OK;
    }
    ssize_t got = source_read_stored(source, source->position, buffer, size);
    if (got < 0) {
        return qc_error_system(error, errno, "read");
    }
    QC_FAIL_IF(got == 0 && source->regular, error, QEMUCORE_TRUNCATED,
               "the file became shorter while it was read");
    *count = (size_t)got;
    source->position += *count;
    if (got != 0 && source->step < SOURCE_BUFFER) {
        source->step *= 2;
    }
    return QEMUCORE_OK;
}

enum qemucore_status qc_bytes_source_fill(struct qc_bytes_source *source, size_t wanted,
                                          struct qemucore_error *error)
{
    if (source->left >= wanted) {
        return QEMUCORE_OK;
    }
    source->next = memmove(source->buffer, source->next, source->left);
    size_t count = 1;
    while (source->left < wanted && count != 0) {
        QC_TRY(source_read_once(source, source->buffer + source->left, SOURCE_BUFFER - source->left,
                                &count, error));
        source->left += count;
    }
    return QEMUCORE_OK;
}

void qc_bytes_source_take(struct qc_bytes_source *source, size_t count)
{
    source->next += count;
    source->left -= count;
}

bool qc_bytes_source_need(struct qc_bytes_source *source, size_t wanted, const char *part,
                          uint64_t number, struct qemucore_error *error)
{
    if (qc_bytes_source_fill(source, wanted, error) != QEMUCORE_OK) {
        return false;
    }
    if (source->left < wanted) {
        qc_error_set(error, QEMUCORE_TRUNCATED, "the file ends inside %s %" PRIu64, part, number);
    }
    return source->left >= wanted;
}

bool qc_bytes_source_magic(struct qc_bytes_source *source, size_t head_size, uint64_t number,
                           uint32_t *ret, struct qemucore_error *error)
{
    if (qc_bytes_source_fill(source, head_size, error) != QEMUCORE_OK || source->left == 0) {
        return false;
    }
    struct qc_cursor cursor = qc_cursor_new(source->next, source->left, false);
    *ret = qc_cursor_u32(&cursor);
    if (cursor.failed) {
        qc_error_set(error, QEMUCORE_TRUNCATED,
                     "the file ends after frame %" PRIu64 ", inside a header", number);
    }
    return !cursor.failed;
}

enum qemucore_status qc_bytes_source_read(struct qc_bytes_source *source, void *buffer,
                                          size_t size, size_t *count,
                                          struct qemucore_error *error)
{
    if (source->left == 0) {
        return source_read_once(source, buffer, size, count, error);
    }
    *count = qc_min(source->left, size);
    memcpy(buffer, source->next, *count);
    qc_bytes_source_take(source, *count);
    return QEMUCORE_OK;
}

size_t qc_bytes_source_read_at(const struct qc_bytes_source *source, uint64_t offset, void *buffer,
                               size_t size, struct qemucore_error *error)
{
    uint64_t rest = offset < source->size ? source->size - offset : 0;
    size = rest < size ? (size_t)rest : size;
    if (source_is_memory(source) && size != 0) {
        memcpy(buffer, source->memory + offset, size);
        return size;
    }
    size_t done = 0;
    while (done < size) {
        ssize_t got = source_read_stored(source, offset + done, (char *)buffer + done, size - done);
        if (got < 0) {
            qc_error_system(error, errno, "can't be read at offset %" PRIu64, offset + done);
            return 0;
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
    }
    return done;
}

bool qc_bytes_source_can_seek(const struct qc_bytes_source *source)
{
    return source_is_memory(source) || source->regular;
}

bool qc_bytes_source_is_shared(const struct qc_bytes_source *source)
{
    return qc_bytes_source_can_seek(source) && source->given.read == NULL;
}

void qc_bytes_source_seek(struct qc_bytes_source *source, uint64_t position)
{
    if (position == qc_bytes_source_taken(source)) {
        return;
    }
    source->position = position;
    source->next = source->buffer;
    source->left = 0;
    if (!source_is_memory(source)) {
        source->step = SOURCE_FIRST_STEP;
    }
}
