/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/elf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <elfutils/libdwelf.h>
#include <gelf.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/base.h"
#include "bytes/bytes.h"
#include "files/files_limits.h"

static const char *file_kind(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "a directory";
    case S_IFIFO:
        return "a FIFO";
    case S_IFCHR:
        return "a character device";
    case S_IFBLK:
        return "a block device";
    case S_IFSOCK:
        return "a socket";
    default:
        return "something else";
    }
}

/* Opens a path only to examine it: this touches neither a FIFO nor a device. */
static int file_locate(const char *root, const char *path)
{
    if (root == NULL) {
        return open(path, O_PATH | O_CLOEXEC);
    }
    QC_CLOSE int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root_fd < 0) {
        return -1;
    }
    struct open_how how = {
        .flags = O_PATH | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
}

enum qemucore_status qc_file_open(const char *root, const char *path, int *ret,
                                  struct qemucore_error *error)
{
    QC_CLOSE int located = file_locate(root, path);
    struct stat information;
    if (located < 0 || fstat(located, &information) != 0) {
        return qc_error_system(error, errno, "%s%s", qc_str_or(root, ""), path);
    }
    QC_FAIL_IF(!S_ISREG(information.st_mode), error, QEMUCORE_UNSUPPORTED,
               "%s%s: %s, not a regular file", qc_str_or(root, ""), path,
               file_kind(information.st_mode));
    /* Files that the kernel makes up have size 0. A read of /proc/kmsg waits for a message, and
       takes it away from all other readers. */
    QC_FAIL_IF(information.st_size == 0, error, QEMUCORE_UNSUPPORTED,
               "%s%s: an empty file, or one of the kernel's own", qc_str_or(root, ""), path);
    char again[64];
    snprintf(again, sizeof(again), "/proc/self/fd/%d", located);
    int fd = open(again, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return qc_error_system(error, errno, "%s%s", qc_str_or(root, ""), path);
    }
    *ret = fd;
    return QEMUCORE_OK;
}

ssize_t qc_file_read_at(int fd, void *buffer, size_t size, uint64_t offset)
{
    size_t done = 0;
    ssize_t there = 1;
    while (done < size && there != 0) {
        there = pread(fd, (uint8_t *)buffer + done, size - done, (off_t)(offset + done));
        if (there < 0 && errno != EINTR) {
            return -1;
        }
        done += there < 0 ? 0 : (size_t)there;
    }
    return (ssize_t)done;
}

static bool memory_grow(uint8_t **memory, size_t *capacity, size_t wanted)
{
    if (wanted <= *capacity) {
        return true;
    }
    uint8_t *grown = realloc(*memory, 2 * wanted);
    if (grown != NULL) {
        *memory = grown;
        *capacity = 2 * wanted;
    }
    return grown != NULL;
}

