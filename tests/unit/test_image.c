/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_image - the address space: which range has the bytes, and the error where none has them
 *
 * The address determines its byte (byte_at), so that a range is caught that serves the bytes of
 * another one, or the right ones from a wrong offset.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "image/image.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PAGE 4096u
#define NO_BUDGET_LIMIT ((uint64_t)1 << 40)
#define IMAGE QC_GUARD(guard_image) struct qc_image

static void guard_image(struct qc_image **image)
{
    qc_image_free(*image);
}

static struct qc_image *new_image(uint64_t budget)
{
    struct qc_image *image = NULL;
    assert_int_equal(qc_image_new(budget, &image, NULL), QEMUCORE_OK);
    return image;
}

/* The byte at an address: never zero, and different a page further and with another salt. */
static uint8_t byte_at(uint64_t address, uint8_t salt)
{
    return (uint8_t)(1 + (address * 7 + address / PAGE * 13 + salt) % 251);
}

static uint8_t *bytes_for(uint64_t start, uint64_t end, uint8_t salt)
{
    uint8_t *bytes = malloc((size_t)(end - start));
    assert_non_null(bytes);
    for (uint64_t address = start; address < end; address++) {
        bytes[address - start] = byte_at(address, salt);
    }
    return bytes;
}

static void add(struct qc_image *image, struct qc_range range)
{
    assert_int_equal(qc_image_add(image, &range, NULL), QEMUCORE_OK);
}

static void add_backing(struct qc_image *image, struct qc_range range)
{
    assert_int_equal(qc_image_add_backing(image, &range, NULL), QEMUCORE_OK);
}

static struct qc_range missing(uint64_t start, uint64_t end, enum qemucore_status status)
{
    return (struct qc_range){
        .start = start, .end = end, .kind = QC_RANGE_MISSING, .status = status};
}

/* Reads [start, end) at once, and byte by byte. */
static void assert_bytes(struct qc_image *image, uint64_t start, uint64_t end, uint8_t salt)
{
    size_t size = (size_t)(end - start);
    QC_FREE uint8_t *all = malloc(size);
    struct qemucore_error error = {0};
    if (qc_image_read(image, start, all, size, &error) != QEMUCORE_OK) {
        fail_msg("%s", error.message);
    }
    for (uint64_t at = start; at < end; at++) {
        uint8_t byte = 0;
        assert_int_equal(qc_image_read(image, at, &byte, 1, NULL), QEMUCORE_OK);
        if (byte != byte_at(at, salt) || all[at - start] != byte) {
            fail_msg("at %#llx: %d and %d, not %d", (unsigned long long)at, byte,
                     all[at - start], byte_at(at, salt));
        }
    }
}

static void assert_zeroes(struct qc_image *image, uint64_t start, size_t size)
{
    QC_FREE uint8_t *bytes = malloc(size);
    memset(bytes, 0xff, size);
    assert_int_equal(qc_image_read(image, start, bytes, size, NULL), QEMUCORE_OK);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void assert_fails(struct qc_image *image, uint64_t start, size_t size,
                         enum qemucore_status status, uint64_t address)
{
    QC_FREE uint8_t *bytes = malloc(size);
    struct qemucore_error error = {0};
    assert_int_equal(qc_image_read(image, start, bytes, size, NULL), status);
    assert_int_equal(qc_image_read(image, start, bytes, size, &error), status);
    assert_int_equal(error.status, status);
    if (error.address != address) {
        fail_msg("address %#llx, not %#llx", (unsigned long long)error.address,
                 (unsigned long long)address);
    }
    assert_true(error.message[0] != '\0');
}

/* ---- A source that counts ---------------------------------------------------------------- */

/* Serves byte_at(base + offset). A read outside [from, to) is a bug of the image. */
struct counted {
    struct qc_image_source source;
    uint64_t base;
    uint8_t salt;
    uint64_t from;
    uint64_t to;
    unsigned calls;
    bool broken;
};

static enum qemucore_status counted_read(void *opaque, uint64_t offset, void *buffer, size_t size,
                                         struct qemucore_error *error)
{
    struct counted *counted = opaque;
    counted->calls++;
    if (counted->broken) {
        memset(buffer, 0xbb, size);
        return qc_error_set(error, QEMUCORE_SYSTEM, "broken");
    }
    if (offset < counted->from || offset > counted->to || size > counted->to - offset) {
        fail_msg("read of [%#llx, %#llx) of a source that has [%#llx, %#llx)",
                 (unsigned long long)offset, (unsigned long long)(offset + size),
                 (unsigned long long)counted->from, (unsigned long long)counted->to);
    }
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)buffer)[i] = byte_at(counted->base + offset + i, counted->salt);
    }
    return QEMUCORE_OK;
}

/* Makes a range and its source. The range begins at `offset` in the source. */
static struct qc_range counted_range(struct counted *counted, uint64_t start, uint64_t end,
                                     uint64_t offset, uint8_t salt)
{
    *counted = (struct counted){
        .source = {.read = counted_read, .opaque = counted},
        .base = start - offset,
        .salt = salt,
        .from = offset,
        .to = offset + (end - start),
    };
    return (struct qc_range){
        .start = start,
        .end = end,
        .kind = QC_RANGE_SOURCE,
        .offset = offset,
        .source = &counted->source,
    };
}

/* ---- Ranges ------------------------------------------------------------------------------ */

