/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/image.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"

/* Pages of QC_PAGE are the unit for finding zeroes and for caching sources. */
#define CACHED_PAGES 128
/* The unit of memory that is allocated for copied pages. */
#define SLAB (1 * QC_MIB)

struct slab {
    uint8_t *bytes;
    size_t used; /* bytes of it in use */
};

struct cached_page {
    uint64_t address;
    const struct qc_image_source *source; /* NULL: empty */
    uint8_t bytes[QC_PAGE];
};

struct qc_image {
    QC_VEC(struct qc_range) dump;
    QC_VEC(struct qc_range) backing;
    QC_VEC(struct slab) slabs;
    uint64_t budget; /* most bytes to copy */
    uint64_t saved;  /* bytes that were copied */
    struct qc_image_fetcher fetcher;
    struct cached_page cache[CACHED_PAGES];
};

enum qemucore_status qc_image_new(uint64_t budget, struct qc_image **ret,
                                  struct qemucore_error *error)
{
    struct qc_image *image = calloc(1, sizeof(*image));
    QC_TRY_MEMORY(image != NULL, error);
    image->budget = budget;
    *ret = image;
    return QEMUCORE_OK;
}

void qc_image_free(struct qc_image *image)
{
    if (image == NULL) {
        return;
    }
    qc_vec_free_each(&image->slabs, item, free(item->bytes));
    qc_vec_free(&image->backing);
    qc_vec_free(&image->dump);
    free(image);
}

void qc_image_raise_budget(struct qc_image *image, uint64_t bytes)
{
    image->budget = bytes > UINT64_MAX - image->budget ? UINT64_MAX : image->budget + bytes;
}

void qc_image_set_fetcher(struct qc_image *image, struct qc_image_fetcher fetcher)
{
    image->fetcher = fetcher;
}

static bool range_continues(const struct qc_range *last, const struct qc_range *next)
{
    if (last->end != next->start || last->kind != next->kind || last->writable != next->writable) {
        return false;
    }
    uint64_t size = last->end - last->start;
    switch (last->kind) {
    case QC_RANGE_MISSING:
        return last->status == next->status;
    case QC_RANGE_ZERO:
        return true;
    case QC_RANGE_MEMORY:
        return last->bytes + size == next->bytes;
    case QC_RANGE_SOURCE:
        return last->source == next->source && last->offset + size == next->offset;
    case QC_RANGE_DEFERRED:
        return last->offset + size == next->offset;
    }
    return false;
}

enum qemucore_status qc_image_add(struct qc_image *image, const struct qc_range *range,
                                  struct qemucore_error *error)
{
    if (range->start >= range->end) {
        return QEMUCORE_OK;
    }
    struct qc_range *last = qc_vec_last(&image->dump);
    if (last != NULL && range_continues(last, range)) {
        last->end = range->end;
        return QEMUCORE_OK;
    }
    QC_TRY_MEMORY(qc_vec_push(&image->dump, *range), error);
    return QEMUCORE_OK;
}

