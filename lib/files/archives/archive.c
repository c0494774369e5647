/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/archives/archive.h"

#include <string.h>

#include "files/files_limits.h"

const char *qc_archive_path(const char *path)
{
    while (path[0] == '/' || (path[0] == '.' && path[1] == '/')) {
        path++;
    }
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += part[0] == '/';
        size_t length = strcspn(part, "/");
        if (length == 2 && memcmp(part, "..", 2) == 0) {
            return NULL;
        }
    }
    return path[0] == '\0' || strcmp(path, ".") == 0 || strlen(path) >= QC_LIMIT_PATH ? NULL : path;
}

#ifdef HAVE_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>

/* The same since libarchive 3.0, of 2011. */
#define ARCHIVE_SONAME "libarchive.so.13"

#define FUNCTIONS(each)                                                                   \
    each(archive_read_new) each(archive_read_free) each(archive_read_support_format_tar)  \
    each(archive_read_support_filter_gzip) each(archive_read_support_filter_xz)           \
    each(archive_read_support_filter_zstd) each(archive_read_open2)                       \
    each(archive_read_next_header) each(archive_read_data) each(archive_filter_bytes)     \
    each(archive_error_string) each(archive_set_error) each(archive_filter_count)         \
    each(archive_entry_pathname)                                                          \
    each(archive_entry_symlink) each(archive_entry_hardlink) each(archive_entry_filetype)