static void test_sorted(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    static const uint64_t starts[] = {0x9000, 0x1000, 0x5000, 0xf000, 0x3000};
    for (size_t i = 0; i < COUNT(starts); i++) {
        add(image, missing(starts[i], starts[i] + PAGE, QEMUCORE_ABSENT));
    }
    add(image, missing(0x7000, 0x7000, QEMUCORE_ABSENT)); /* an empty range adds nothing */
    qc_image_seal(image);
    static const uint64_t sorted[] = {0x1000, 0x3000, 0x5000, 0x9000, 0xf000};
    for (size_t i = 0; i < COUNT(sorted); i++) {
        const struct qc_range *range = qc_image_range(image, i);
        assert_non_null(range);
        assert_true(range->start == sorted[i] && range->end == sorted[i] + PAGE);
        assert_ptr_equal(qc_image_find(image, sorted[i]), range);
        assert_ptr_equal(qc_image_find(image, sorted[i] + PAGE - 1), range);
        assert_null(qc_image_find(image, sorted[i] - 1));
        assert_null(qc_image_find(image, sorted[i] + PAGE));
    }
    assert_null(qc_image_range(image, COUNT(sorted)));
    assert_null(qc_image_find(image, 0));
    assert_null(qc_image_find(image, UINT64_MAX));
}

static size_t count_ranges(const struct qc_image *image)
{
    size_t count = 0;
    while (qc_image_range(image, count) != NULL) {
        count++;
    }
    return count;
}

/* A range that continues the one before is joined with it; one that differs is not. */
static void test_joined(void **state)
{
    (void)state;
    static const uint8_t bytes[2 * PAGE] = {1};
    struct counted counted;
    struct counted other;
    counted_range(&counted, 0, 1, 0, 0);
    counted_range(&other, 0, 1, 0, 0);
    struct {
        struct qc_range first;
        struct qc_range second;
        size_t count;
    } cases[] = {
        {{.kind = QC_RANGE_ZERO}, {.kind = QC_RANGE_ZERO}, 1},
        {{.kind = QC_RANGE_ZERO}, {.kind = QC_RANGE_ZERO, .writable = true}, 2},
        {{.kind = QC_RANGE_ZERO}, {.status = QEMUCORE_ABSENT}, 2},
        {{.status = QEMUCORE_ABSENT}, {.status = QEMUCORE_ABSENT}, 1},
        {{.status = QEMUCORE_ABSENT}, {.status = QEMUCORE_TRUNCATED}, 2},
        {{.kind = QC_RANGE_MEMORY, .bytes = bytes},
         {.kind = QC_RANGE_MEMORY, .bytes = bytes + PAGE}, 1},
        {{.kind = QC_RANGE_MEMORY, .bytes = bytes},
         {.kind = QC_RANGE_MEMORY, .bytes = bytes}, 2},
        {{.kind = QC_RANGE_SOURCE, .source = &counted.source, .offset = 7},
         {.kind = QC_RANGE_SOURCE, .source = &counted.source, .offset = PAGE + 7}, 1},
        {{.kind = QC_RANGE_SOURCE, .source = &counted.source, .offset = 7},
         {.kind = QC_RANGE_SOURCE, .source = &counted.source, .offset = 7}, 2},
        {{.kind = QC_RANGE_SOURCE, .source = &counted.source},
         {.kind = QC_RANGE_SOURCE, .source = &other.source, .offset = PAGE}, 2},
        {{.kind = QC_RANGE_DEFERRED}, {.kind = QC_RANGE_DEFERRED, .offset = PAGE}, 1},
        {{.kind = QC_RANGE_DEFERRED}, {.kind = QC_RANGE_DEFERRED, .offset = PAGE + 1}, 2},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        IMAGE *image = new_image(0);
        cases[i].first.start = 0x1000;
        cases[i].first.end = 0x2000;
        cases[i].second.start = 0x2000;
        cases[i].second.end = 0x3000;
        add(image, cases[i].first);
        add(image, cases[i].second);
        qc_image_seal(image);
        if (count_ranges(image) != cases[i].count) {
            fail_msg("case %zu: %zu ranges", i, count_ranges(image));
        }
        assert_true(qc_image_find(image, 0x2fff)->end == 0x3000);
        /* With a hole between them, ranges are never joined. */
        IMAGE *apart = new_image(0);
        cases[i].second.start++;
        add(apart, cases[i].first);
        add(apart, cases[i].second);
        qc_image_seal(apart);
        assert_int_equal(count_ranges(apart), 2);
    }
}

/* Where ranges of a layer overlap, the one that starts first has the bytes; of two with the same
   start, the one added first. A range that loses its beginning moves its bytes and its offset. */
static void test_overlap(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    QC_FREE uint8_t *first = bytes_for(0x1800, 0x4800, 1);
    QC_FREE uint8_t *second = bytes_for(0x1800, 0x5000, 2);
    QC_FREE uint8_t *inner = bytes_for(0x2000, 0x3000, 3);
    struct counted counted;
    add(image, counted_range(&counted, 0x4000, 0x9000, 0x123, 4));
    add(image, (struct qc_range){0x2000, 0x3000, .kind = QC_RANGE_MEMORY, .bytes = inner});
    add(image, (struct qc_range){0x1800, 0x4800, .kind = QC_RANGE_MEMORY, .bytes = first});
    add(image, (struct qc_range){0x1800, 0x5000, .kind = QC_RANGE_MEMORY, .bytes = second});
    add(image, (struct qc_range){0x1000, 0x1a00, .kind = QC_RANGE_ZERO});
    qc_image_seal(image);
    assert_zeroes(image, 0x1000, 0xa00);
    assert_bytes(image, 0x1a00, 0x4800, 1);
    assert_bytes(image, 0x4800, 0x5000, 2);
    assert_bytes(image, 0x5000, 0x9000, 4);
    assert_int_equal(count_ranges(image), 4);
}

