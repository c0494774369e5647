/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/package.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "files/files_limits.h"

/* Opens a path. Below a root, no symbolic link is followed: it might lead out, to this machine. */
static int open_below(const char *root, const char *const *components)
{
    int fd = open(qc_str_or(root, "/"), O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; fd >= 0 && components[i] != NULL; i++) {
        int flags = O_PATH | O_CLOEXEC | (root == NULL ? 0 : O_NOFOLLOW);
        int next = openat(fd, components[i], flags);
        close(fd);
        fd = next;
    }
    return fd;
}

static bool exists_below(const char *root, const char *const *components)
{
    QC_CLOSE int fd = open_below(root, components);
    return fd >= 0;
}

/* Removes /usr before /lib, /bin and /sbin. They are the same directories if /usr is merged: dpkg's
   lists name the one, the kernel the other. */
static const char *without_usr(const char *path)
{
    static const char *const merged[] = {"/lib", "/bin", "/sbin"};
    for (size_t i = 0; qc_str_begins(path, "/usr/") && i < 3; i++) {
        if (qc_str_begins(path + 4, merged[i])) {
            return path + 4;
        }
    }
    return path;
}

static void file_set_key(struct qc_package_file *file, const char *path, size_t length)
{
    file->key = without_usr(path);
    file->length = length - (size_t)(file->key - path);
}

/* Compares lengths first: half a million paths are looked up, and most begin alike. */
QC_DEFINE_ORDER(compare_files, struct qc_package_file,
                qc_compare(a->length, b->length) ?: memcmp(a->key, b->key, a->length))

/* "libc6:amd64.list" lists the files of libc6. */
static char *package_of_list(const char *name)
{
    size_t length = strlen(name) - strlen(".list");
    const char *colon = memchr(name, ':', length);
    return strndup(name, colon == NULL ? length : (size_t)(colon - name));
}

/* Reads a regular file, and appends a NUL. NULL: it can't be read, or is too large. */
static char *read_list(int directory, const char *name)
{
    QC_CLOSE int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat information;
    if (fd < 0 || fstat(fd, &information) != 0 || !S_ISREG(information.st_mode) ||
        (uint64_t)information.st_size > QC_LIMIT_PACKAGE_LIST) {
        return NULL;
    }
    size_t size = (size_t)information.st_size;
    QC_FREE char *text = malloc(size + 1);
    size_t used = 0;
    while (text != NULL && used < size) {
        ssize_t there = read(fd, text + used, size - used);
        if (there == 0 || (there < 0 && errno != EINTR)) {
            break;
        }
        used += there < 0 ? 0 : (size_t)there;
    }
    if (text == NULL) {
        return NULL;
    }
    text[used] = '\0';
    return qc_move(text);
}

/* Sets the package of files that the list names, and returns how many these are. */
static size_t search_list(char *text, const char *name, struct qc_package_file *files, size_t count)
{
    size_t named = 0;
    char *rest = text;
    char *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        struct qc_package_file key = {.path = line};
        file_set_key(&key, line, rest == NULL ? strlen(line) : (size_t)(rest - 1 - line));
        struct qc_package_file *found =
            key.length == 0 ? NULL : bsearch(&key, files, count, sizeof(key), compare_files);
        if (found == NULL) {
            continue;
        }
        /* Several modules may have the same path. */
        while (found > files && compare_files(found - 1, &key) == 0) {
            found--;
        }
        for (; found < files + count && compare_files(found, &key) == 0; found++) {
            if (found->package == NULL) {
                found->package = package_of_list(name);
                named++;
            }
        }
    }
    return named;
}

/* Letters that the names of a package and of its file mostly share, as libpng16-16 and
   qemu-system-x86 do with theirs; hardly any other package has them. */
#define LETTERS 5

static bool is_likely_owner(const char *list, const char *path)
{
    static const struct {
        const char *file;
        const char *package;
    } others[] = {
        {"libc.so", "libc6"},     {"libm.so", "libc6"},    {"libpthread", "libc6"},
        {"libresolv", "libc6"},   {"libdl.so", "libc6"},   {"librt.so", "libc6"},
        {"ld-linux", "libc6"},    {"libz.so", "zlib1g"},
    };
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return qc_array_any(others, at,
                        qc_str_begins(name, at->file) && qc_str_begins(list, at->package)) ||
           strncmp(list, name, LETTERS) == 0;
}

static bool is_likely(const char *list, const struct qc_package_file *files, size_t count)
{
    return qc_find(files, count, file,
                   file->package == NULL && is_likely_owner(list, file->path)) != NULL;
}

/* Searches the lists of likely packages, or all. Returns how many files have no package yet. */
static size_t search_lists(DIR *directory, struct qc_package_file *files, size_t count, size_t left,
                           bool likely)
{
    const struct dirent *entry;
    for (size_t i = 0; left != 0 && i < QC_LIMIT_PACKAGES && (entry = readdir(directory)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length <= 5 || strcmp(entry->d_name + length - 5, ".list") != 0) {
            continue;
        }
        i++;
        if (likely && !is_likely(entry->d_name, files, count)) {
            continue;
        }
        QC_FREE char *text = read_list(dirfd(directory), entry->d_name);
        if (text != NULL) {
            size_t named = search_list(text, entry->d_name, files, count);
            left -= qc_min(named, left);
        }
    }
    return left;
}