static bool page_is_zero(const uint8_t *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Returns room for size bytes, at most QC_PAGE, in the last slab or a new one. NULL: no memory. */
static uint8_t *image_allocate(struct qc_image *image, size_t size)
{
    struct slab *slab = qc_vec_last(&image->slabs);
    if (slab == NULL || size > SLAB - slab->used) {
        uint8_t *bytes = malloc(SLAB);
        slab = bytes == NULL ? NULL : qc_vec_add(&image->slabs);
        if (slab == NULL) {
            free(bytes);
            return NULL;
        }
        slab->bytes = bytes;
    }
    uint8_t *place = slab->bytes + slab->used;
    slab->used += size;
    image->saved += size;
    return place;
}

enum qemucore_status qc_image_save(struct qc_image *image, const struct qc_range *range,
                                   const uint8_t *bytes, struct qemucore_error *error)
{
    struct qc_range part = *range;
    while (part.start < range->end) {
        uint64_t to_page_end = QC_PAGE - part.start % QC_PAGE;
        uint64_t left = range->end - part.start;
        size_t size = (size_t)qc_min(left, to_page_end);
        part.end = part.start + size;
        if (page_is_zero(bytes, size)) {
            part.kind = QC_RANGE_ZERO;
        } else if (size > image->budget - image->saved) {
            part.kind = QC_RANGE_DEFERRED;
        } else {
            uint8_t *copy = image_allocate(image, size);
            QC_TRY_MEMORY(copy != NULL, error);
            memcpy(copy, bytes, size);
            part.kind = QC_RANGE_MEMORY;
            part.bytes = copy;
        }
        QC_TRY(qc_image_add(image, &part, error));
        part.start = part.end;
        part.offset += size;
        bytes += size;
    }
    return QEMUCORE_OK;
}

/* Moves the start of a range up, and the place of its bytes with it. */
static void range_clip(struct qc_range *range, uint64_t start)
{
    uint64_t by = start - range->start;
    range->start = start;
    range->offset += by;
    if (range->kind == QC_RANGE_MEMORY) {
        range->bytes += by;
    }
}

/* A range with its index in the order in which ranges were added, for a stable sort. */
struct ordered {
    struct qc_range range;
    size_t added;
};

QC_DEFINE_ORDER(compare_ordered, struct ordered,
                qc_compare(a->range.start, b->range.start) ?: qc_compare(a->added, b->added))

QC_DEFINE_ORDER(compare_starts, struct qc_range, qc_compare(a->start, b->start))

static bool ranges_are_sorted(const struct qc_range *ranges, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (ranges[i].start < ranges[i - 1].end) {
            return false;
        }
    }
    return true;
}

/* Sorts ranges and clips those that overlap. Returns how many are left. */
static size_t ranges_sort(struct qc_range *ranges, size_t count)
{
    if (ranges_are_sorted(ranges, count)) {
        return count;
    }
    QC_FREE struct ordered *ordered = calloc(count, sizeof(*ordered));
    if (ordered != NULL) {
        for (size_t i = 0; i < count; i++) {
            ordered[i] = (struct ordered){.range = ranges[i], .added = i};
        }
        qsort(ordered, count, sizeof(*ordered), compare_ordered);
        for (size_t i = 0; i < count; i++) {
            ranges[i] = ordered[i].range;
        }
    } else {
        /* Out of memory: of ranges with the same start any may win; the rest is the same. */
        qsort(ranges, count, sizeof(*ranges), compare_starts);
    }
    size_t kept = 0;
    uint64_t end = 0;
    for (size_t i = 0; i < count; i++) {
        struct qc_range range = ranges[i];
        if (range.end <= end) {
            continue;
        }
        if (range.start < end) {
            range_clip(&range, end);
        }
        ranges[kept++] = range;
        end = range.end;
    }
    return kept;
}

void qc_image_seal(struct qc_image *image)
{
    image->dump.count = ranges_sort(image->dump.items, image->dump.count);
}

enum qemucore_status qc_image_add_backing(struct qc_image *image, const struct qc_range *range,
                                          struct qemucore_error *error)
{
    if (range->start >= range->end) {
        return QEMUCORE_OK;
    }
    QC_TRY_MEMORY(qc_vec_push(&image->backing, *range), error);
    image->backing.count = ranges_sort(image->backing.items, image->backing.count);
    return QEMUCORE_OK;
}

/* Returns the index of the first range that ends after address. */
static size_t ranges_search(const struct qc_range *ranges, size_t count, uint64_t address)
{
    return qc_lower_bound(count, i, ranges[i].end <= address);
}

static const struct qc_range *ranges_find(const struct qc_range *ranges, size_t count,
                                          uint64_t address)
{
    return qc_find_sorted(ranges, count, at, at->end <= address ? -1 : at->start > address);
}

const struct qc_range *qc_image_find(const struct qc_image *image, uint64_t address)
{
    return ranges_find(image->dump.items, image->dump.count, address);
}

const struct qc_range *qc_image_range(const struct qc_image *image, size_t index)
{
    return index < image->dump.count ? &image->dump.items[index] : NULL;
}