/* Inflates a compressed file into memory. */
static enum qemucore_status file_inflate(int fd, uint8_t **ret, size_t *ret_size,
                                         struct qemucore_error *error)
{
    struct qc_bytes_options options = {
        .ratio_limit = QC_LIMIT_INFLATED_RATIO,
        .ratio_from = QC_LIMIT_INFLATED_FROM,
        .is_module = true,
    };
    QC_GUARD(qc_guard_bytes) struct qc_bytes *bytes = NULL;
    enum qemucore_status status = qc_bytes_open_fd(fd, &options, &bytes, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    QC_FREE uint8_t *memory = NULL;
    size_t used = 0;
    size_t capacity = 0;
    const uint8_t *data;
    size_t there;
    while ((there = qc_bytes_peek(bytes, 1, &data)) != 0) {
        QC_FAIL_IF(there > QC_LIMIT_INFLATED_FILE - used, error, QEMUCORE_LIMIT,
                   "inflates to more than %" PRIu64 " MiB", QC_LIMIT_INFLATED_FILE / QC_MIB);
        QC_TRY_MEMORY(memory_grow(&memory, &capacity, used + there), error);
        memcpy(memory + used, data, there);
        used += there;
        qc_bytes_consume(bytes, there);
    }
    QC_FAIL_IF(qc_bytes_end(bytes)->status != QEMUCORE_OK, error, qc_bytes_end(bytes)->status, "%s",
               qc_bytes_end(bytes)->message);
    *ret = qc_move(memory);
    *ret_size = used;
    return QEMUCORE_OK;
}

Elf *qc_file_elf_begin(int fd)
{
    errno = 0;
    Elf *elf = elf_begin(fd, ELF_C_READ_MMAP_PRIVATE, NULL);
    if (elf == NULL) {
        qc_shortage_add_errno(errno);
    }
    return elf;
}

enum qemucore_status qc_file_elf(int fd, const char *path, Elf **ret, uint8_t **memory,
                                 size_t *memory_size, struct qemucore_error *error)
{
    uint8_t head[SELFMAG] = {0};
    ssize_t there = qc_file_read_at(fd, head, sizeof(head), 0);
    if (there < 0) {
        return qc_error_system(error, errno, "%s", path);
    }
    Elf *elf;
    if (memcmp(head, ELFMAG, SELFMAG) == 0) {
        elf = qc_file_elf_begin(fd);
        if (elf == NULL && errno == ENOMEM) {
            return qc_error_prefix(error, qc_error_memory(error), "%s", path);
        }
    } else {
        enum qemucore_status status = file_inflate(fd, memory, memory_size, error);
        if (status != QEMUCORE_OK) {
            return qc_error_prefix(error, status, "%s", path);
        }
        elf = *memory_size < SELFMAG || memcmp(*memory, ELFMAG, SELFMAG) != 0
                  ? NULL
                  : elf_memory((char *)*memory, *memory_size);
    }
    if (elf == NULL || elf_kind(elf) != ELF_K_ELF) {
        elf_end(elf);
        return qc_error_set(error, QEMUCORE_UNSUPPORTED, "%s: not an ELF file", path);
    }
    *ret = elf;
    return QEMUCORE_OK;
}

void qc_build_id_from_notes(const uint8_t *data, size_t size, bool big_endian,
                            struct qc_build_id *ret)
{
    struct qc_cursor cursor = qc_cursor_new(data, size, big_endian);
    ret->size = 0;
    while (qc_cursor_left(&cursor) >= sizeof(Elf64_Nhdr)) {
        size_t name_size = qc_cursor_u32(&cursor);
        size_t description_size = qc_cursor_u32(&cursor);
        uint32_t type = qc_cursor_u32(&cursor);
        const uint8_t *name = qc_cursor_take(&cursor, qc_round_up(name_size, 4));
        const uint8_t *description = qc_cursor_take(&cursor, qc_round_up(description_size, 4));
        if (description != NULL && type == NT_GNU_BUILD_ID && name_size == 4 &&
            memcmp(name, "GNU", 4) == 0 && description_size <= sizeof(ret->bytes)) {
            memcpy(ret->bytes, description, description_size);
            ret->size = description_size;
            return;
        }
    }
}

bool qc_file_phdr_next(Elf *elf, uint32_t type, size_t *index, GElf_Phdr *ret)
{
    size_t count = 0;
    bool found = false;
    bool is_read = elf_getphdrnum(elf, &count) == 0;
    for (; is_read && !found && *index < count && *index < QC_LIMIT_MODULE_PHDRS; ++*index) {
        found = gelf_getphdr(elf, (int)*index, ret) != NULL && ret->p_type == type;
    }
    return found;
}

Elf_Scn *qc_file_section(Elf *elf, const char *name)
{
    size_t names;
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    if (elf_getshdrstrndx(elf, &names) != 0) {
        return NULL;
    }
    while ((section = elf_nextscn(elf, section)) != NULL) {
        const char *found = gelf_getshdr(section, &header) == NULL
                                ? NULL
                                : elf_strptr(elf, names, header.sh_name);
        if (found != NULL && strcmp(found, name) == 0) {
            return section;
        }
    }
    return NULL;
}

bool qc_file_has_debug_info(Elf *elf)
{
    return qc_file_section(elf, ".debug_info") != NULL ||
           qc_file_section(elf, ".zdebug_info") != NULL;
}

bool qc_file_is_debug_only(Elf *elf)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    while ((section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, &header) != NULL && header.sh_type == SHT_NOBITS &&
            (header.sh_flags & SHF_EXECINSTR) != 0) {
            return true;
        }
    }
    return false;
}

bool qc_file_is_cut(Elf *elf)
{
    GElf_Ehdr header;
    size_t size = 0;
    if (elf_rawfile(elf, &size) == NULL || gelf_getehdr(elf, &header) == NULL) {
        return false;
    }
    uint64_t table = (uint64_t)header.e_shnum * header.e_shentsize;
    return header.e_shoff > size || table > size - header.e_shoff;
}

void qc_file_build_id(Elf *elf, struct qc_build_id *ret)
{
    const void *bytes = NULL;
    ssize_t size = dwelf_elf_gnu_build_id(elf, &bytes);
    ret->size = 0;
    if (size > 0 && (size_t)size <= sizeof(ret->bytes)) {
        memcpy(ret->bytes, bytes, (size_t)size);
        ret->size = (size_t)size;
    }
}

void qc_build_id_format(const struct qc_build_id *build_id, char *text)
{
    text[0] = '\0';
    for (size_t i = 0; i < build_id->size; i++) {
        sprintf(text + 2 * i, "%02x", build_id->bytes[i]);
    }
}

bool qc_build_id_equal(const struct qc_build_id *left, const struct qc_build_id *right)
{
    return left->size == right->size && memcmp(left->bytes, right->bytes, left->size) == 0;
}
