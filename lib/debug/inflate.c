/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/inflate.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/cursor.h"
#include "base/guard.h"
#include "base/limits.h"
#include "base/vec.h"
#include "base/worker.h"
#include "bytes/block.h"

/* Younger than the elf.h of some systems. */
#define COMPRESSED_BY_ZSTD 2

/* No section needs more than a cache line. */
#define ALIGNMENT 64

/* Of x86_64, and of aarch64 with pages of 4 KiB. */
#define LARGE_PAGE (2 * QC_MIB)

/* Less is inflated before a thread has begun. */
#define WORTH_A_THREAD (256 * QC_KIB)

struct section {
    uint64_t index;
    uint64_t header; /* its section header's place in the image */
    uint64_t offset; /* of the struct Elf64_Chdr before the compressed bytes */
    uint64_t size;   /* with it */
    uint32_t method; /* ch_type */
    uint64_t inflated_size;
    uint64_t inflated_alignment;
    uint64_t inflated_offset; /* in the copy */
};

struct qc_inflation {
    const uint8_t *image;
    size_t size;
    bool big_endian;
    void *map; /* what copy lies in */
    size_t map_size;
    uint8_t *copy;
    size_t copy_size;
    QC_VEC(struct section) sections; /* the longest first */
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* guards what follows */
    size_t next;          /* of sections: nobody has begun it */
    uint64_t failed;      /* the first section in the file that could not be inflated */
    struct qemucore_error error; /* and why */
};

static struct qc_cursor cursor_at(const struct qc_inflation *inflation, uint64_t offset)
{
    struct qc_cursor cursor =
        qc_cursor_new(inflation->image, inflation->size, inflation->big_endian);
    qc_cursor_seek(&cursor, (size_t)offset);
    return cursor;
}

static uint64_t number_at(const struct qc_inflation *inflation, uint64_t offset, size_t size)
{
    struct qc_cursor cursor = cursor_at(inflation, offset);
    return qc_cursor_number(&cursor, size);
}

/* False when the section is not compressed, or in a way that is not known, or its headers make no
   sense. */
static bool section_read(const struct qc_inflation *inflation, uint64_t header,
                         struct section *ret)
{
    struct qc_cursor cursor = cursor_at(inflation, header + offsetof(Elf64_Shdr, sh_type));
    uint32_t type = qc_cursor_u32(&cursor);
    uint64_t flags = qc_cursor_u64(&cursor);
    qc_cursor_u64(&cursor); /* sh_addr */
    *ret = (struct section){.header = header};
    ret->offset = qc_cursor_u64(&cursor);
    ret->size = qc_cursor_u64(&cursor);
    if (cursor.failed || type == SHT_NOBITS || (flags & SHF_COMPRESSED) == 0 ||
        ret->offset > inflation->size || ret->size > inflation->size - ret->offset ||
        ret->size < sizeof(Elf64_Chdr)) {
        return false;
    }
    cursor = cursor_at(inflation, ret->offset);
    ret->method = qc_cursor_u32(&cursor);
    qc_cursor_u32(&cursor); /* ch_reserved */
    ret->inflated_size = qc_cursor_u64(&cursor);
    ret->inflated_alignment = qc_cursor_u64(&cursor);
    return !cursor.failed &&
           (ret->method == ELFCOMPRESS_ZLIB || ret->method == COMPRESSED_BY_ZSTD);
}

/* Collects what is to be inflated; all that an image may say of it is checked here. */
static enum qemucore_status inflation_plan(struct qc_inflation *inflation,
                                           struct qemucore_error *error)
{
    if (inflation->size < sizeof(Elf64_Ehdr) || memcmp(inflation->image, ELFMAG, SELFMAG) != 0 ||
        inflation->image[EI_CLASS] != ELFCLASS64) {
        return QEMUCORE_OK;
    }
    inflation->big_endian = inflation->image[EI_DATA] == ELFDATA2MSB;
    uint64_t headers = number_at(inflation, offsetof(Elf64_Ehdr, e_shoff), 8);
    uint64_t count = number_at(inflation, offsetof(Elf64_Ehdr, e_shnum), 2);
    if (headers == 0 || headers > inflation->size ||
        number_at(inflation, offsetof(Elf64_Ehdr, e_shentsize), 2) != sizeof(Elf64_Shdr)) {
        return QEMUCORE_OK;
    }
    /* An image with more sections than e_shnum can count (65,279) is an object file, no module. */
    uint64_t room = (inflation->size - headers) / sizeof(Elf64_Shdr);
    count = count < room ? count : room;
    uint64_t total = 0;
    for (uint64_t i = 1; i < count; i++) {
        struct section section;
        if (!section_read(inflation, headers + i * sizeof(Elf64_Shdr), &section)) {
            continue;
        }
        section.index = i;
        if (section.inflated_size > QC_LIMIT_INFLATED_SECTIONS - total ||
            inflation->sections.count == QC_LIMIT_COMPRESSED_SECTIONS) {
            return qc_error_set(error, QEMUCORE_LIMIT,
                                "section %" PRIu64 ": with it more than %" PRIu64
                                " MiB, or %d sections, would be inflated", i,
                                QC_LIMIT_INFLATED_SECTIONS / QC_MIB,
                                QC_LIMIT_COMPRESSED_SECTIONS);
        }
        total += section.inflated_size;
        struct section *added = qc_vec_add(&inflation->sections);
        if (added == NULL) {
            return qc_error_memory(error);
        }
        *added = section;
    }
    return QEMUCORE_OK;
}