enum qemucore_status qc_image_cut(struct qc_image *image, uint64_t start, uint64_t end,
                                  struct qemucore_error *error)
{
    size_t index = ranges_search(image->dump.items, image->dump.count, start);
    struct qc_range *range = index < image->dump.count ? &image->dump.items[index] : NULL;
    QC_FAIL_IF(range == NULL || range->kind != QC_RANGE_DEFERRED || range->start > start ||
               range->end < end,
               error, QEMUCORE_INVALID, "no deferred range at 0x%" PRIx64, start);
    struct qc_range upper = *range;
    if (end < range->end) {
        QC_TRY_MEMORY(qc_vec_add(&image->dump) != NULL, error);
        /* The upper part follows the lower one: the ranges stay sorted for the next cut. */
        range = &image->dump.items[index];
        memmove(range + 2, range + 1, (image->dump.count - index - 2) * sizeof(*range));
        range_clip(&upper, end);
        range[1] = upper;
    }
    /* The range may become empty; searches do not find an empty range. */
    range->end = start;
    return QEMUCORE_OK;
}

/* Returns the cache slot of a page, by a hash: stacks lie at distances that are powers of two, so
   the low bits alone would give the tops of all stacks the same slot. */
static struct cached_page *cache_slot(struct qc_image *image, uint64_t page)
{
    return &image->cache[(page / QC_PAGE * 0x9e3779b97f4a7c15u >> 32) % CACHED_PAGES];
}

/* Reads a source page by page through the cache, since a stack is read word by word. */
static enum qemucore_status source_read(struct qc_image *image, const struct qc_range *range,
                                        uint64_t address, uint8_t *buffer, size_t size,
                                        struct qemucore_error *error)
{
    while (size > 0) {
        uint64_t page = address - address % QC_PAGE;
        size_t in_page = (size_t)(address - page);
        size_t part = size < QC_PAGE - in_page ? size : QC_PAGE - in_page;
        uint64_t offset = range->offset + (address - range->start);
        if (page < range->start || range->end - page < QC_PAGE || part == QC_PAGE) {
            enum qemucore_status status =
                range->source->read(range->source->opaque, offset, buffer, part, error);
            if (status != QEMUCORE_OK) {
                return qc_error_at(error, status, address);
            }
        } else {
            struct cached_page *cached = cache_slot(image, page);
            if (cached->source != range->source || cached->address != page) {
                cached->source = NULL;
                enum qemucore_status status = range->source->read(
                    range->source->opaque, offset - in_page, cached->bytes, QC_PAGE, error);
                if (status != QEMUCORE_OK) {
                    return qc_error_at(error, status, address);
                }
                cached->source = range->source;
                cached->address = page;
            }
            memcpy(buffer, cached->bytes + in_page, part);
        }
        address += part;
        buffer += part;
        size -= part;
    }
    return QEMUCORE_OK;
}

/* Tells whether the backing file has the bytes that the process saw where the dump has none.
   Writable memory may differ from the file: gdb's gcore leaves out mappings that ld.so relocated, a
   coredump_filter without its first bit leaves out all that were written to (core(5)), and a
   truncated core has lost them. */
static bool backing_may_serve(const struct qc_range *dump, const struct qc_range *backing)
{
    return backing != NULL && !backing->writable &&
           (dump == NULL || (dump->kind == QC_RANGE_MISSING && !dump->writable));
}

static enum qemucore_status image_fail_missing(const struct qc_range *dump, uint64_t address,
                                               struct qemucore_error *error)
{
    enum qemucore_status status = QEMUCORE_ABSENT;
    const char *why = "not mapped in the dump";
    if (dump != NULL && dump->kind == QC_RANGE_DEFERRED) {
        status = QEMUCORE_LIMIT;
        why = "beyond the memory budget, and this input can't be read twice";
    } else if (dump != NULL) {
        status = dump->status;
        why = qemucore_status_name(status);
    }
    qc_error_set(error, status, "memory at 0x%" PRIx64 ": %s", address, why);
    return qc_error_at(error, status, address);
}

/* Replaces *range, the dump's range of an address (NULL: none), by the range to read from, which
   may be one of the backing layer. *end is where its use ends. False: no range has bytes. */
