/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/archives/sysroot_archive.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <libgen.h>
#include <linux/openat2.h>
#include <search.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/base.h"
#include "files/archives/container_layers.h"
#include "files/files_limits.h"

/* Names by which a layer removes what the layers below it have: one file, or all of a directory. */
#define WHITEOUT ".wh."
#define WHITEOUT_ALL ".wh..wh..opq"

/* Directory of dwz for parts that several debug files share; only those files name it. */
#define DWZ_DIRECTORY "/.dwz/"

/*
 * Files are unpacked by their names, in any directory: a path can't be resolved before all symbolic
 * links are there. So the wanted names are all components of the paths that are looked for, and of
 * the targets of links with such names.
 */
struct qc_sysroot_archive {
    struct qc_container_layers layers;
    char *parent; /* the temporary directory */
    char *root;   /* directory in parent, named like the archive, as messages show it */
    int root_fd;
    void *names; /* wanted names: a tree of tsearch(3) */
    size_t name_count;
    size_t names_taken; /* how many of them the last pass looked for */
    bool lacks_names;  /* more names were wanted than are kept */
    bool lacks_passes; /* the last pass found links to files that it had passed */
    size_t layer; /* index of the layer that `inodes` are of */
    void *inodes; /* inodes that this layer has made: a tree of tsearch(3) */
    uint64_t taken; /* bytes that were unpacked */
};

/* ---- names ----------------------------------------------------------------------------------- */

static int compare_names(const void *left, const void *right)
{
    return strcmp(left, right);
}

static bool is_wanted(struct qc_sysroot_archive *archive, const char *name)
{
    return tfind(name, &archive->names, compare_names) != NULL;
}

static void want_name(struct qc_sysroot_archive *archive, const char *name)
{
    if (name[0] == '\0' || is_wanted(archive, name)) {
        return;
    }
    if (archive->name_count >= QC_LIMIT_IMAGE_NAMES) {
        archive->lacks_names = true;
        return;
    }
    char *copy = strdup(name);
    if (copy == NULL || tsearch(copy, &archive->names, compare_names) == NULL) {
        free(copy);
        return;
    }
    archive->name_count++;
}

static void want_path(struct qc_sysroot_archive *archive, const char *path)
{
    QC_FREE char *copy = strdup(path);
    char *rest = copy;
    for (char *part = copy; part != NULL && (part = strsep(&rest, "/")) != NULL;) {
        want_name(archive, part);
    }
}

void qc_sysroot_archive_want(struct qc_file_search *search, const char *path)
{
    if (search->sysroot_archive != NULL) {
        want_path(search->sysroot_archive, path);
    }
}

void qc_sysroot_archive_want_file(struct qc_file_search *search, const char *path,
                                  const struct qc_build_id *build_id)
{
    struct qc_sysroot_archive *archive = search->sysroot_archive;
    char debug[QC_LIMIT_PATH];
    char hex[2 * QC_LIMIT_BUILD_ID + 1];
    QC_FREE char *copy = archive == NULL ? NULL : strdup(path);
    if (copy == NULL) {
        return;
    }
    want_path(archive, path);
    if (snprintf(debug, sizeof(debug), "%s.debug", basename(copy)) < (int)sizeof(debug)) {
        want_name(archive, debug);
    }
    if (build_id->size >= 2) {
        qc_build_id_format(build_id, hex);
        snprintf(debug, sizeof(debug), "%s.debug", hex + 2);
        want_name(archive, debug);
        want_name(archive, hex + 2);
    }
}

/* ---- the directory --------------------------------------------------------------------------- */

static int compare_inodes(const void *left, const void *right)
{
    return qc_compare((uintptr_t)left, (uintptr_t)right);
}

static void keep_inode(void *inode)
{
    (void)inode;
}

static void forget_layer(struct qc_sysroot_archive *archive)
{
    tdestroy(archive->inodes, keep_inode);
    archive->inodes = NULL;
    archive->layer = archive->layers.current;
}