static int compare_sections(const void *left, const void *right)
{
    const struct section *a = left;
    const struct section *b = right;
    return (a->inflated_size < b->inflated_size) - (a->inflated_size > b->inflated_size);
}

/* Where each goes, and so how long the copy is. */
static void inflation_place(struct qc_inflation *inflation)
{
    uint64_t end = inflation->size;
    qc_vec_sort(&inflation->sections, compare_sections);
    for (size_t i = 0; i < inflation->sections.count; i++) {
        struct section *section = &inflation->sections.items[i];
        section->inflated_offset = (end + ALIGNMENT - 1) & ~(uint64_t)(ALIGNMENT - 1);
        end = section->inflated_offset + section->inflated_size;
    }
    inflation->copy_size = (size_t)end;
}

/*
 * Memory in large pages, where the kernel has some: page by page, a third of the time that libc's
 * debug info takes would go into faults, and half in a file in memory that libelf could open by itself.
 */
static enum qemucore_status inflation_map(struct qc_inflation *inflation,
                                          struct qemucore_error *error)
{
    inflation->map_size = inflation->copy_size + LARGE_PAGE;
    void *map = mmap(NULL, inflation->map_size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        return qc_error_system(error, errno, "memory for it");
    }
    inflation->map = map;
    inflation->copy = (uint8_t *)map + (-(uintptr_t)map & (LARGE_PAGE - 1));
    madvise(inflation->copy, inflation->copy_size, MADV_HUGEPAGE);
    return QEMUCORE_OK;
}

static void put_number(uint8_t *to, uint64_t value, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i++) {
        to[big_endian ? size - 1 - i : i] = (uint8_t)(value >> (8 * i));
    }
}

/* The section header that says where the contents are now, and that they are plain. */
static void section_patch(const struct qc_inflation *inflation, const struct section *section)
{
    uint8_t *header = inflation->copy + section->header;
    memcpy(header, inflation->image + section->header, sizeof(Elf64_Shdr));
    bool big = inflation->big_endian;
    uint64_t flags = number_at(inflation, section->header + offsetof(Elf64_Shdr, sh_flags), 8);
    put_number(header + offsetof(Elf64_Shdr, sh_flags), flags & ~(uint64_t)SHF_COMPRESSED, 8, big);
    put_number(header + offsetof(Elf64_Shdr, sh_offset), section->inflated_offset, 8, big);
    put_number(header + offsetof(Elf64_Shdr, sh_size), section->inflated_size, 8, big);
    put_number(header + offsetof(Elf64_Shdr, sh_addralign), section->inflated_alignment, 8, big);
}