static void test_missing(void **state)
{
    (void)state;
    static const enum qemucore_status statuses[] = {QEMUCORE_ABSENT, QEMUCORE_TRUNCATED,
                                                    QEMUCORE_CORRUPT, QEMUCORE_LIMIT};
    IMAGE *image = new_image(0);
    for (size_t i = 0; i < COUNT(statuses); i++) {
        add(image, missing(0x10000 * (i + 1), 0x10000 * (i + 1) + 0x100, statuses[i]));
    }
    qc_image_seal(image);
    for (size_t i = 0; i < COUNT(statuses); i++) {
        uint64_t start = 0x10000 * (i + 1);
        assert_fails(image, start, 1, statuses[i], start);
        assert_fails(image, start + 0x50, 0x1000, statuses[i], start + 0x50);
        assert_fails(image, start + 0x100, 1, QEMUCORE_ABSENT, start + 0x100);
    }
}

static void test_zero_and_memory(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    QC_FREE uint8_t *bytes = bytes_for(0x2345, 0x5432, 1);
    add(image, (struct qc_range){0x1000, 0x2345, .kind = QC_RANGE_ZERO});
    add(image, (struct qc_range){0x2345, 0x5432, .kind = QC_RANGE_MEMORY, .bytes = bytes});
    add(image, (struct qc_range){0x5432, 0x6000, .kind = QC_RANGE_ZERO});
    qc_image_seal(image);
    assert_zeroes(image, 0x1000, 0x1345);
    assert_bytes(image, 0x2345, 0x5432, 1);
    assert_zeroes(image, 0x5432, 0x6000 - 0x5432);
    uint8_t across[6];
    assert_int_equal(qc_image_read(image, 0x2342, across, 6, NULL), QEMUCORE_OK);
    uint8_t expected[6] = {0, 0, 0, byte_at(0x2345, 1), byte_at(0x2346, 1), byte_at(0x2347, 1)};
    assert_memory_equal(across, expected, 6);
    /* A read of no bytes succeeds at any address. */
    assert_int_equal(qc_image_read(image, 0xdead0000, across, 0, NULL), QEMUCORE_OK);
}

/* ---- Sources ----------------------------------------------------------------------------- */

static void test_source_cache(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    struct counted counted;
    add(image, counted_range(&counted, 0x10000, 0x60000, 0x777, 1));
    qc_image_seal(image);
    uint64_t number;
    for (uint64_t at = 0x20000; at < 0x20000 + PAGE; at += 8) {
        assert_int_equal(qc_image_read_number(image, at, 8, false, &number, NULL), QEMUCORE_OK);
    }
    assert_int_equal(counted.calls, 1);
    /* Neighbouring pages are cached as well, and stay. */
    for (int round = 0; round < 3; round++) {
        assert_bytes(image, 0x21ff0, 0x22010, 1);
        assert_bytes(image, 0x20800, 0x20900, 1);
    }
    assert_int_equal(counted.calls, 3);
    /* Page 0 is cached like any other. */
    IMAGE *low = new_image(0);
    struct counted lowest;
    add(low, counted_range(&lowest, 0, 0x2000, 0, 1));
    qc_image_seal(low);
    assert_bytes(low, 0x10, 0x20, 1);
    /* Far more pages than the cache keeps, three times over: dropped ones are read again. */
    for (int round = 0; round < 3; round++) {
        for (uint64_t at = 0x10010; at < 0x60000; at += PAGE) {
            assert_bytes(image, at, at + 3, 1);
        }
    }
}

/* Sources whose pages have the same place in the cache. */
static void test_source_cache_tells_apart(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    struct counted some[64];
    for (size_t i = 0; i < COUNT(some); i++) {
        uint64_t start = 0x100000 + i * PAGE;
        add(image, counted_range(&some[i], start, start + PAGE, i, (uint8_t)i));
    }
    struct counted below;
    add_backing(image, counted_range(&below, 0x200000, 0x201000, 0, 99));
    qc_image_seal(image);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(some); i++) {
            uint64_t start = 0x100000 + i * PAGE;
            assert_bytes(image, start + 5, start + 9, (uint8_t)i);
            assert_bytes(image, 0x200005, 0x200009, 99);
        }
    }
}

/* A range that begins and ends inside pages: no byte outside it is read from the source. */
static void test_source_edges(void **state)
{
    (void)state;
    for (uint64_t start = 0x10ffd; start <= 0x11003; start++) {
        for (uint64_t end = 0x12ffe; end <= 0x13002; end++) {
            IMAGE *image = new_image(0);
            struct counted counted;
            add(image, counted_range(&counted, start, end, 0x5000, 1));
            qc_image_seal(image);
            assert_bytes(image, start, start + 16, 1);
            assert_bytes(image, end - 16, end, 1);
            assert_bytes(image, 0x11ff8, 0x12008, 1);
            uint8_t all[3 * PAGE];
            assert_int_equal(qc_image_read(image, start, all, end - start, NULL), QEMUCORE_OK);
            for (uint64_t at = start; at < end; at++) {
                assert_int_equal(all[at - start], byte_at(at, 1));
            }
            assert_fails(image, end - 1, 2, QEMUCORE_ABSENT, end);
            assert_fails(image, start - 1, 2, QEMUCORE_ABSENT, start - 1);
        }
    }
    /* A range that is smaller than a page. */
    IMAGE *image = new_image(0);
    struct counted counted;
    add(image, counted_range(&counted, 0x1100, 0x1200, 0, 1));
    qc_image_seal(image);
    assert_bytes(image, 0x1100, 0x1200, 1);
}

