/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_sysroot - any bytes as a container image: archives, layers, links, whiteouts
 *
 * The library extracts into TMPDIR the files that modules of the base's core (base.h) may need.
 * TMPDIR is here a directory beside a file, which must stay as it was; no other file may appear.
 *
 * Every second mutation sets a field of a tar header, and its checksum to match: a path, the target
 * of a link, a type, a size.
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "checks.h"
#include "core/core.h"
#include "core/tar.h"
#include "modules/modules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size) __attribute__((weak));

static char parent[PATH_MAX]; /* holds TMPDIR ("in") and a file ("kept") */

static void path_in(char *path, const char *name)
{
    snprintf(path, PATH_MAX + 64, "%s/%s", parent, name);
}

static void remove_parent(void)
{
    char path[PATH_MAX + 64];
    path_in(path, "in");
    rmdir(path);
    path_in(path, "kept");
    unlink(path);
    rmdir(parent);
}

static void make_parent(void)
{
    char path[PATH_MAX + 64];
    const char *directory = getenv("TMPDIR");
    snprintf(parent, sizeof(parent), "%s/qemucore-fuzz.XXXXXX",
             directory == NULL ? "/tmp" : directory);
    check(mkdtemp(parent) != NULL && atexit(remove_parent) == 0);
    path_in(path, "kept");
    FILE *file = fopen(path, "w");
    check(file != NULL && fputs("kept", file) >= 0 && fclose(file) == 0);
    path_in(path, "in");
    check(mkdir(path, 0700) == 0 && setenv("TMPDIR", path, 1) == 0);
}

static size_t count_entries(const char *path)
{
    size_t count = 0;
    const struct dirent *entry;
    DIR *directory = opendir(path);
    check(directory != NULL);
    while ((entry = readdir(directory)) != NULL) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(directory);
    return count;
}

static void check_kept(void)
{
    char path[PATH_MAX + 64];
    struct stat found;
    path_in(path, "kept");
    check(lstat(path, &found) == 0 && S_ISREG(found.st_mode) && found.st_size == 4);
    check(count_entries(parent) == 2);
}

static void check_image_of(const struct base *base, const char *path)
{
    struct qc_core_options how = {.memory_budget = 0};
    struct qc_file_options options = {.sysroot = path};
    struct qc_modules *modules;
    struct qc_bytes *bytes;
    struct qc_core *core;
    struct qemucore_error error = {0};
    check(qc_bytes_open_memory(base->bytes, base->size, 0, NULL, &bytes, &error) == QEMUCORE_OK);
    check(qc_core_load(bytes, &how, &core, &error) == QEMUCORE_OK);
    if (qc_modules_new(core, &options, &modules, &error) == QEMUCORE_OK) {
        check_kept();
        qc_modules_free(modules);
    } else {
        check(error.message[0] != '\0' && strchr(error.message, '\n') == NULL);
    }
    qc_core_free(core);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[PATH_MAX + 64];
    const struct base *base = base_core();
    int fd = memfd_create("image", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    if (parent[0] == '\0') {
        make_parent();
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    check_image_of(base, path);
    close(fd);
    check_kept();
    path_in(path, "in");
    check(count_entries(path) == 0);
    return 0;
}

/* ---- fields ------------------------------------------------------------------------------------ */

/* Offsets and sizes of header fields: POSIX, pax, "ustar Interchange Format". */
enum {
    TAR_NAME = 0,
    TAR_SIZE = 124,
    TAR_CHECKSUM = 148,
    TAR_TYPE = 156,
    TAR_TARGET = 157,
    TAR_MAGIC = 257,
    NAME_SIZE = 100,
    SIZE_SIZE = 12,
    CHECKSUM_SIZE = 8,
};

static const char *const paths[] = {
    "../kept", "../../kept", "/", ".", "..", "", ".wh.kept", ".wh..wh..opq", ".wh...", "tmp", "tmp/..", "seed",
    "tmp/.wh.seed", "manifest.json", "index.json", "/proc/self/root", "tmp/seed/", "//tmp//seed", "./tmp/./seed",
};
static const char sizes[][SIZE_SIZE + 1] = {"00000000000", "00000000001", "00000001000", "77777777777", "-1",
                                    "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", "\xff\xff\xff\xff"};
static const char types[] = "0123456715xgKLSDMNV";
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static uint64_t draw(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* The checksum is the sum of all bytes, with blanks in its own place. */
static void set_checksum(uint8_t *header)
{
    unsigned sum = 0;
    memset(header + TAR_CHECKSUM, ' ', CHECKSUM_SIZE);
    for (size_t i = 0; i < QC_TAR_BLOCK; i++) {
        sum += header[i];
    }
    snprintf((char *)header + TAR_CHECKSUM, CHECKSUM_SIZE, "%06o", sum & 0777777);
}

static bool is_header(const uint8_t *block)
{
    return memcmp(block + TAR_MAGIC, "ustar", 5) == 0;
}

/* libFuzzer's mutations break checksums. */
static void set_checksums(uint8_t *data, size_t size)
{
    for (size_t at = 0; at + QC_TAR_BLOCK <= size; at += QC_TAR_BLOCK) {
        if (is_header(data + at)) {
            set_checksum(data + at);
        }
    }
}

static void change_header(uint8_t *header, unsigned *seed)
{
    uint64_t kind = draw(seed) % 4;
    const char *path = paths[draw(seed) % COUNT(paths)];
    if (kind < 2) {
        strncpy((char *)header + (kind == 0 ? TAR_NAME : TAR_TARGET), path, NAME_SIZE);
    } else if (kind == 2) {
        header[TAR_TYPE] = (uint8_t)types[draw(seed) % (COUNT(types) - 1)];
    } else {
        memcpy(header + TAR_SIZE, sizes[draw(seed) % COUNT(sizes)], SIZE_SIZE);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size_t blocks = size / QC_TAR_BLOCK;
    uint8_t *block = blocks == 0 ? NULL : data + draw(&seed) % blocks * QC_TAR_BLOCK;
    if (block == NULL || !is_header(block) || draw(&seed) % 2 == 0) {
        size = LLVMFuzzerMutate(data, size, max_size);
    } else {
        change_header(block, &seed);
    }
    set_checksums(data, size);
    return size;
}
