/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/section_inflate.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/bytes.h"
#include "files/files_limits.h"

/* ELFCOMPRESS_ZSTD, which the elf.h of some systems lacks. */
#define COMPRESSED_BY_ZSTD 2

/* Alignment of sections in the copy: none needs more than a cache line. */
#define ALIGNMENT 64

/* The method of a section that is not compressed. */
#define PLAIN 0

/* Size from which on a thread is used: fewer bytes are inflated before it has begun. */
#define WORTH_A_THREAD (256 * QC_KIB)

struct section {
    uint64_t index;
    uint64_t offset;    /* of its bytes in the image */
    uint64_t size;
    uint32_t method;    /* ch_type, or PLAIN */
    uint64_t plain_size; /* bytes when inflated */
    uint64_t alignment;
    uint64_t place;     /* offset in the copy */
};

struct qc_inflation {
    const uint8_t *image;
    size_t size;
    bool big_endian;
    uint64_t headers; /* offset of the section headers in the image */
    uint64_t header_count;
    uint64_t names;   /* index of the section with the names of sections */
    uint8_t *copy;
    size_t copy_size;
    QC_VEC(struct section) sections; /* sections of the copy, the longest first */
    uint64_t most;  /* bytes that all sections together may have */
    bool is_needed; /* a section is compressed, or can't be used as it is */
    struct qc_job job;