static void test_source_fails(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    QC_FREE uint8_t *before = bytes_for(0xf000, 0x10000, 1);
    struct counted counted;
    add(image, (struct qc_range){0xf000, 0x10000, .kind = QC_RANGE_MEMORY, .bytes = before});
    add(image, counted_range(&counted, 0x10000, 0x80000, 0, 1));
    qc_image_seal(image);
    assert_bytes(image, 0x10100, 0x10101, 1);
    counted.broken = true;
    assert_fails(image, 0x10f00, 0x200, QEMUCORE_SYSTEM, 0x11000); /* the first page is cached */
    assert_fails(image, 0xfffe, 0x2000, QEMUCORE_SYSTEM, 0x10000);
    assert_fails(image, 0x12008, 4, QEMUCORE_SYSTEM, 0x12008);
    /* Pages of all places in the cache, whatever a failed read has left there. */
    for (uint64_t at = 0x12008; at < 0x80000; at += PAGE) {
        assert_fails(image, at, 4, QEMUCORE_SYSTEM, at);
    }
    counted.broken = false;
    assert_bytes(image, 0x10100, 0x10101, 1);
    /* A page whose read failed is not taken for a cached one. */
    assert_bytes(image, 0x12008, 0x1200c, 1);
    assert_bytes(image, 0x11000, 0x11010, 1);
}

/* ---- Backing ----------------------------------------------------------------------------- */