/* Searches dpkg's database; false: there is none. All of its thousand lists are opened only for a
   file that is in none of the likely ones. */
static bool search_dpkg(const char *root, struct qc_package_file *files, size_t count)
{
    static const char *const components[] = {"var", "lib", "dpkg", "info", NULL};
    QC_CLOSE int located = open_below(root, components);
    QC_FOLDER DIR *directory = located < 0 ? NULL : qc_folder_open(located, ".");
    if (directory == NULL) {
        return false;
    }
    size_t left = search_lists(directory, files, count, count, true);
    if (left != 0) {
        rewinddir(directory);
        search_lists(directory, files, count, left, false);
    }
    return true;
}

enum qc_package_manager qc_package_find(const char *root, struct qc_package_file *files,
                                        size_t count)
{
    static const char *const rpm[] = {"var", "lib", "rpm", NULL};
    static const char *const new_rpm[] = {"usr", "lib", "sysimage", "rpm", NULL};
    static const char *const zypper[] = {"usr", "bin", "zypper", NULL};
    static const char *const dpkg[] = {"var", "lib", "dpkg", "status", NULL};
    /* A machine may have the package manager of another kind installed, but not its database. */
    bool is_rpm = exists_below(root, rpm) || exists_below(root, new_rpm);
    if (is_rpm && !exists_below(root, dpkg)) {
        return exists_below(root, zypper) ? QC_PACKAGE_ZYPPER : QC_PACKAGE_DNF;
    }
    for (size_t i = 0; i < count; i++) {
        file_set_key(&files[i], files[i].path, strlen(files[i].path));
    }
    if (count > 1) {
        qsort(files, count, sizeof(*files), compare_files);
    }
    return search_dpkg(root, files, count) ? QC_PACKAGE_DPKG : QC_PACKAGE_UNKNOWN;
}

/* ---- where the packages of debug info are ------------------------------------------------- */

static char *read_below(const char *root, const char *const *directory, const char *name)
{
    QC_CLOSE int located = open_below(root, directory);
    return located < 0 ? NULL : read_list(located, name);
}

/* Returns the value (malloc) in a line KEY=value or KEY="value" of os-release(5). */
static char *release_value(const char *text, const char *key)
{
    const char *next = text;
    for (const char *line = text; next != NULL; line = next + 1) {
        next = strchr(line, '\n');
        if (qc_str_begins(line, key) && line[strlen(key)] == '=') {
            const char *value = line + strlen(key) + 1;
            value += *value == '"';
            return strndup(value, strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-."));
        }
    }
    return NULL;
}

/* Tells whether apt knows the archive, by sources.list or a file in sources.list.d. */
static bool has_source(const char *root, const char *archive)
{
    static const char *const apt[] = {"etc", "apt", NULL};
    static const char *const parts[] = {"etc", "apt", "sources.list.d", NULL};
    QC_FREE char *list = read_below(root, apt, "sources.list");
    if (list != NULL && strstr(list, archive) != NULL) {
        return true;
    }
    QC_CLOSE int located = open_below(root, parts);
    QC_FOLDER DIR *directory = located < 0 ? NULL : qc_folder_open(located, ".");
    const struct dirent *entry;
    for (size_t i = 0; directory != NULL && i < QC_LIMIT_APT_SOURCES &&
                       (entry = readdir(directory)) != NULL; i++) {
        QC_FREE char *text = read_list(dirfd(directory), entry->d_name);
        if (text != NULL && strstr(text, archive) != NULL) {
            return true;
        }
    }
    return false;
}

char *qc_package_debug_source(const char *root)
{
    static const char *const lib[] = {"usr", "lib", NULL};
    QC_FREE char *release = read_below(root, lib, "os-release");
    QC_FREE char *id = release == NULL ? NULL : release_value(release, "ID");
    QC_FREE char *name = release == NULL ? NULL : release_value(release, "VERSION_CODENAME");
    if (id == NULL || name == NULL || name[0] == '\0') {
        return NULL;
    }
    if (strcmp(id, "debian") == 0 && !has_source(root, "debian-debug")) {
        return qc_format("echo 'deb http://deb.debian.org/debian-debug %s-debug main' "
                         ">/etc/apt/sources.list.d/debug.list && apt update", name);
    }
    if (strcmp(id, "ubuntu") == 0 && !has_source(root, "ddebs.ubuntu.com")) {
        return qc_format("apt install ubuntu-dbgsym-keyring && echo 'deb http://ddebs.ubuntu.com %s "
                         "main universe' >/etc/apt/sources.list.d/ddebs.list && apt update", name);
    }
    return NULL;
}