/* Adds what was unpacked to the inodes of the current layer. The tree's keys are the numbers. */
static void add_inode(struct qc_sysroot_archive *archive, int directory, const char *name)
{
    struct stat information;
    if (fstatat(directory, name, &information, AT_SYMLINK_NOFOLLOW) == 0) {
        tsearch((void *)(uintptr_t)information.st_ino, &archive->inodes, compare_inodes);
    }
}

static bool is_among(const FTSENT *entry, void *const *inodes)
{
    return inodes != NULL && entry->fts_info != FTS_NS &&
           tfind((void *)(uintptr_t)entry->fts_statp->st_ino, inodes, compare_inodes) != NULL;
}

/* Removes all below path, and path itself if possible, but for files and links among `kept` (NULL:
   none). Symbolic links are removed, not followed. */
static void remove_tree(const char *path, void *const *kept)
{
    char *const roots[] = {(char *)path, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *entry;
    while (tree != NULL && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_DP) {
            rmdir(entry->fts_accpath);
        } else if (entry->fts_info != FTS_D && !is_among(entry, kept)) {
            unlink(entry->fts_accpath);
        }
    }
    if (tree != NULL) {
        fts_close(tree);
    }
}

static void remove_in(int directory, const char *name, void *const *kept)
{
    char path[QC_LIMIT_PATH + 64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", directory, name);
    remove_tree(path, kept);
}

/* Opens the directory of a path that qc_archive_path has accepted, and makes it if it is missing.
   Symbolic links are resolved as if root were "/". -1: something is in the way. */
static int directory_of(const struct qc_sysroot_archive *archive, const char *path)
{
    const struct open_how how = {
        .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    QC_FREE char *copy = strdup(path);
    QC_CLOSE int at = fcntl(archive->root_fd, F_DUPFD_CLOEXEC, 0);
    for (char *end = copy; end != NULL && at >= 0 && (end = strchr(end, '/')) != NULL; *end++ = '/') {
        *end = '\0';
        int next = (int)syscall(SYS_openat2, archive->root_fd, copy, &how, sizeof(how));
        if (next < 0 && errno == ENOENT && mkdirat(at, basename(copy), 0700) == 0) {
            next = (int)syscall(SYS_openat2, archive->root_fd, copy, &how, sizeof(how));
        }
        qc_guard_close(&at);
        at = next;
    }
    return copy == NULL ? -1 : qc_move_fd(&at);
}

static enum qemucore_status directory_new(struct qc_sysroot_archive *archive,
                                          struct qemucore_error *error)
{
    const char *above = secure_getenv("TMPDIR");
    QC_FREE char *copy = strdup(archive->layers.path);
    archive->parent = qc_format("%s/qemucore-XXXXXX", qc_str_or(above, "/var/tmp"));
    QC_TRY_MEMORY(copy != NULL && archive->parent != NULL, error);
    if (mkdtemp(archive->parent) == NULL) {
        enum qemucore_status status = qc_error_system(error, errno, "%s", archive->parent);
        free(qc_move(archive->parent));
        return status;
    }
    archive->root = qc_format("%s/%s", archive->parent, basename(copy));
    return archive->root == NULL ? qc_error_memory(error) : QEMUCORE_OK;
}

/* Makes an empty directory, at first and for each other pass. */
static enum qemucore_status directory_empty(struct qc_sysroot_archive *archive,
                                            struct qemucore_error *error)
{
    archive->taken = 0;
    forget_layer(archive);
    qc_guard_close(&archive->root_fd);
    remove_tree(archive->root, NULL);
    if (mkdir(archive->root, 0700) == 0) {
        archive->root_fd = open(archive->root, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    return archive->root_fd < 0 ? qc_error_system(error, errno, "%s", archive->root) : QEMUCORE_OK;
}

/* ---- entries --------------------------------------------------------------------------------- */

static enum qemucore_status write_all(int fd, const uint8_t *data, size_t size)
{
    while (size != 0) {
        ssize_t done = write(fd, data, size);
        if (done < 0 && errno != EINTR) {
            return QEMUCORE_SYSTEM;
        }
        data += done < 0 ? 0 : done;
        size -= done < 0 ? 0 : (size_t)done;
    }
    return QEMUCORE_OK;
}

static enum qemucore_status copy_file(struct qc_sysroot_archive *archive, struct qc_archive *from,
                                      int fd, const char *path, struct qemucore_error *error)
{
    uint8_t buffer[65536];
    size_t there;
    enum qemucore_status status;
    while ((status = qc_archive_read(from, buffer, sizeof(buffer), &there, error)) ==
               QEMUCORE_OK && there != 0) {
        archive->taken += there;
        QC_FAIL_IF(archive->taken > QC_LIMIT_IMAGE_TAKEN, error, QEMUCORE_LIMIT,
                   "%s: more than %" PRIu64 " GiB for this process", archive->layers.path,
                   QC_LIMIT_IMAGE_TAKEN / QC_GIB);
        if (write_all(fd, buffer, there) != QEMUCORE_OK) {
            return qc_error_system(error, errno, "%s/%s", archive->root, path);
        }
    }
    return status;
}

/* Makes a link. A hard link becomes an absolute symbolic one, which leads to the same file. */
static void take_link(struct qc_sysroot_archive *archive, const struct qc_archive_entry *entry,
                      int directory, const char *name)
{
    const char *target = entry->kind == QC_ARCHIVE_HARD_LINK ? qc_archive_path(entry->target)
                                                             : entry->target;
    QC_FREE char *text = target == NULL ? NULL
                                        : qc_format("%s%s", entry->kind == QC_ARCHIVE_HARD_LINK
                                                                ? "/" : "", target);
    if (text != NULL && symlinkat(text, directory, name) == 0) {
        add_inode(archive, directory, name);
        want_path(archive, target);
    }
}

/* Removes what a whiteout names in the layers below: its own layer's files may come before it (OCI
   image specification, layer.md, "Whiteouts"). False: the name is no whiteout's. */
static bool take_whiteout(const struct qc_sysroot_archive *archive, int directory, const char *name)
{
    if (strcmp(name, WHITEOUT_ALL) == 0) {
        remove_in(directory, ".", &archive->inodes);
    } else if (qc_str_begins(name, WHITEOUT)) {
        const char *gone = name + strlen(WHITEOUT);
        if (gone[0] != '\0' && strcmp(gone, ".") != 0 && strcmp(gone, "..") != 0) {
            remove_in(directory, gone, &archive->inodes);
        }
    } else {
        return false;
    }
    return true;
}

static enum qemucore_status take_entry(void *opaque, struct qc_archive *from,
                                       const struct qc_archive_entry *entry,
                                       struct qemucore_error *error)
{
    struct qc_sysroot_archive *archive = opaque;
    const char *path = qc_archive_path(entry->path);
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    bool is_whiteout = qc_str_begins(name, WHITEOUT);
    if (name == NULL || name[0] == '\0' || entry->kind == QC_ARCHIVE_OTHER ||
        !(is_whiteout || is_wanted(archive, name) || strstr(path, DWZ_DIRECTORY) != NULL)) {
        return QEMUCORE_OK;
    }
    if (archive->layer != archive->layers.current) {
        forget_layer(archive);
    }
    QC_CLOSE int directory = directory_of(archive, path);
    if (directory < 0 || take_whiteout(archive, directory, name)) {
        return QEMUCORE_OK;
    }
    remove_in(directory, name, NULL);
    if (entry->kind != QC_ARCHIVE_FILE) {
        take_link(archive, entry, directory, name);
        return QEMUCORE_OK;
    }
    QC_CLOSE int fd = openat(directory, name,
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    enum qemucore_status status =
        fd < 0 ? QEMUCORE_OK : copy_file(archive, from, fd, path, error);
    add_inode(archive, directory, name);
    return status;
}

/* ---- all of it ------------------------------------------------------------------------------- */

void qc_sysroot_archive_free(struct qc_sysroot_archive *archive)
{
    if (archive == NULL) {
        return;
    }
    qc_guard_close(&archive->root_fd);
    if (archive->parent != NULL) {
        remove_tree(archive->parent, NULL);
    }
    qc_container_layers_free(&archive->layers);
    forget_layer(archive);
    tdestroy(archive->names, free);
    free(archive->parent);
    free(archive->root);
    free(archive);
}

static enum qemucore_status archive_begin(struct qc_file_search *search,
                                          struct qemucore_error *error)
{
    struct qc_sysroot_archive *archive = calloc(1, sizeof(*archive));
    QC_TRY_MEMORY(archive != NULL, error);
    archive->root_fd = -1;
    search->sysroot_archive = archive;
    enum qemucore_status status =
        qc_container_layers_find(search->options.sysroot, &archive->layers, error);
    if (status == QEMUCORE_OK) {
        status = directory_new(archive, error);
    }
    want_path(archive, "usr/lib/debug/.build-id");
    return status;
}

enum qemucore_status qc_sysroot_archive_find(struct qc_file_search *search,
                                             struct qemucore_error *error)
{
    const char *sysroot = search->options.sysroot;
    if (search->sysroot_archive != NULL || sysroot == NULL || !qc_container_layers_fit(sysroot)) {
        return QEMUCORE_OK;
    }
    enum qemucore_status status = archive_begin(search, error);
    return status == QEMUCORE_OK ? status : qc_error_prefix(error, status, "sysroot");
}

static enum qemucore_status archive_read(struct qc_sysroot_archive *archive,
                                         struct qemucore_error *error)
{
    enum qemucore_status status = QEMUCORE_OK;
    size_t before = 0;
    for (unsigned pass = 0; status == QEMUCORE_OK && archive->name_count != before &&
                            pass < QC_LIMIT_IMAGE_PASSES; pass++) {
        before = archive->name_count;
        status = directory_empty(archive, error);
        if (status == QEMUCORE_OK) {
            status = qc_container_layers_each(&archive->layers, take_entry, archive, error);
        }
    }
    archive->lacks_passes |= status == QEMUCORE_OK && archive->name_count != before;
    return status;
}

/* Reports what the limits have left out: files that are in the image, and seem not to be. */
static void archive_report(const struct qc_sysroot_archive *archive, struct qc_core *core)
{
    QC_FREE char *names = qc_format("%s: modules and symbolic links have more than %d names: files "
                                    "with other names are not looked for in it",
                                    archive->layers.path, QC_LIMIT_IMAGE_NAMES);
    QC_FREE char *passes = qc_format("%s: symbolic links lead to further files after %d passes: "
                                     "those are not looked for in it",
                                     archive->layers.path, QC_LIMIT_IMAGE_PASSES);
    if (archive->lacks_names && names != NULL) {
        qc_core_add_doubt(core, QC_MISSING_PART, QEMUCORE_LIMIT, names);
    }
    if (archive->lacks_passes && passes != NULL) {
        qc_core_add_doubt(core, QC_MISSING_PART, QEMUCORE_LIMIT, passes);
    }
}

enum qemucore_status qc_sysroot_archive_take(struct qc_file_search *search, struct qc_core *core,
                                             struct qemucore_error *error)
{
    struct qc_sysroot_archive *archive = search->sysroot_archive;
    if (archive == NULL) {
        return QEMUCORE_OK;
    }
    enum qemucore_status status = QEMUCORE_OK;
    if (archive->name_count != archive->names_taken) {
        status = archive_read(archive, error);
        archive->names_taken = archive->name_count;
    }
    if (status != QEMUCORE_OK) {
        return qc_error_prefix(error, status, "sysroot");
    }
    archive_report(archive, core);
    search->options.sysroot = archive->root;
    return status;
}