static void test_backing(void **state)
{
    (void)state;
    static const struct {
        bool has_dump;
        struct qc_range dump;
        bool writable; /* the backing */
        bool served;
        enum qemucore_status status;
    } cases[] = {
        {.has_dump = false, .writable = false, .served = true},
        {.has_dump = false, .writable = true, .served = false, .status = QEMUCORE_ABSENT},
        {true, {.status = QEMUCORE_ABSENT}, false, true, 0},
        {true, {.status = QEMUCORE_ABSENT}, true, false, QEMUCORE_ABSENT},
        {true, {.status = QEMUCORE_ABSENT, .writable = true}, false, false, QEMUCORE_ABSENT},
        {true, {.status = QEMUCORE_ABSENT, .writable = true}, true, false, QEMUCORE_ABSENT},
        {true, {.status = QEMUCORE_TRUNCATED}, false, true, 0},
        {true, {.status = QEMUCORE_TRUNCATED}, true, false, QEMUCORE_TRUNCATED},
        {true, {.status = QEMUCORE_TRUNCATED, .writable = true}, false, false,
         QEMUCORE_TRUNCATED},
        {true, {.status = QEMUCORE_TRUNCATED, .writable = true}, true, false,
         QEMUCORE_TRUNCATED},
        {true, {.status = QEMUCORE_CORRUPT}, false, true, 0},
        {true, {.status = QEMUCORE_CORRUPT, .writable = true}, false, false, QEMUCORE_CORRUPT},
        {true, {.status = QEMUCORE_LIMIT, .writable = true}, false, false, QEMUCORE_LIMIT},
        {true, {.kind = QC_RANGE_DEFERRED}, false, false, QEMUCORE_LIMIT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        IMAGE *image = new_image(0);
        struct counted below;
        struct qc_range backing = counted_range(&below, 0x1000, 0x4000, 0x40, 1);
        backing.writable = cases[i].writable;
        struct qc_range dump = cases[i].dump;
        dump.start = 0x2000;
        dump.end = 0x3000;
        if (cases[i].has_dump) {
            add(image, dump);
        }
        qc_image_seal(image);
        add_backing(image, backing);
        print_message("case %zu\n", i);
        if (cases[i].served) {
            assert_bytes(image, 0x2000, 0x3000, 1);
        } else {
            assert_fails(image, 0x2001, 4, cases[i].status, 0x2001);
        }
        /* Outside the ranges of the dump, a writable page of the backing is absent. */
        if (cases[i].writable) {
            assert_fails(image, 0x1ff0, 4, QEMUCORE_ABSENT, 0x1ff0);
            assert_fails(image, 0x3000, 4, QEMUCORE_ABSENT, 0x3000);
        } else {
            assert_bytes(image, 0x1ff0, 0x2000, 1);
            assert_bytes(image, 0x3000, 0x3010, 1);
            assert_fails(image, 0x3fff, 2, QEMUCORE_ABSENT, 0x4000);
        }
    }
}

/* The dump's bytes come first; the backing serves only the rest, also within one read. */
static void test_backing_between(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    QC_FREE uint8_t *bytes = bytes_for(0x2100, 0x2200, 2);
    struct counted below;
    struct counted second;
    add(image, (struct qc_range){0x2400, 0x2500, .kind = QC_RANGE_ZERO});
    add(image, (struct qc_range){0x2100, 0x2200, .kind = QC_RANGE_MEMORY, .bytes = bytes});
    add(image, missing(0x2200, 0x2300, QEMUCORE_ABSENT));
    qc_image_seal(image);
    /* Added out of order, and overlapping: the same rules apply. */
    add_backing(image, counted_range(&second, 0x2600, 0x2900, 0, 3));
    add_backing(image, counted_range(&below, 0x2000, 0x2700, 0x10, 1));
    add_backing(image, (struct qc_range){0x2050, 0x2050, .kind = QC_RANGE_ZERO});
    assert_bytes(image, 0x2000, 0x2100, 1);
    assert_bytes(image, 0x2100, 0x2200, 2);
    assert_bytes(image, 0x2200, 0x2400, 1);
    assert_zeroes(image, 0x2400, 0x100);
    assert_bytes(image, 0x2500, 0x2700, 1);
    assert_bytes(image, 0x2700, 0x2900, 3);
    uint8_t all[0x900];
    assert_int_equal(qc_image_read(image, 0x2000, all, sizeof(all), NULL), QEMUCORE_OK);
    assert_int_equal(all[0x1ff], byte_at(0x21ff, 2));
    assert_int_equal(all[0x200], byte_at(0x2200, 1));
    assert_int_equal(all[0x4ff], 0);
    assert_int_equal(all[0x8ff], byte_at(0x28ff, 3));
    assert_fails(image, 0x28f0, 0x20, QEMUCORE_ABSENT, 0x2900);
    assert_null(qc_image_find(image, 0x2050)); /* this searches only the dump */
}

/* ---- Deferred ranges --------------------------------------------------------------------- */

/* A fetcher that brings one page at a time. */
struct fetched {
    struct qc_image *image;
    unsigned calls;
    uint64_t last;
    enum qemucore_status fails;
    bool idle; /* returns OK, and fetches nothing */
};

static void cut_and_save(struct qc_image *image, uint64_t start, uint64_t end)
{
    QC_FREE uint8_t *bytes = bytes_for(start, end, 5);
    struct qc_range range = {.start = start, .end = end};
    assert_int_equal(qc_image_cut(image, start, end, NULL), QEMUCORE_OK);
    assert_int_equal(qc_image_save(image, &range, bytes, NULL), QEMUCORE_OK);
}

static enum qemucore_status fetch(void *opaque, uint64_t address, struct qemucore_error *error)
{
    struct fetched *fetched = opaque;
    fetched->calls++;
    fetched->last = address;
    if (fetched->fails != QEMUCORE_OK) {
        return qc_error_set(error, fetched->fails, "no");
    }
    if (!fetched->idle) {
        const struct qc_range *range = qc_image_find(fetched->image, address);
        assert_int_equal(range->kind, QC_RANGE_DEFERRED);
        uint64_t start = address - address % PAGE;
        start = start > range->start ? start : range->start;
        uint64_t end = address - address % PAGE + PAGE;
        end = end < range->end ? end : range->end;
        cut_and_save(fetched->image, start, end);
        qc_image_seal(fetched->image);
    }
    return QEMUCORE_OK;
}

static void test_deferred(void **state)
{
    (void)state;
    IMAGE *image = new_image(NO_BUDGET_LIMIT);
    struct fetched fetched = {.image = image};
    add(image, (struct qc_range){0x10800, 0x20000, .kind = QC_RANGE_DEFERRED, .offset = 0x800});
    add(image, missing(0x20000, 0x21000, QEMUCORE_ABSENT));
    qc_image_seal(image);
    assert_fails(image, 0x12345, 4, QEMUCORE_LIMIT, 0x12345); /* there is no fetcher */
    qc_image_set_fetcher(image, (struct qc_image_fetcher){.fetch = fetch, .opaque = &fetched});

    assert_bytes(image, 0x12345, 0x12355, 5);
    assert_int_equal(fetched.calls, 1);
    assert_true(fetched.last == 0x12345);
    assert_bytes(image, 0x12000, 0x13000, 5);
    assert_int_equal(fetched.calls, 1);
    /* The rest of the range, on both sides, stays deferred at its own offset. */
    const struct qc_range *rest = qc_image_find(image, 0x11fff);
    assert_int_equal(rest->kind, QC_RANGE_DEFERRED);
    assert_true(rest->start == 0x10800 && rest->end == 0x12000 && rest->offset == 0x800);
    rest = qc_image_find(image, 0x13000);
    assert_int_equal(rest->kind, QC_RANGE_DEFERRED);
    assert_true(rest->start == 0x13000 && rest->end == 0x20000 && rest->offset == 0x3000);

    assert_bytes(image, 0x11f00, 0x14100, 5); /* two more, on both sides of the fetched one */
    assert_int_equal(fetched.calls, 4);
    assert_bytes(image, 0x10800, 0x10801, 5); /* the first byte of the range, and the last */
    assert_bytes(image, 0x1ffff, 0x20000, 5);
    assert_int_equal(fetched.calls, 6);
    assert_fails(image, 0x1ffff, 2, QEMUCORE_ABSENT, 0x20000);

    fetched.fails = QEMUCORE_SYSTEM;
    assert_fails(image, 0x14ff8, 16, QEMUCORE_SYSTEM, 0x15000);
    fetched.fails = QEMUCORE_OK;
    fetched.idle = true;
    assert_fails(image, 0x15000, 16, QEMUCORE_LIMIT, 0x15000);
    fetched.idle = false;
    assert_bytes(image, 0x15000, 0x15010, 5);
    /* In the end all of it is fetched. */
    assert_bytes(image, 0x10800, 0x20000, 5);
    for (size_t i = 0; i < count_ranges(image); i++) {
        const struct qc_range *range = qc_image_range(image, i);
        assert_true(range->kind != QC_RANGE_DEFERRED || range->start == range->end);
    }
}

/* Several pages of a range are cut and saved before the image is sealed again, as when one pass
   over a file brings the stacks of many threads. */
static void test_cut_several(void **state)
{
    (void)state;
    static const uint64_t starts[] = {0x12000, 0x14000, 0x15000, 0x1f000, 0x11000, 0x10000};
    IMAGE *image = new_image(NO_BUDGET_LIMIT);
    QC_FREE uint8_t *front = bytes_for(0x8000, 0x9000, 5);
    add(image, (struct qc_range){0x10000, 0x20000, .kind = QC_RANGE_DEFERRED});
    add(image, (struct qc_range){0x30000, 0x40000, .kind = QC_RANGE_ZERO});
    add(image, (struct qc_range){0x8000, 0x9000, .kind = QC_RANGE_MEMORY, .bytes = front});
    qc_image_seal(image);
    for (size_t i = 0; i < COUNT(starts); i++) {
        cut_and_save(image, starts[i], starts[i] + PAGE);
    }
    qc_image_seal(image);
    for (size_t i = 0; i < COUNT(starts); i++) {
        assert_bytes(image, starts[i], starts[i] + PAGE, 5);
    }
    assert_bytes(image, 0x8000, 0x9000, 5);
    assert_zeroes(image, 0x30000, 0x10000);
    assert_int_equal(qc_image_find(image, 0x13000)->kind, QC_RANGE_DEFERRED);
    assert_true(qc_image_find(image, 0x16000)->offset == 0x6000);
    assert_true(qc_image_find(image, 0x16000)->end == 0x1f000);
    assert_fails(image, 0x15fff, 2, QEMUCORE_LIMIT, 0x16000);
}

static void test_cut_refused(void **state)
{
    (void)state;
    IMAGE *image = new_image(NO_BUDGET_LIMIT);
    add(image, (struct qc_range){0x10000, 0x20000, .kind = QC_RANGE_DEFERRED});
    add(image, (struct qc_range){0x20000, 0x30000, .kind = QC_RANGE_ZERO});
    qc_image_seal(image);
    static const uint64_t bad[][2] = {{0xf000, 0x11000}, {0x1f000, 0x21000}, {0x20000, 0x21000},
                                      {0x40000, 0x41000}, {0x1000, 0x2000}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct qemucore_error error = {0};
        assert_int_equal(qc_image_cut(image, bad[i][0], bad[i][1], &error), QEMUCORE_INVALID);
        assert_int_equal(error.status, QEMUCORE_INVALID);
    }
    assert_int_equal(qc_image_find(image, 0x10000)->kind, QC_RANGE_DEFERRED);
    assert_true(qc_image_find(image, 0x10000)->end == 0x20000);
}

/* Pages of zeroes cost nothing. Bytes beyond the budget are deferred, at their own offset. */
static void test_budget(void **state)
{
    (void)state;
    IMAGE *image = new_image(2 * PAGE + 100);
    QC_FREE uint8_t *bytes = bytes_for(0x1000, 0x6000, 5);
    memset(bytes + PAGE, 0, PAGE);
    struct qc_range range = {.start = 0x1000, .end = 0x6000, .offset = 0x333, .writable = true};
    assert_int_equal(qc_image_save(image, &range, bytes, NULL), QEMUCORE_OK);
    /* Less than a page still fits. */
    range = (struct qc_range){.start = 0x8f9c, .end = 0x9000};
    QC_FREE uint8_t *little = bytes_for(0x8f9c, 0x9000, 5);
    assert_int_equal(qc_image_save(image, &range, little, NULL), QEMUCORE_OK);
    qc_image_seal(image);
    /* The image has its own copies. */
    memset(bytes, 0xee, 5 * PAGE);
    memset(little, 0xee, 100);
    assert_bytes(image, 0x1000, 0x2000, 5);
    assert_zeroes(image, 0x2000, PAGE);
    assert_int_equal(qc_image_find(image, 0x2000)->kind, QC_RANGE_ZERO);
    assert_bytes(image, 0x3000, 0x4000, 5);
    const struct qc_range *deferred = qc_image_find(image, 0x4000);
    assert_int_equal(deferred->kind, QC_RANGE_DEFERRED);
    assert_true(deferred->end == 0x6000 && deferred->offset == 0x3333 && deferred->writable);
    assert_bytes(image, 0x8f9c, 0x9000, 5);
    assert_fails(image, 0x3ff8, 16, QEMUCORE_LIMIT, 0x4000);

    qc_image_raise_budget(image, PAGE);
    cut_and_save(image, 0x4000, 0x6000);
    qc_image_seal(image);
    assert_bytes(image, 0x4000, 0x5000, 5);
    assert_int_equal(qc_image_find(image, 0x5000)->kind, QC_RANGE_DEFERRED);
}

/* A budget that is raised past the largest number is unlimited, not small. */
static void test_budget_does_not_wrap(void **state)
{
    (void)state;
    IMAGE *image = new_image(UINT64_MAX - 10);
    qc_image_raise_budget(image, PAGE);
    add(image, (struct qc_range){0x1000, 0x5000, .kind = QC_RANGE_DEFERRED});
    cut_and_save(image, 0x1000, 0x5000);
    qc_image_seal(image);
    assert_bytes(image, 0x1000, 0x5000, 5);
}

/* Partial pages at both ends. Pages and partial pages of only zeroes become zero ranges. */
static void test_save_parts(void **state)
{
    (void)state;
    IMAGE *image = new_image(NO_BUDGET_LIMIT);
    QC_FREE uint8_t *bytes = bytes_for(0x1f00, 0x5100, 5);
    memset(bytes, 0, 0x100);              /* the part in the first page */
    memset(bytes + 0x1100, 0, PAGE - 1);  /* a page except its last byte */
    memset(bytes + 0x3100 - 1, 0, 0x101); /* the last page's part and a byte before it */
    struct qc_range range = {.start = 0x1f00, .end = 0x5100};
    assert_int_equal(qc_image_save(image, &range, bytes, NULL), QEMUCORE_OK);
    qc_image_seal(image);
    assert_zeroes(image, 0x1f00, 0x100);
    assert_bytes(image, 0x2000, 0x3000, 5);
    assert_zeroes(image, 0x3000, PAGE - 1);
    assert_bytes(image, 0x3fff, 0x4fff, 5);
    assert_zeroes(image, 0x4fff, 0x101);
    assert_int_equal(qc_image_find(image, 0x1f00)->kind, QC_RANGE_ZERO);
    assert_int_equal(qc_image_find(image, 0x3000)->kind, QC_RANGE_MEMORY);
    assert_int_equal(qc_image_find(image, 0x5000)->kind, QC_RANGE_ZERO);
    assert_fails(image, 0x1eff, 1, QEMUCORE_ABSENT, 0x1eff);
    assert_fails(image, 0x50ff, 2, QEMUCORE_ABSENT, 0x5100);
}

/* More bytes than one slab of memory holds. */
static void test_save_much(void **state)
{
    (void)state;
    IMAGE *image = new_image(NO_BUDGET_LIMIT);
    uint64_t end = 0x1000 + 700 * (uint64_t)PAGE + 123;
    QC_FREE uint8_t *bytes = bytes_for(0x1000, end, 5);
    struct qc_range range = {.start = 0x1000, .end = end};
    assert_int_equal(qc_image_save(image, &range, bytes, NULL), QEMUCORE_OK);
    qc_image_seal(image);
    QC_FREE uint8_t *all = malloc((size_t)(end - 0x1000));
    assert_int_equal(qc_image_read(image, 0x1000, all, (size_t)(end - 0x1000), NULL), 0);
    assert_memory_equal(all, bytes, (size_t)(end - 0x1000));
}

/* ---- Reading ----------------------------------------------------------------------------- */

/* A read that reaches the end of the address space does not continue at address 0. */
static void test_end_of_address_space(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    QC_FREE uint8_t *bytes = bytes_for(UINT64_MAX - 0x100, UINT64_MAX, 1);
    add(image, (struct qc_range){0, 0x1000, .kind = QC_RANGE_ZERO});
    add(image, (struct qc_range){UINT64_MAX - 0x100, UINT64_MAX, .kind = QC_RANGE_MEMORY,
                                 .bytes = bytes});
    qc_image_seal(image);
    assert_bytes(image, UINT64_MAX - 0x100, UINT64_MAX, 1);
    assert_fails(image, UINT64_MAX - 3, 8, QEMUCORE_ABSENT, UINT64_MAX);
    assert_fails(image, UINT64_MAX, 1, QEMUCORE_ABSENT, UINT64_MAX);
    assert_fails(image, UINT64_MAX, 0x800, QEMUCORE_ABSENT, UINT64_MAX);
    char text[600];
    struct qemucore_error error = {0};
    assert_int_equal(qc_image_read_string(image, UINT64_MAX - 0x80, text, sizeof(text), &error),
                     QEMUCORE_ABSENT);
    assert_true(error.address == UINT64_MAX);
    /* The same in the backing. */
    IMAGE *lower = new_image(0);
    struct counted below;
    add(lower, (struct qc_range){0, 0x1000, .kind = QC_RANGE_ZERO});
    qc_image_seal(lower);
    add_backing(lower, counted_range(&below, UINT64_MAX - 0x2000, UINT64_MAX, 0, 1));
    assert_bytes(lower, UINT64_MAX - 0x1010, UINT64_MAX - 0xff0, 1);
    assert_bytes(lower, UINT64_MAX - 8, UINT64_MAX, 1);
    assert_fails(lower, UINT64_MAX - 3, 8, QEMUCORE_ABSENT, UINT64_MAX);
}

static void test_first_failing_address(void **state)
{
    (void)state;
    IMAGE *image = new_image(0);
    QC_FREE uint8_t *bytes = bytes_for(0x1000, 0x3000, 1);
    struct counted counted;
    add(image, (struct qc_range){0x1000, 0x2f80, .kind = QC_RANGE_MEMORY, .bytes = bytes});
    add(image, missing(0x2f80, 0x3000, QEMUCORE_TRUNCATED));
    add(image, counted_range(&counted, 0x3000, 0x4001, 0, 1));
    add(image, missing(0x4001, 0x5000, QEMUCORE_CORRUPT));
    qc_image_seal(image);
    assert_fails(image, 0x1000, 0x2000, QEMUCORE_TRUNCATED, 0x2f80);
    assert_fails(image, 0x2f7f, 0x2000, QEMUCORE_TRUNCATED, 0x2f80);
    assert_fails(image, 0x2f80, 1, QEMUCORE_TRUNCATED, 0x2f80);
    assert_fails(image, 0x2fff, 1, QEMUCORE_TRUNCATED, 0x2fff);
    assert_fails(image, 0x3000, 0x2000, QEMUCORE_CORRUPT, 0x4001);
    assert_fails(image, 0xfff, 0x10, QEMUCORE_ABSENT, 0xfff);
    assert_fails(image, 0x4fff, 0x10, QEMUCORE_CORRUPT, 0x4fff);
    assert_fails(image, 0x5000, 0x10, QEMUCORE_ABSENT, 0x5000);
    assert_bytes(image, 0x1000, 0x2f80, 1);
    assert_bytes(image, 0x3000, 0x4001, 1);
}

static void test_read_number(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
    static const uint64_t little[] = {0x01, 0x2301, 0x452301, 0x67452301, 0x8967452301,
                                      0xab8967452301, 0xcdab8967452301, 0xefcdab8967452301};
    IMAGE *image = new_image(0);
    add(image, (struct qc_range){0x1000, 0x1008, .kind = QC_RANGE_MEMORY, .bytes = bytes});
    qc_image_seal(image);
    for (size_t size = 1; size <= 8; size++) {
        uint64_t number = 0;
        assert_int_equal(qc_image_read_number(image, 0x1000, size, false, &number, NULL), 0);
        assert_true(number == little[size - 1]);
        assert_int_equal(qc_image_read_number(image, 0x1000, size, true, &number, NULL), 0);
        assert_true(number == (uint64_t)0x0123456789abcdef >> (64 - 8 * size));
    }
    uint64_t number = 42;
    struct qemucore_error error = {0};
    assert_int_equal(qc_image_read_number(image, 0x1000, 0, false, &number, NULL),
                     QEMUCORE_INVALID);
    assert_int_equal(qc_image_read_number(image, 0x1000, 9, false, &number, &error),
                     QEMUCORE_INVALID);
    assert_int_equal(qc_image_read_number(image, 0x1001, 8, false, &number, &error),
                     QEMUCORE_ABSENT);
    assert_true(error.address == 0x1008);
    assert_true(number == 42);
}

static void test_read_string(void **state)
{
    (void)state;
    static uint8_t memory[3 * PAGE];
    IMAGE *image = new_image(0);
    memset(memory, 'm', sizeof(memory));
    memcpy(memory + PAGE - 4, "across", 7);
    memcpy(memory + 2 * PAGE - 5, "tail", 5);
    memcpy(memory + 2 * PAGE, "last", 5);
    /* Three ranges whose bytes are not adjacent in our memory; the third ends inside a page. */
    QC_FREE uint8_t *copy = malloc(PAGE);
    memcpy(copy, memory + PAGE, PAGE);
    add(image, (struct qc_range){0x1000, 0x2000, .kind = QC_RANGE_MEMORY, .bytes = memory});
    add(image, (struct qc_range){0x2000, 0x3000, .kind = QC_RANGE_MEMORY, .bytes = copy});
    add(image, (struct qc_range){0x8000, 0x8100, .kind = QC_RANGE_MEMORY,
                                 .bytes = memory + 2 * PAGE});
    add(image, missing(0x8100, 0x9000, QEMUCORE_TRUNCATED));
    qc_image_seal(image);

    char text[16];
    struct qemucore_error error = {0};
    assert_int_equal(qc_image_read_string(image, 0x1ffc, text, sizeof(text), NULL), QEMUCORE_OK);
    assert_string_equal(text, "across");
    assert_int_equal(qc_image_read_string(image, 0x2002, text, 1, NULL), QEMUCORE_OK);
    assert_string_equal(text, "");
    /* Just enough room, and one byte too little. */
    memset(text, 'x', sizeof(text));
    assert_int_equal(qc_image_read_string(image, 0x1ffc, text, 7, NULL), QEMUCORE_OK);
    assert_string_equal(text, "across");
    assert_int_equal(text[7], 'x');
    assert_int_equal(qc_image_read_string(image, 0x1ffc, text, 6, &error), QEMUCORE_LIMIT);
    assert_true(error.status == QEMUCORE_LIMIT && error.address == 0x1ffc);
    /* The string ends with the page, and nothing follows. */
    assert_int_equal(qc_image_read_string(image, 0x2ffb, text, sizeof(text), NULL), QEMUCORE_OK);
    assert_string_equal(text, "tail");
    /* The string ends before the range does, and the range before the page. */
    assert_int_equal(qc_image_read_string(image, 0x8000, text, sizeof(text), NULL), QEMUCORE_OK);
    assert_string_equal(text, "last");
    char much[2 * PAGE];
    assert_int_equal(qc_image_read_string(image, 0x8000, much, sizeof(much), NULL), QEMUCORE_OK);
    assert_string_equal(much, "last");
    /* The memory ends before the string does. */
    assert_int_equal(qc_image_read_string(image, 0x8010, much, sizeof(much), &error),
                     QEMUCORE_TRUNCATED);
    assert_true(error.address == 0x8100);
    assert_int_equal(qc_image_read_string(image, 0x8010, text, sizeof(text), NULL),
                     QEMUCORE_LIMIT);
    assert_int_equal(qc_image_read_string(image, 0x4000, text, sizeof(text), &error),
                     QEMUCORE_ABSENT);
    assert_true(error.address == 0x4000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorted),
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_zero_and_memory),
        cmocka_unit_test(test_source_cache),
        cmocka_unit_test(test_source_cache_tells_apart),
        cmocka_unit_test(test_source_edges),
        cmocka_unit_test(test_source_fails),
        cmocka_unit_test(test_backing),
        cmocka_unit_test(test_backing_between),
        cmocka_unit_test(test_deferred),
        cmocka_unit_test(test_cut_several),
        cmocka_unit_test(test_cut_refused),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_budget_does_not_wrap),
        cmocka_unit_test(test_save_parts),
        cmocka_unit_test(test_save_much),
        cmocka_unit_test(test_end_of_address_space),
        cmocka_unit_test(test_first_failing_address),
        cmocka_unit_test(test_read_number),
        cmocka_unit_test(test_read_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
