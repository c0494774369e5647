/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/inflate.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "base/cursor.h"
#include "base/guard.h"
#include "base/limits.h"
#include "base/vec.h"
#include "bytes/bytes.h"

/* Younger than the elf.h of some systems. */
#define COMPRESSED_BY_ZSTD 2

struct section {
    uint64_t index;
    uint64_t header; /* its section header's place in the image */
    uint64_t offset; /* of the struct Elf64_Chdr before the zstd frames */
    uint64_t size;   /* with it */
    uint64_t inflated_size;
    uint64_t inflated_alignment;
};

struct inflate {
    const uint8_t *image;
    size_t size;
    bool big_endian;
    int fd;
    uint64_t end; /* of what has been written */
    QC_VEC(struct section) sections;
};

static struct qc_cursor cursor_at(const struct inflate *inflate, uint64_t offset)
{
    struct qc_cursor cursor = qc_cursor_new(inflate->image, inflate->size, inflate->big_endian);
    qc_cursor_seek(&cursor, (size_t)offset);
    return cursor;
}

static uint64_t number_at(const struct inflate *inflate, uint64_t offset, size_t size)
{
    struct qc_cursor cursor = cursor_at(inflate, offset);
    return qc_cursor_number(&cursor, size);
}

/* False when the section is not compressed by zstd, or its headers make no sense. */
static bool section_read(const struct inflate *inflate, uint64_t header, struct section *ret)
{
    struct qc_cursor cursor = cursor_at(inflate, header + offsetof(Elf64_Shdr, sh_type));
    uint32_t type = qc_cursor_u32(&cursor);
    uint64_t flags = qc_cursor_u64(&cursor);
    qc_cursor_u64(&cursor); /* sh_addr */
    *ret = (struct section){.header = header};
    ret->offset = qc_cursor_u64(&cursor);
    ret->size = qc_cursor_u64(&cursor);
    if (cursor.failed || type == SHT_NOBITS || (flags & SHF_COMPRESSED) == 0 ||
        ret->offset > inflate->size || ret->size > inflate->size - ret->offset ||
        ret->size < sizeof(Elf64_Chdr)) {
        return false;
    }
    cursor = cursor_at(inflate, ret->offset);
    type = qc_cursor_u32(&cursor);
    qc_cursor_u32(&cursor); /* ch_reserved */
    ret->inflated_size = qc_cursor_u64(&cursor);
    ret->inflated_alignment = qc_cursor_u64(&cursor);
    return !cursor.failed && type == COMPRESSED_BY_ZSTD;
}

/* Collects what is to be inflated; all that an image may say of it is checked here. */
static enum qemucore_status inflate_plan(struct inflate *inflate, struct qemucore_error *error)
{
    if (inflate->size < sizeof(Elf64_Ehdr) || memcmp(inflate->image, ELFMAG, SELFMAG) != 0 ||
        inflate->image[EI_CLASS] != ELFCLASS64) {
        return QEMUCORE_OK;
    }
    inflate->big_endian = inflate->image[EI_DATA] == ELFDATA2MSB;
    uint64_t headers = number_at(inflate, offsetof(Elf64_Ehdr, e_shoff), 8);
    uint64_t count = number_at(inflate, offsetof(Elf64_Ehdr, e_shnum), 2);
    if (headers == 0 || headers > inflate->size ||
        number_at(inflate, offsetof(Elf64_Ehdr, e_shentsize), 2) != sizeof(Elf64_Shdr)) {
        return QEMUCORE_OK;
    }
    /* An image with more sections than e_shnum can count (65,279) is an object file, no module. */
    uint64_t room = (inflate->size - headers) / sizeof(Elf64_Shdr);
    count = count < room ? count : room;
    uint64_t total = 0;
    for (uint64_t i = 1; i < count; i++) {
        struct section section;
        if (!section_read(inflate, headers + i * sizeof(Elf64_Shdr), &section)) {
            continue;
        }
        section.index = i;
        if (section.inflated_size > QC_LIMIT_INFLATED_SECTIONS - total ||
            inflate->sections.count == QC_LIMIT_COMPRESSED_SECTIONS) {
            return qc_error_set(error, QEMUCORE_LIMIT,
                                "section %" PRIu64 ": with it more than %" PRIu64
                                " MiB, or %d sections, would be inflated", i,
                                QC_LIMIT_INFLATED_SECTIONS / QC_MIB,
                                QC_LIMIT_COMPRESSED_SECTIONS);
        }
        total += section.inflated_size;
        struct section *added = qc_vec_add(&inflate->sections);
        if (added == NULL) {
            return qc_error_memory(error);
        }
        *added = section;
    }
    return QEMUCORE_OK;
}

static enum qemucore_status inflate_write(const struct inflate *inflate, const void *data,
                                          size_t size, uint64_t offset,
                                          struct qemucore_error *error)
{
    size_t done = 0;
    while (done < size) {
        ssize_t written = pwrite(inflate->fd, (const uint8_t *)data + done, size - done,
                                 (off_t)(offset + done));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return qc_error_system(error, written < 0 ? errno : ENOSPC, "a file in memory");
        }
        done += (size_t)written;
    }
    return QEMUCORE_OK;
}

