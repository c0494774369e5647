/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/debug_file.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "files/debuginfod.h"
#include "files/elf_file.h"
#include "files/files_limits.h"
#include "files/given_file.h"
#include "files/search.h"

#define SYSTEM_ROOT "/usr/lib/debug"

/* How a candidate proves to be the right file. */
struct wanted {
    const struct qc_build_id *build_id; /* NULL: any is right */
    bool by_crc;
    uint32_t crc;
};

/* Compares the file's CRC-32, as .gnu_debuglink has it (the polynomial of zlib and Ethernet). */
static bool file_crc_equals(int fd, uint32_t wanted)
{
    uint32_t table[256];
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (unsigned bit = 0; bit < 8; bit++) {
            table[i] = (table[i] & 1) != 0 ? table[i] >> 1 ^ 0xedb88320u : table[i] >> 1;
        }
    }
    uint32_t crc = UINT32_MAX;
    uint8_t buffer[16384];
    uint64_t offset = 0;
    ssize_t there;
    while ((there = qc_file_read_at(fd, buffer, sizeof(buffer), offset)) > 0) {
        for (ssize_t i = 0; i < there; i++) {
            crc = crc >> 8 ^ table[(crc ^ buffer[i]) & 0xff];
        }
        offset += (uint64_t)there;
    }
    return there == 0 && ~crc == wanted;
}

static bool debug_file_proves(int fd, const struct wanted *wanted)
{
    Elf *elf = qc_file_elf_begin(fd);
    struct qc_build_id build_id = {.size = 0};
    bool good = elf != NULL && elf_kind(elf) == ELF_K_ELF;
    if (good && wanted->build_id != NULL) {
        qc_file_build_id(elf, &build_id);
        good = qc_build_id_equal(&build_id, wanted->build_id);
    }
    elf_end(elf);
    return good && (!wanted->by_crc || file_crc_equals(fd, wanted->crc));
}

static int debug_file_try(const char *root, const char *path, const struct wanted *wanted,
                          char **name)
{
    QC_CLOSE int fd = -1;
    QC_FREE char *copy = NULL;
    if (qc_file_open(root, path, &fd, NULL) != QEMUCORE_OK || !debug_file_proves(fd, wanted) ||
        asprintf(&copy, "%s%s", qc_str_or(root, ""), path) < 0) {
        return -1;
    }
    *name = qc_move(copy);
    return qc_move_fd(&fd);
}

__attribute__((format(printf, 4, 5)))
static int debug_file_try_format(const char *root, const struct wanted *wanted, char **name,
                                 const char *format, ...)
{
    QC_FREE char *path = QC_FORMATTED(format);
    return path == NULL ? -1 : debug_file_try(root, path, wanted, name);
}

/* Looks below one ROOT by build-id. */
static int debug_file_by_build_id(const char *sysroot, const char *root,
                                  const struct wanted *wanted, char **name)
{
    char hex[2 * QC_LIMIT_BUILD_ID + 1];
    if (wanted->build_id == NULL || wanted->build_id->size < 2) {
        return -1;
    }
    qc_build_id_format(wanted->build_id, hex);
    return debug_file_try_format(sysroot, wanted, name, "%s/.build-id/%.2s/%s.debug", root, hex,
                                 hex + 2);
}

/* Looks below one ROOT by build-id, then by the file's path and the name in .gnu_debuglink. */
static int debug_file_below(const struct qc_sought_file *sought, const char *sysroot,
                            const char *root, const char *debuglink, const struct wanted *wanted,
                            char **name)
{
    int fd = debug_file_by_build_id(sysroot, root, wanted, name);
    if (fd < 0 && debuglink != NULL) {
        QC_FREE char *copy = strdup(sought->path);
        fd = copy == NULL ? -1
                          : debug_file_try_format(sysroot, wanted, name, "%s%s/%s", root,
                                                  dirname(copy), debuglink);
    }
    return fd;
}

/* Looks among the files that the caller named, by build-id alone. */
static int debug_file_given(const struct qc_file_search *search,
                            const struct qc_sought_file *sought, const struct wanted *wanted,
                            char **name)
{
    const char *path = NULL;
    int fd = -1;
    while (fd < 0 && wanted->build_id != NULL &&
           (path = qc_given_file_next_debug(search, wanted->build_id, path)) != NULL) {
        bool is_own = sought->found != NULL && strcmp(path, sought->found) == 0;
        fd = is_own ? -1 : debug_file_try(NULL, path, wanted, name);
    }
    return fd;
}

/* Takes an open file and its name, if it proves to be the right one. */
static int debug_file_take(int *fd, const struct wanted *wanted, char **its_name, char **name)
{
    if (*fd < 0 || !debug_file_proves(*fd, wanted)) {
        return -1;
    }
    *name = qc_move(*its_name);
    return qc_move_fd(fd);
}

static int debug_file_provided(const struct qc_file_search *search, const struct wanted *wanted,
                               char **name)
{
    QC_FREE char *given = NULL;
    QC_CLOSE int fd = qc_provided_open(search, wanted->build_id, false, &given);
    return debug_file_take(&fd, wanted, &given, name);
}