    pthread_mutex_t lock; /* guards what follows */
    size_t next;          /* index of the next section that no thread has begun */
    uint64_t failed;      /* the first section in the file that failed */
    struct qemucore_error error; /* its error */
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

static uint64_t header_number(const struct qc_inflation *inflation, uint64_t index, size_t field,
                              size_t size)
{
    return number_at(inflation, inflation->headers + index * sizeof(Elf64_Shdr) + field, size);
}

/* Returns the name of a section; NULL: it has none. */
static const char *section_name(const struct qc_inflation *inflation, uint64_t index)
{
    uint64_t start = header_number(inflation, inflation->names, offsetof(Elf64_Shdr, sh_offset), 8);
    uint64_t name = header_number(inflation, index, offsetof(Elf64_Shdr, sh_name), 4);
    if (start > inflation->size || name > inflation->size - start) {
        return NULL;
    }
    struct qc_cursor cursor = cursor_at(inflation, start + name);
    return qc_cursor_string(&cursor);
}

/* Tells whether the copy needs a section: libdw reads it, or it has the names of sections. */
static bool section_is_wanted(const struct qc_inflation *inflation, uint64_t index)
{
    const char *name = section_name(inflation, index);
    return index == inflation->names || qc_str_begins(name, ".debug_") ||
           qc_str_begins(name, ".zdebug_") || qc_str_begins(name, ".gnu.debuglto_.debug_") ||
           qc_str_begins(name, ".gnu_debugaltlink");
}

/* Returns the size of a section in memory. The format of GNU tools before 2015, which libelf
   inflates, has "ZLIB", the size, big-endian, and a stream. */
static uint64_t size_in_memory(const struct qc_inflation *inflation, const struct section *section)
{
    struct qc_cursor cursor = cursor_at(inflation, section->offset);
    if (section->method != PLAIN ||
        !qc_str_begins(section_name(inflation, section->index), ".zdebug_")) {
        return section->plain_size;
    }
    cursor.big_endian = true;
    qc_cursor_u32(&cursor);
    uint64_t size = qc_cursor_u64(&cursor);
    return qc_max(size, section->plain_size);
}

/* Reads how a section is compressed. */
static enum qemucore_status section_read_method(const struct qc_inflation *inflation,
                                                struct section *section,
                                                struct qemucore_error *error)
{
    struct qc_cursor cursor = cursor_at(inflation, section->offset);
    cursor.size = (size_t)(section->offset + section->size);
    section->method = qc_cursor_u32(&cursor);
    qc_cursor_u32(&cursor); /* ch_reserved */
    section->plain_size = qc_cursor_u64(&cursor);
    section->alignment = qc_cursor_u64(&cursor);
    QC_FAIL_IF(cursor.failed, error, QEMUCORE_CORRUPT,
               "section %" PRIu64 ": no room for how it is compressed", section->index);
    section->offset += sizeof(Elf64_Chdr);
    section->size -= sizeof(Elf64_Chdr);
    return section->method == ELFCOMPRESS_ZLIB || section->method == COMPRESSED_BY_ZSTD
               ? QEMUCORE_OK
               : qc_error_set(error, QEMUCORE_UNSUPPORTED,
                              "section %" PRIu64 ": compressed in a way that is not known (%" PRIu32
                              ")", section->index, section->method);
}

/* Reads the header of a section. size and plain_size 0: it has no bytes. */
static enum qemucore_status section_read(const struct qc_inflation *inflation, uint64_t index,
                                         struct section *ret, struct qemucore_error *error)
{
    uint64_t type = header_number(inflation, index, offsetof(Elf64_Shdr, sh_type), 4);
    uint64_t flags = header_number(inflation, index, offsetof(Elf64_Shdr, sh_flags), 8);
    *ret = (struct section){.index = index, .method = PLAIN};
    if (type == SHT_NULL || type == SHT_NOBITS) {
        return QEMUCORE_OK;
    }
    ret->offset = header_number(inflation, index, offsetof(Elf64_Shdr, sh_offset), 8);
    ret->size = header_number(inflation, index, offsetof(Elf64_Shdr, sh_size), 8);
    ret->alignment = header_number(inflation, index, offsetof(Elf64_Shdr, sh_addralign), 8);
    ret->plain_size = ret->size;
    QC_FAIL_IF(ret->offset > inflation->size || ret->size > inflation->size - ret->offset,
               error, QEMUCORE_CORRUPT, "section %" PRIu64 " ends after the end of the file",
               index);
    return (flags & SHF_COMPRESSED) == 0 ? QEMUCORE_OK
                                         : section_read_method(inflation, ret, error);
}

/* Keeps the error of the first section in the file, whatever thread fails first. */
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

/* Reads the header of a section, and checks that it is within the limits of all sections. */
static enum qemucore_status section_plan(const struct qc_inflation *inflation, uint64_t index,
                                         uint64_t *left, struct section *ret,
                                         struct qemucore_error *error)
{
    enum qemucore_status status = section_read(inflation, index, ret, error);
    if (status != QEMUCORE_OK || ret->plain_size == 0) {
        return status;
    }
    uint64_t size = size_in_memory(inflation, ret);
    QC_FAIL_IF(size > *left || inflation->sections.count == QC_LIMIT_COMPRESSED_SECTIONS,
               error, QEMUCORE_LIMIT, "section %" PRIu64 ": with it more than %" PRIu64
               " MiB, or %d sections, would be inflated", index, inflation->most / QC_MIB,
               QC_LIMIT_COMPRESSED_SECTIONS);
    *left -= size;
    return QEMUCORE_OK;
}

/* Tells whether a section of DIEs or strings does not end with a 0. libdw returns texts as they are
   in the section, whether they end or not. */
static bool lacks_end(const struct qc_inflation *inflation, const struct section *section)
{
    const char *name = section_name(inflation, section->index);
    return name != NULL && inflation->image[section->offset + section->size - 1] != 0 &&
           (qc_str_begins(name, ".debug_info") || qc_str_begins(name, ".debug_types") ||
            strcmp(name, ".debug_str") == 0 || strcmp(name, ".debug_line_str") == 0);
}

static uint64_t sections_most(uint64_t file_size)
{
    uint64_t most = file_size * QC_LIMIT_INFLATED_RATIO;
    return most < QC_LIMIT_INFLATED_FROM       ? QC_LIMIT_INFLATED_FROM
           : most > QC_LIMIT_INFLATED_SECTIONS ? QC_LIMIT_INFLATED_SECTIONS
                                               : most;
}

/* Reads the ELF header. False: there are no valid section headers. */
static bool inflation_read_header(struct qc_inflation *inflation)
{
    if (inflation->size < sizeof(Elf64_Ehdr) || memcmp(inflation->image, ELFMAG, SELFMAG) != 0 ||
        inflation->image[EI_CLASS] != ELFCLASS64) {
        return false;
    }
    inflation->big_endian = inflation->image[EI_DATA] == ELFDATA2MSB;
    inflation->headers = number_at(inflation, offsetof(Elf64_Ehdr, e_shoff), 8);
    inflation->header_count = number_at(inflation, offsetof(Elf64_Ehdr, e_shnum), 2);
    inflation->names = number_at(inflation, offsetof(Elf64_Ehdr, e_shstrndx), 2);
    /* An image with more sections than e_shnum can count (65,279) is an object file, no module. */
    return inflation->headers != 0 && inflation->headers <= inflation->size &&
           inflation->header_count <=
               (inflation->size - inflation->headers) / sizeof(Elf64_Shdr) &&
           inflation->names < inflation->header_count &&
           number_at(inflation, offsetof(Elf64_Ehdr, e_shentsize), 2) == sizeof(Elf64_Shdr);
}

/* Lists the sections of the copy, and checks all that the image says of them. One that is not valid
   is left out: libelf would inflate whatever it gets. */
static enum qemucore_status inflation_plan(struct qc_inflation *inflation,
                                           struct qemucore_error *error)
{
    if (!inflation_read_header(inflation)) {
        return QEMUCORE_OK;
    }
    inflation->most = sections_most(inflation->size);
    uint64_t left = inflation->most;
    for (uint64_t i = 1; i < inflation->header_count; i++) {
        struct section section;
        struct qemucore_error why;
        if (!section_is_wanted(inflation, i)) {
            continue;
        }
        if (section_plan(inflation, i, &left, &section, &why) != QEMUCORE_OK) {
            inflation_fail(inflation, i, &why);
            inflation->is_needed = true;
            continue;
        }
        if (section.plain_size == 0) {
            continue;
        }
        QC_TRY_MEMORY(qc_vec_push(&inflation->sections, section), error);
        inflation->is_needed |= section.method != PLAIN || lacks_end(inflation, &section);
    }
    return QEMUCORE_OK;
}

QC_DEFINE_ORDER(compare_sections, struct section,
                (a->plain_size < b->plain_size) - (a->plain_size > b->plain_size))

/* Places the sections in the copy, after the ELF header and the section headers. */
static void inflation_place(struct qc_inflation *inflation)
{
    uint64_t end = sizeof(Elf64_Ehdr) + inflation->header_count * sizeof(Elf64_Shdr);
    qc_vec_sort(&inflation->sections, compare_sections);
    qc_vec_each(&inflation->sections, section) {
        section->place = qc_round_up(end, ALIGNMENT);
        end = section->place + section->plain_size;
    }
    inflation->copy_size = (size_t)end + 1; /* a 0 follows the last section, which may lack it */
}

static void put_number(const struct qc_inflation *inflation, uint64_t place, uint64_t value,
                       size_t size)
{
    for (size_t i = 0; i < size; i++) {
        size_t at = inflation->big_endian ? size - 1 - i : i;
        inflation->copy[place + at] = (uint8_t)(value >> (8 * i));
    }
}

/* Returns the offset of a section's header in the copy. */
static uint64_t header_place(const struct section *section)
{
    return sizeof(Elf64_Ehdr) + section->index * sizeof(Elf64_Shdr);
}

/* Writes the header of a section, with the place of its inflated contents. */
static void section_put_header(const struct qc_inflation *inflation, const struct section *section)
{
    uint64_t from = inflation->headers + section->index * sizeof(Elf64_Shdr);
    uint64_t to = header_place(section);
    uint64_t flags = number_at(inflation, from + offsetof(Elf64_Shdr, sh_flags), 8);
    memcpy(inflation->copy + to, inflation->image + from, sizeof(Elf64_Shdr));
    put_number(inflation, to + offsetof(Elf64_Shdr, sh_flags), flags & ~(uint64_t)SHF_COMPRESSED,
               8);
    put_number(inflation, to + offsetof(Elf64_Shdr, sh_offset), section->place, 8);
    put_number(inflation, to + offsetof(Elf64_Shdr, sh_size), section->plain_size, 8);
    put_number(inflation, to + offsetof(Elf64_Shdr, sh_addralign), section->alignment, 8);
}

/* Writes all headers. The type of other sections is SHT_NULL, and there are no segments. */
static void inflation_put_headers(const struct qc_inflation *inflation)
{
    inflation->copy[inflation->copy_size - 1] = 0;
    memcpy(inflation->copy, inflation->image, sizeof(Elf64_Ehdr));
    put_number(inflation, offsetof(Elf64_Ehdr, e_phoff), 0, 8);
    put_number(inflation, offsetof(Elf64_Ehdr, e_phnum), 0, 2);
    put_number(inflation, offsetof(Elf64_Ehdr, e_shoff), sizeof(Elf64_Ehdr), 8);
    memset(inflation->copy + sizeof(Elf64_Ehdr), 0,
           (size_t)inflation->header_count * sizeof(Elf64_Shdr));
    for (size_t i = 0; i < inflation->sections.count; i++) {
        section_put_header(inflation, &inflation->sections.items[i]);
    }
}

static enum qemucore_status section_inflate(const struct qc_inflation *inflation,
                                            const struct section *section,
                                            struct qemucore_error *error)
{
    const uint8_t *in = inflation->image + section->offset;
    size_t in_size = (size_t)section->size;
    uint8_t *out = inflation->copy + section->place;
    size_t out_size = (size_t)section->plain_size;
    if (section->method == PLAIN) {
        memcpy(out, in, in_size);
        return QEMUCORE_OK;
    }
    bool is_zlib = section->method == ELFCOMPRESS_ZLIB;
    enum qemucore_status status =
        (is_zlib ? qc_block_zlib : qc_block_zstd)(in, in_size, out, out_size, error);
    return status == QEMUCORE_OK
               ? status
               : qc_error_prefix(error, status, "section %" PRIu64 ", compressed by %s",
                                 section->index, is_zlib ? "zlib" : "zstd");
}

/* Returns the next section that no thread has begun; NULL: there is none. */
static const struct section *inflation_next(struct qc_inflation *inflation)
{
    pthread_mutex_lock(&inflation->lock);
    const struct section *section = inflation->next < inflation->sections.count
                                        ? &inflation->sections.items[inflation->next++]
                                        : NULL;
    pthread_mutex_unlock(&inflation->lock);
    return section;
}

static void inflation_work(void *opaque)
{
    struct qc_inflation *inflation = opaque;
    for (const struct section *section = inflation_next(inflation); section != NULL;
         section = inflation_next(inflation)) {
        struct qemucore_error error;
        if (section_inflate(inflation, section, &error) != QEMUCORE_OK) {
            inflation_fail(inflation, section->index, &error);
            put_number(inflation, header_place(section) + offsetof(Elf64_Shdr, sh_type), SHT_NULL, 4);
        }
    }
}

void qc_inflation_join(struct qc_inflation *inflation)
{
    if (inflation != NULL) {
        qc_job_join(&inflation->job);
    }
}

void qc_inflation_free(struct qc_inflation *inflation)
{
    if (inflation == NULL) {
        return;
    }
    /* Sections that were not begun are not needed any more. */
    pthread_mutex_lock(&inflation->lock);
    inflation->next = inflation->sections.count;
    pthread_mutex_unlock(&inflation->lock);
    qc_job_wait(&inflation->job);
    free(inflation->copy);
    qc_vec_free(&inflation->sections);
    pthread_mutex_destroy(&inflation->lock);
    free(inflation);
}

enum qemucore_status qc_inflation_begin(const uint8_t *image, size_t size,
                                        struct qc_inflation **ret, struct qemucore_error *error)
{
    struct qc_inflation *inflation = calloc(1, sizeof(*inflation));
    *ret = NULL;
    QC_TRY_MEMORY(inflation != NULL, error);
    inflation->image = image;
    inflation->size = size;
    pthread_mutex_init(&inflation->lock, NULL);
    enum qemucore_status status = inflation_plan(inflation, error);
    if (status == QEMUCORE_OK && inflation->is_needed) {
        inflation_place(inflation);
        inflation->copy = qc_pages_new(inflation->copy_size);
        status = inflation->copy == NULL ? qc_error_memory(error) : QEMUCORE_OK;
    }
    if (status != QEMUCORE_OK || !inflation->is_needed) {
        qc_inflation_free(inflation);
        return status;
    }
    inflation_put_headers(inflation);
    if (inflation->copy_size >= WORTH_A_THREAD) {
        qc_job_begin(&inflation->job, inflation_work, inflation);
    }
    *ret = inflation;
    return QEMUCORE_OK;
}

enum qemucore_status qc_inflation_end(struct qc_inflation *inflation, uint8_t **ret, size_t *size,
                                      struct qemucore_error *error)
{
    inflation_work(inflation);
    qc_job_wait(&inflation->job);
    *ret = inflation->copy;
    *size = inflation->copy_size;
    return inflation->error.status == QEMUCORE_OK
               ? QEMUCORE_OK
               : qc_error_set(error, inflation->error.status, "%s", inflation->error.message);
}