static int compare_places(const void *left, const void *right)
{
    const struct section *a = left;
    const struct section *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* The image without the compressed sections, which become holes. */
static void inflation_copy(struct qc_inflation *inflation)
{
    uint64_t position = 0;
    qc_vec_sort(&inflation->sections, compare_places);
    for (size_t i = 0; i < inflation->sections.count; i++) {
        const struct section *section = &inflation->sections.items[i];
        if (section->offset > position) {
            memcpy(inflation->copy + position, inflation->image + position,
                   (size_t)(section->offset - position));
        }
        uint64_t end = section->offset + section->size;
        position = end > position ? end : position;
    }
    memcpy(inflation->copy + position, inflation->image + position,
           (size_t)(inflation->size - position));
    for (size_t i = 0; i < inflation->sections.count; i++) {
        section_patch(inflation, &inflation->sections.items[i]);
    }
}

static enum qemucore_status section_inflate(const struct qc_inflation *inflation,
                                            const struct section *section,
                                            struct qemucore_error *error)
{
    const uint8_t *in = inflation->image + section->offset + sizeof(Elf64_Chdr);
    size_t in_size = (size_t)section->size - sizeof(Elf64_Chdr);
    uint8_t *out = inflation->copy + section->inflated_offset;
    size_t out_size = (size_t)section->inflated_size;
    bool is_zlib = section->method == ELFCOMPRESS_ZLIB;
    enum qemucore_status status =
        (is_zlib ? qc_block_zlib : qc_block_zstd)(in, in_size, out, out_size, error);
    return status == QEMUCORE_OK
               ? status
               : qc_error_prefix(error, status, "section %" PRIu64 ", compressed by %s",
                                 section->index, is_zlib ? "zlib" : "zstd");
}

/* Whatever thread comes to it first, what is told is of the first section in the file. */
static void inflation_fail(struct qc_inflation *inflation, uint64_t section,
                           const struct qemucore_error *error)
{
    pthread_mutex_lock(&inflation->lock);
    if (inflation->error.status == QEMUCORE_OK || section < inflation->failed) {
        inflation->failed = section;
        inflation->error = *error;
    }
    pthread_mutex_unlock(&inflation->lock);
}

/* Section after section, until none is left that nobody works on. */
static void *inflation_work(void *opaque)
{
    struct qc_inflation *inflation = opaque;
    for (;;) {
        struct qemucore_error error;
        pthread_mutex_lock(&inflation->lock);
        size_t index = inflation->next < inflation->sections.count ? inflation->next++
                                                                   : inflation->sections.count;
        pthread_mutex_unlock(&inflation->lock);
        if (index == inflation->sections.count) {
            return NULL;
        }
        const struct section *section = &inflation->sections.items[index];
        if (section_inflate(inflation, section, &error) != QEMUCORE_OK) {
            inflation_fail(inflation, section->index, &error);
        }
    }
}

static void inflation_start(struct qc_inflation *inflation)
{
    inflation->has_thread = inflation->copy_size - inflation->size >= WORTH_A_THREAD &&
                            qc_worker_processors() > 1 &&
                            qc_worker_start(&inflation->thread, inflation_work, inflation);
}

static void inflation_join(struct qc_inflation *inflation)
{
    if (inflation->has_thread) {
        pthread_join(inflation->thread, NULL);
        inflation->has_thread = false;
    }
}

void qc_inflation_rest(struct qc_inflation *inflation)
{
    if (inflation != NULL) {
        inflation_join(inflation);
    }
}

void qc_inflation_free(struct qc_inflation *inflation)
{
    if (inflation == NULL) {
        return;
    }
    /* Nobody wants what the thread has not begun. */
    pthread_mutex_lock(&inflation->lock);
    inflation->next = inflation->sections.count;
    pthread_mutex_unlock(&inflation->lock);
    inflation_join(inflation);
    if (inflation->map != NULL) {
        munmap(inflation->map, inflation->map_size);
    }
    qc_vec_free(&inflation->sections);
    pthread_mutex_destroy(&inflation->lock);
    free(inflation);
}

enum qemucore_status qc_inflation_begin(const uint8_t *image, size_t size,
                                        struct qc_inflation **ret, struct qemucore_error *error)
{
    struct qc_inflation *inflation = calloc(1, sizeof(*inflation));
    *ret = NULL;
    if (inflation == NULL) {
        return qc_error_memory(error);
    }
    inflation->image = image;
    inflation->size = size;
    pthread_mutex_init(&inflation->lock, NULL);
    enum qemucore_status status = inflation_plan(inflation, error);
    if (status == QEMUCORE_OK && inflation->sections.count != 0) {
        inflation_place(inflation);
        status = inflation_map(inflation, error);
    }
    if (status != QEMUCORE_OK || inflation->sections.count == 0) {
        qc_inflation_free(inflation);
        return status;
    }
    inflation_copy(inflation);
    qc_vec_sort(&inflation->sections, compare_sections);
    inflation_start(inflation);
    *ret = inflation;
    return QEMUCORE_OK;
}

enum qemucore_status qc_inflation_end(struct qc_inflation *inflation, uint8_t **ret, size_t *size,
                                      struct qemucore_error *error)
{
    inflation_work(inflation);
    inflation_join(inflation);
    if (inflation->error.status != QEMUCORE_OK) {
        return qc_error_set(error, inflation->error.status, "%s", inflation->error.message);
    }
    *ret = inflation->copy;
    *size = inflation->copy_size;
    return QEMUCORE_OK;
}