/* libarchive's functions. It is loaded when an archive is read, as it brings a dozen libraries. */
struct library {
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

struct qc_archive {
    struct library library;
    struct archive *handle;
    const char *name;
    int fd;
    struct qc_archive *outer; /* the archive that this is an entry of; NULL: it is a file */
    uint64_t entries;
    struct qc_archive_work *work;
    uint64_t inflated; /* this archive's share of work->inflated */
    bool is_bomb;
    uint8_t buffer[16384]; /* compressed zeros in it inflate to half a GiB between two checks */
};

static bool library_load(struct library *library)
{
    void *handle = dlopen(ARCHIVE_SONAME, RTLD_LAZY | RTLD_NODELETE);
    bool good = handle != NULL;
#define LOAD(name) good = good && (library->name = dlsym(handle, #name)) != NULL;
    FUNCTIONS(LOAD)
#undef LOAD
    return good;
}

void qc_archive_free(struct qc_archive *archive)
{
    if (archive == NULL) {
        return;
    }
    if (archive->handle != NULL) {
        archive->library.archive_read_free(archive->handle);
    }
    qc_guard_close(&archive->fd);
    free(archive);
}

static enum qemucore_status archive_error(struct qc_archive *archive, struct qemucore_error *error)
{
    const char *why = archive->library.archive_error_string(archive->handle);
    QC_FAIL_IF(archive->is_bomb, error, QEMUCORE_LIMIT,
               "%s: inflates to more than %d times its size; a directory that it is "
               "unpacked to can be given in its place", archive->name, QC_LIMIT_ARCHIVE_RATIO);
    return qc_error_set(error, QEMUCORE_CORRUPT, "%s: %s", archive->name,
                        qc_str_or(why, "damaged"));
}

/* Creates an archive. A libarchive that was built without a decoder runs a program instead, and
   tells by ARCHIVE_WARN: a library must not run programs. */
static enum qemucore_status archive_new(const char *name, struct qc_archive_work *work,
                                        struct qc_archive **ret, struct qemucore_error *error)
{
    QC_GUARD(qc_guard_archive) struct qc_archive *archive = calloc(1, sizeof(*archive));
    QC_TRY_MEMORY(archive != NULL, error);
    archive->fd = -1;
    archive->name = name;
    archive->work = work;
    struct library *library = &archive->library;
    if (!library_load(library)) {
        const char *why = dlerror();
        return qc_error_set(error, QEMUCORE_UNSUPPORTED, "%s: reading archives needs libarchive: %s",
                            name, why == NULL ? ARCHIVE_SONAME : why);
    }
    archive->handle = library->archive_read_new();
    QC_TRY_MEMORY(archive->handle != NULL, error);
    QC_FAIL_IF(library->archive_read_support_filter_gzip(archive->handle) != ARCHIVE_OK ||
               library->archive_read_support_filter_xz(archive->handle) != ARCHIVE_OK ||
               library->archive_read_support_filter_zstd(archive->handle) != ARCHIVE_OK ||
               library->archive_read_support_format_tar(archive->handle) != ARCHIVE_OK,
               error, QEMUCORE_UNSUPPORTED, "%s: the libarchive here lacks gzip, xz or zstd", name);
    *ret = qc_move(archive);
    return QEMUCORE_OK;
}

/* Counts the bytes that libarchive has inflated. False: too many for the bytes that it has read. */
static bool is_in_bounds(struct qc_archive *archive)
{
    struct qc_archive_work *work = archive->work;
    uint64_t inflated = (uint64_t)archive->library.archive_filter_bytes(archive->handle, 0);
    work->inflated += inflated - archive->inflated;
    archive->inflated = inflated;
    archive->is_bomb = work->inflated > QC_LIMIT_ARCHIVE_INFLATED &&
                       work->inflated / QC_LIMIT_ARCHIVE_RATIO > work->read;
    return !archive->is_bomb;
}

/* Reads into the buffer: from the outer archive's entry, or from the file. */
static ssize_t read_some(struct qc_archive *archive, struct qemucore_error *error)
{
    size_t there = 0;
    if (archive->outer != NULL) {
        return qc_archive_read(archive->outer, archive->buffer, sizeof(archive->buffer), &there,
                               error) == QEMUCORE_OK
                   ? (ssize_t)there
                   : -1;
    }
    ssize_t done;
    do {
        done = read(archive->fd, archive->buffer, sizeof(archive->buffer));
    } while (done < 0 && errno == EINTR);
    if (done < 0) {
        qc_error_system(error, errno, "reading it");
    }
    archive->work->read += done < 0 ? 0 : (uint64_t)done;
    return done;
}

static la_ssize_t give_bytes(struct archive *handle, void *opaque, const void **buffer)
{
    struct qc_archive *archive = opaque;
    struct qemucore_error error = {0};
    ssize_t there = is_in_bounds(archive) ? read_some(archive, &error) : -1;
    *buffer = archive->buffer;
    if (there < 0) {
        archive->library.archive_set_error(handle, EIO, "%s", error.message);
        return ARCHIVE_FATAL;
    }
    return there;
}

/* Skips entries in a file that is not compressed. Returns 0 if they have to be read instead. */
static la_int64_t skip_bytes(struct archive *handle, void *opaque, la_int64_t size)
{
    struct qc_archive *archive = opaque;
    (void)handle;
    if (archive->outer != NULL || lseek(archive->fd, size, SEEK_CUR) < 0) {
        return 0;
    }
    archive->work->read += (uint64_t)size;
    return size;
}

/* Opens the archive. One that is compressed twice is refused: a single buffer may inflate to a TiB
   before the next check. libarchive counts the tar itself as a filter, too. */
static enum qemucore_status archive_begin(struct qc_archive *archive, struct qemucore_error *error)
{
    if (archive->library.archive_read_open2(archive->handle, archive, NULL, give_bytes, skip_bytes,
                                            NULL) != ARCHIVE_OK) {
        return archive_error(archive, error);
    }
    return archive->library.archive_filter_count(archive->handle) > 2
               ? qc_error_set(error, QEMUCORE_LIMIT, "%s: compressed more than once", archive->name)
               : QEMUCORE_OK;
}

enum qemucore_status qc_archive_open(int fd, const char *name, struct qc_archive_work *work,
                                     struct qc_archive **ret, struct qemucore_error *error)
{
    QC_CLOSE int ours = fd;
    QC_GUARD(qc_guard_archive) struct qc_archive *archive = NULL;
    enum qemucore_status status = archive_new(name, work, &archive, error);
    if (status == QEMUCORE_OK) {
        archive->fd = qc_move_fd(&ours);
        status = archive_begin(archive, error);
    }
    *ret = status == QEMUCORE_OK ? qc_move(archive) : NULL;
    return status;
}

enum qemucore_status qc_archive_open_inner(struct qc_archive *outer, const char *name,
                                           struct qc_archive **ret, struct qemucore_error *error)
{
    QC_GUARD(qc_guard_archive) struct qc_archive *archive = NULL;
    enum qemucore_status status = archive_new(name, outer->work, &archive, error);
    if (status == QEMUCORE_OK) {
        archive->outer = outer;
        status = archive_begin(archive, error);
    }
    *ret = status == QEMUCORE_OK ? qc_move(archive) : NULL;
    return status;
}

static void entry_of(const struct library *library, struct archive_entry *from,
                     struct qc_archive_entry *ret)
{
    const char *hard = library->archive_entry_hardlink(from);
    unsigned type = library->archive_entry_filetype(from);
    ret->path = library->archive_entry_pathname(from);
    ret->target = hard != NULL ? hard : library->archive_entry_symlink(from);
    ret->kind = hard != NULL                                    ? QC_ARCHIVE_HARD_LINK
                : type == AE_IFREG                              ? QC_ARCHIVE_FILE
                : type == AE_IFLNK && ret->target != NULL       ? QC_ARCHIVE_SYMLINK
                                                                : QC_ARCHIVE_OTHER;
}

/* An entry whose name this locale can't write has ARCHIVE_WARN, and no name: it is skipped. */
enum qemucore_status qc_archive_next(struct qc_archive *archive, struct qc_archive_entry *ret,
                                     struct qemucore_error *error)
{
    do {
        struct archive_entry *entry;
        int result = archive->library.archive_read_next_header(archive->handle, &entry);
        if (result == ARCHIVE_EOF) {
            return QEMUCORE_ABSENT;
        }
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
            return archive_error(archive, error);
        }
        QC_FAIL_IF(archive->entries++ == QC_LIMIT_ARCHIVE_ENTRIES, error, QEMUCORE_LIMIT,
                   "%s: more than %d entries", archive->name, QC_LIMIT_ARCHIVE_ENTRIES);
        entry_of(&archive->library, entry, ret);
    } while (ret->path == NULL);
    return QEMUCORE_OK;
}