/* The image without the compressed sections, which become holes. */
static enum qemucore_status inflate_copy(const struct inflate *inflate,
                                         struct qemucore_error *error)
{
    uint64_t position = 0;
    enum qemucore_status status = QEMUCORE_OK;
    for (size_t i = 0; i < inflate->sections.count && status == QEMUCORE_OK; i++) {
        const struct section *section = &inflate->sections.items[i];
        /* Sections lie in the order of their headers; where not, they are copied with the rest. */
        if (section->offset >= position) {
            status = inflate_write(inflate, inflate->image + position,
                                   (size_t)(section->offset - position), position, error);
            position = section->offset + section->size;
        }
    }
    return status != QEMUCORE_OK
               ? status
               : inflate_write(inflate, inflate->image + position,
                               (size_t)(inflate->size - position), position, error);
}

static void put_number(uint8_t *to, uint64_t value, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i++) {
        to[big_endian ? size - 1 - i : i] = (uint8_t)(value >> (8 * i));
    }
}

/* The section header that says where the contents are now, and that they are plain. */
static enum qemucore_status section_patch(const struct inflate *inflate,
                                          const struct section *section, uint64_t offset,
                                          struct qemucore_error *error)
{
    uint8_t header[sizeof(Elf64_Shdr)];
    bool big = inflate->big_endian;
    memcpy(header, inflate->image + section->header, sizeof(header));
    uint64_t flags = number_at(inflate, section->header + offsetof(Elf64_Shdr, sh_flags), 8);
    put_number(header + offsetof(Elf64_Shdr, sh_flags), flags & ~(uint64_t)SHF_COMPRESSED, 8, big);
    put_number(header + offsetof(Elf64_Shdr, sh_offset), offset, 8, big);
    put_number(header + offsetof(Elf64_Shdr, sh_size), section->inflated_size, 8, big);
    put_number(header + offsetof(Elf64_Shdr, sh_addralign), section->inflated_alignment, 8, big);
    return inflate_write(inflate, header, sizeof(header), section->header, error);
}

static enum qemucore_status section_inflate(struct inflate *inflate,
                                            const struct section *section,
                                            struct qemucore_error *error)
{
    QC_GUARD(qc_guard_bytes) struct qc_bytes *bytes = NULL;
    enum qemucore_status status = qc_bytes_open_memory(
        inflate->image + section->offset + sizeof(Elf64_Chdr),
        (size_t)section->size - sizeof(Elf64_Chdr), 0, NULL, &bytes, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    if (strcmp(qc_bytes_container(bytes), "zstd") != 0) {
        return qc_error_set(error, QEMUCORE_CORRUPT, "its contents are no zstd frame");
    }
    /* No section needs more than a cache line. */
    uint64_t start = (inflate->end + 63) & ~(uint64_t)63;
    uint64_t done = 0;
    const uint8_t *data;
    size_t there;
    while ((there = qc_bytes_peek(bytes, 1, &data)) != 0 &&
           there <= section->inflated_size - done) {
        status = inflate_write(inflate, data, there, start + done, error);
        if (status != QEMUCORE_OK) {
            return status;
        }
        done += there;
        qc_bytes_consume(bytes, there);
    }
    const struct qemucore_error *end = qc_bytes_end(bytes);
    if (there == 0 && end->status != QEMUCORE_OK) {
        return qc_error_set(error, end->status, "%s", end->message);
    }
    if (there != 0 || done != section->inflated_size) {
        return qc_error_set(error, QEMUCORE_CORRUPT, "inflates to %s than the %" PRIu64
                            " bytes that its header names", there != 0 ? "more" : "less",
                            section->inflated_size);
    }
    inflate->end = start + done;
    return section_patch(inflate, section, start, error);
}

static enum qemucore_status inflate_run(struct inflate *inflate, struct qemucore_error *error)
{
    enum qemucore_status status = inflate_copy(inflate, error);
    inflate->end = inflate->size;
    for (size_t i = 0; i < inflate->sections.count && status == QEMUCORE_OK; i++) {
        const struct section *section = &inflate->sections.items[i];
        status = section_inflate(inflate, section, error);
        if (status != QEMUCORE_OK) {
            return qc_error_prefix(error, status, "section %" PRIu64, section->index);
        }
    }
    return status;
}

static void guard_inflate(struct inflate *inflate)
{
    qc_vec_free(&inflate->sections);
    qc_guard_close(&inflate->fd);
}

enum qemucore_status qc_inflate_image(const uint8_t *image, size_t size, int *ret,
                                      struct qemucore_error *error)
{
    QC_GUARD(guard_inflate) struct inflate inflate = {.image = image, .size = size, .fd = -1};
    enum qemucore_status status = inflate_plan(&inflate, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    if (inflate.sections.count == 0) {
        *ret = -1;
        return QEMUCORE_OK;
    }
    inflate.fd = memfd_create("debug-info", MFD_CLOEXEC);
    if (inflate.fd < 0) {
        return qc_error_system(error, errno, "a file in memory");
    }
    status = inflate_run(&inflate, error);
    if (status == QEMUCORE_OK) {
        *ret = qc_move_fd(&inflate.fd);
    }
    return status;
}