/* Asks the servers. Their file, in the cache, is a candidate that has to prove itself, too. */
static int debug_file_from_server(struct qc_file_search *search,
                                  const struct qc_sought_file *sought,
                                  const struct wanted *wanted, char **name)
{
    QC_FREE char *cached = NULL;
    QC_CLOSE int fd = qc_debuginfod_open(search, sought, QC_DEBUGINFOD_DEBUGINFO, &cached);
    return debug_file_take(&fd, wanted, &cached, name);
}

/* Looks beside the file itself. */
static int debug_file_beside(const struct qc_sought_file *sought, const char *debuglink,
                             const struct wanted *wanted, char **name)
{
    QC_FREE char *copy = strdup(sought->found);
    const char *directory = copy == NULL ? "." : dirname(copy);
    int fd = debug_file_try_format(NULL, wanted, name, "%s/%s", directory, debuglink);
    return fd >= 0 ? fd
                   : debug_file_try_format(NULL, wanted, name, "%s/.debug/%s", directory,
                                           debuglink);
}

int qc_debug_file_open(struct qc_file_search *search, const struct qc_sought_file *sought,
                       const char *debuglink, uint32_t crc, char **name)
{
    const struct qc_file_options *options = &search->options;
    const struct qc_build_id *build_id = sought->build_id;
    struct wanted wanted = {
        .build_id = build_id->size != 0 ? build_id : NULL,
        .by_crc = build_id->size == 0,
        .crc = crc,
    };
    if (sought->is_image || (wanted.build_id == NULL && debuglink == NULL)) {
        return -1;
    }
    /* .gnu_debuglink is meant for a name: a path before it is ignored. */
    debuglink = debuglink == NULL ? NULL : qc_path_name(debuglink);
    int fd = debug_file_given(search, sought, &wanted, name);
    for (size_t i = 0; i < options->debuginfo_path_count && fd < 0; i++) {
        fd = debug_file_below(sought, NULL, options->debuginfo_paths[i], debuglink, &wanted, name);
        if (fd < 0 && debuglink != NULL) {
            fd = debug_file_try_format(NULL, &wanted, name, "%s/%s", options->debuginfo_paths[i],
                                       debuglink);
        }
    }
    if (fd < 0 && debuglink != NULL && sought->found != NULL) {
        fd = debug_file_beside(sought, debuglink, &wanted, name);
    }
    if (fd < 0 && (options->sysroot != NULL || !options->no_host_files)) {
        fd = debug_file_below(sought, options->sysroot, SYSTEM_ROOT, debuglink, &wanted, name);
    }
    if (fd < 0) {
        fd = debug_file_provided(search, &wanted, name);
    }
    return fd >= 0 ? fd : debug_file_from_server(search, sought, &wanted, name);
}

/* Looks below one ROOT: by build-id; at the place that the file has below /usr/lib/debug, of which
   ROOT may be a copy; by the file's name in the directory where distributions keep such files. */
static int alternate_below(const char *root, const char *alternate, const struct wanted *wanted,
                           char **name)
{
    int fd = debug_file_by_build_id(NULL, root, wanted, name);
    size_t length = strlen(SYSTEM_ROOT "/");
    if (fd < 0 && strncmp(alternate, SYSTEM_ROOT "/", length) == 0) {
        fd = debug_file_try_format(NULL, wanted, name, "%s/%s", root, alternate + length);
    }
    if (fd < 0) {
        fd = debug_file_try_format(NULL, wanted, name, "%s/.dwz/%s", root, qc_path_name(alternate));
    }
    return fd;
}

int qc_debug_file_open_alternate(const struct qc_file_search *search,
                                 const struct qc_sought_file *sought, const char *file_name,
                                 const char *alternate, const struct qc_build_id *build_id,
                                 char **name)
{
    const struct qc_file_options *options = &search->options;
    bool system = options->sysroot != NULL || !options->no_host_files;
    struct wanted wanted = {.build_id = build_id};
    int fd = -1;
    for (size_t i = 0; i < options->debuginfo_path_count && fd < 0; i++) {
        fd = alternate_below(options->debuginfo_paths[i], alternate, &wanted, name);
    }
    if (fd < 0 && alternate[0] == '/' && system) {
        fd = debug_file_try(options->sysroot, alternate, &wanted, name);
    }
    if (fd < 0 && alternate[0] != '/') {
        /* The path is relative to the debug file itself: .build-id/xx/ may have links to it. */
        QC_FREE char *real = realpath(file_name, NULL);
        if (real != NULL) {
            fd = debug_file_try_format(NULL, &wanted, name, "%s/%s", dirname(real), alternate);
        }
    }
    if (fd < 0 && system) {
        fd = debug_file_by_build_id(options->sysroot, SYSTEM_ROOT, &wanted, name);
    }
    return fd >= 0 || sought->is_image ? fd : debug_file_provided(search, &wanted, name);
}