enum qemucore_status qc_archive_read(struct qc_archive *archive, void *buffer, size_t size,
                                     size_t *ret, struct qemucore_error *error)
{
    la_ssize_t there = archive->library.archive_read_data(archive->handle, buffer, size);
    if (there < 0) {
        return archive_error(archive, error);
    }
    *ret = (size_t)there;
    return QEMUCORE_OK;
}

#else

enum qemucore_status qc_archive_open(int fd, const char *name, struct qc_archive_work *work,
                                     struct qc_archive **ret, struct qemucore_error *error)
{
    (void)work;
    (void)ret;
    qc_guard_close(&fd);
    return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                        "%s: reading archives needs libarchive, which this build has not", name);
}

enum qemucore_status qc_archive_open_inner(struct qc_archive *outer, const char *name,
                                           struct qc_archive **ret, struct qemucore_error *error)
{
    (void)outer;
    return qc_archive_open(-1, name, NULL, ret, error);
}

enum qemucore_status qc_archive_next(struct qc_archive *archive, struct qc_archive_entry *ret,
                                     struct qemucore_error *error)
{
    (void)archive;
    (void)ret;
    (void)error;
    return QEMUCORE_ABSENT;
}

enum qemucore_status qc_archive_read(struct qc_archive *archive, void *buffer, size_t size,
                                     size_t *ret, struct qemucore_error *error)
{
    (void)archive;
    (void)buffer;
    (void)size;
    (void)error;
    *ret = 0;
    return QEMUCORE_OK;
}

void qc_archive_free(struct qc_archive *archive)
{
    (void)archive;
}

#endif