static bool image_find_serving(const struct qc_image *image, uint64_t address,
                               const struct qc_range **range, uint64_t *end)
{
    const struct qc_range *dump = *range;
    *end = dump == NULL ? UINT64_MAX : dump->end;
    if (dump != NULL && dump->kind != QC_RANGE_MISSING && dump->kind != QC_RANGE_DEFERRED) {
        return true;
    }
    const struct qc_range *backing =
        ranges_find(image->backing.items, image->backing.count, address);
    if (!backing_may_serve(dump, backing)) {
        return false;
    }
    if (dump == NULL) {
        size_t next = ranges_search(image->dump.items, image->dump.count, address);
        *end = next < image->dump.count ? image->dump.items[next].start : UINT64_MAX;
    }
    *end = backing->end < *end ? backing->end : *end;
    *range = backing;
    return true;
}

/* Reads the part of size bytes that one range has, and sets *done to its size. */
static enum qemucore_status image_read_part(struct qc_image *image, uint64_t address,
                                            uint8_t *buffer, size_t size, size_t *done,
                                            struct qemucore_error *error)
{
    uint64_t end;
    const struct qc_range *range = qc_image_find(image, address);
    if (range != NULL && range->kind == QC_RANGE_DEFERRED && image->fetcher.fetch != NULL) {
        enum qemucore_status status = image->fetcher.fetch(image->fetcher.opaque, address, error);
        if (status != QEMUCORE_OK) {
            return qc_error_at(error, status, address);
        }
        range = qc_image_find(image, address);
    }
    if (!image_find_serving(image, address, &range, &end)) {
        return image_fail_missing(range, address, error);
    }
    size_t part = end - address < size ? (size_t)(end - address) : size;
    *done = part;
    switch (range->kind) {
    case QC_RANGE_ZERO:
        memset(buffer, 0, part);
        return QEMUCORE_OK;
    case QC_RANGE_MEMORY:
        memcpy(buffer, range->bytes + (address - range->start), part);
        return QEMUCORE_OK;
    case QC_RANGE_SOURCE:
        return source_read(image, range, address, buffer, part, error);
    default:
        return image_fail_missing(range, address, error);
    }
}

enum qemucore_status qc_image_read(struct qc_image *image, uint64_t address, void *buffer,
                                   size_t size, struct qemucore_error *error)
{
    uint8_t *to = buffer;
    while (size > 0) {
        size_t done = 0;
        QC_TRY(image_read_part(image, address, to, size, &done, error));
        to += done;
        size -= done;
        if (size > 0 && address > UINT64_MAX - done) {
            return image_fail_missing(NULL, address, error);
        }
        address += done;
    }
    return QEMUCORE_OK;
}

enum qemucore_status qc_image_read_number(struct qc_image *image, uint64_t address, size_t size,
                                          bool big_endian, uint64_t *ret,
                                          struct qemucore_error *error)
{
    uint8_t bytes[8];
    QC_FAIL_IF(size == 0 || size > sizeof(bytes), error, QEMUCORE_INVALID, "a number of %zu bytes",
               size);
    QC_TRY(qc_image_read(image, address, bytes, size, error));
    struct qc_cursor cursor = qc_cursor_new(bytes, size, big_endian);
    *ret = qc_cursor_number(&cursor, size);
    return QEMUCORE_OK;
}

enum qemucore_status qc_image_read_string(struct qc_image *image, uint64_t address, char *buffer,
                                          size_t size, struct qemucore_error *error)
{
    for (size_t used = 0; used < size;) {
        if (used > UINT64_MAX - address) {
            return image_fail_missing(NULL, address, error);
        }
        /* Reads one range at a time: the string may end before a range that can't be read. */
        size_t part = 0;
        QC_TRY(image_read_part(image, address + used, (uint8_t *)buffer + used, size - used, &part,
                               error));
        if (memchr(buffer + used, '\0', part) != NULL) {
            return QEMUCORE_OK;
        }
        used += part;
    }
    qc_error_set(error, QEMUCORE_LIMIT, "the string at 0x%" PRIx64 " is longer than %zu bytes",
                 address, size - 1);
    return qc_error_at(error, QEMUCORE_LIMIT, address);
}
