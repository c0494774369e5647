/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_base - bounded reads, texts, errors, vectors, hash values, memory and queued jobs
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "base/error.h"
#include "base/guard.h"
#include "base/job_queue.h"
#include "base/name_hash.h"
#include "base/pages.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "base/str.h"
#include "base/size.h"
#include "base/vec.h"
#include "base/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- cursor ------------------------------------------------------------------------------ */

static const uint8_t digits[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

static void test_cursor_numbers(void **state)
{
    (void)state;
    static const uint64_t big[] = {0x01, 0x0123, 0x012345, 0x01234567, 0x0123456789,
                                   0x0123456789ab, 0x0123456789abcd, 0x0123456789abcdef};
    static const uint64_t little[] = {0x01, 0x2301, 0x452301, 0x67452301, 0x8967452301,
                                      0xab8967452301, 0xcdab8967452301, 0xefcdab8967452301};
    for (size_t size = 1; size <= 8; size++) {
        struct qc_cursor cursor = qc_cursor_new(digits, sizeof(digits), true);
        assert_true(qc_cursor_number(&cursor, size) == big[size - 1]);
        assert_int_equal(cursor.position, size);
        cursor = qc_cursor_new(digits, sizeof(digits), false);
        assert_true(qc_cursor_number(&cursor, size) == little[size - 1]);
        assert_int_equal(qc_cursor_left(&cursor), 8 - size);
    }
    struct qc_cursor cursor = qc_cursor_new(digits, sizeof(digits), true);
    assert_int_equal(qc_cursor_u8(&cursor), 0x01);
    assert_int_equal(qc_cursor_u16(&cursor), 0x2345);
    assert_int_equal(qc_cursor_u32(&cursor), 0x6789abcd);
    assert_int_equal(qc_cursor_u8(&cursor), 0xef);
    assert_false(cursor.failed);
    qc_cursor_seek(&cursor, 0);
    assert_true(qc_cursor_u64(&cursor) == 0x0123456789abcdef);
}

static void test_cursor_signed(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x80, 0xff, 0x7f, 0, 0, 0, 0, 0x80};
    struct qc_cursor cursor = qc_cursor_new(bytes, sizeof(bytes), false);
    assert_true(qc_cursor_signed(&cursor, 1) == -128);
    assert_true(qc_cursor_signed(&cursor, 1) == -1);
    assert_true(qc_cursor_signed(&cursor, 1) == 127);
    cursor = qc_cursor_new(bytes, sizeof(bytes), true);
    assert_true(qc_cursor_signed(&cursor, 2) == -32513); /* 0x80ff */
    assert_true(qc_cursor_signed(&cursor, 4) == 0x7f000000);
    cursor = qc_cursor_new(bytes, sizeof(bytes), false);
    assert_true(qc_cursor_signed(&cursor, 8) == INT64_MIN + 0x7fff80);
    assert_true(qc_cursor_signed(&cursor, 8) == 0);
    assert_true(cursor.failed);
}

static void test_cursor_bounds(void **state)
{
    (void)state;
    struct qc_cursor cursor = qc_cursor_new(digits, sizeof(digits), false);
    assert_ptr_equal(qc_cursor_take(&cursor, 3), digits);
    assert_ptr_equal(qc_cursor_take(&cursor, 0), digits + 3);
    assert_ptr_equal(qc_cursor_take(&cursor, 5), digits + 3);
    assert_int_equal(qc_cursor_left(&cursor), 0);
    assert_non_null(qc_cursor_take(&cursor, 0));
    assert_false(cursor.failed);
    /* The larger sizes would wrap when added to the position. */
    static const size_t too_many[] = {6, SIZE_MAX - 2, SIZE_MAX};
    for (size_t i = 0; i < COUNT(too_many); i++) {
        cursor = qc_cursor_new(digits, sizeof(digits), false);
        qc_cursor_take(&cursor, 3);
        assert_null(qc_cursor_take(&cursor, too_many[i]));
        assert_true(cursor.failed);
        assert_int_equal(cursor.position, 3);
    }
    cursor = qc_cursor_new(digits, sizeof(digits), false);
    qc_cursor_seek(&cursor, 8);
    assert_false(cursor.failed);
    assert_int_equal(qc_cursor_left(&cursor), 0);
    qc_cursor_seek(&cursor, 1);
    qc_cursor_seek(&cursor, 9);
    assert_true(cursor.failed);
    assert_int_equal(cursor.position, 1);
}

static void test_cursor_failed_stays(void **state)
{
    (void)state;
    static const uint8_t text[] = "\5text";
    struct qc_cursor cursor = qc_cursor_new(text, sizeof(text), false);
    qc_cursor_seek(&cursor, 4);
    assert_int_equal(qc_cursor_u32(&cursor), 0);
    assert_true(cursor.failed);
    qc_cursor_seek(&cursor, 0);
    assert_true(cursor.failed);
    assert_int_equal(qc_cursor_left(&cursor), 0);
    assert_int_equal(qc_cursor_u8(&cursor), 0);
    assert_true(qc_cursor_signed(&cursor, 2) == 0);
    assert_true(qc_cursor_uleb(&cursor) == 0);
    assert_true(qc_cursor_sleb(&cursor) == 0);
    assert_null(qc_cursor_take(&cursor, 1));
    assert_null(qc_cursor_string(&cursor));
    assert_true(cursor.failed);
}

static void test_cursor_string(void **state)
{
    (void)state;
    static const char text[] = {'a', 'b', 0, 0, 'c', 'd'};
    struct qc_cursor cursor = qc_cursor_new(text, sizeof(text), false);
    assert_string_equal(qc_cursor_string(&cursor), "ab");
    assert_string_equal(qc_cursor_string(&cursor), "");
    assert_int_equal(cursor.position, 4);
    assert_null(qc_cursor_string(&cursor));
    assert_true(cursor.failed);
    cursor = qc_cursor_new(text, 0, false);
    assert_null(qc_cursor_string(&cursor));
    assert_true(cursor.failed);
}

struct leb_case {
    size_t size;
    uint8_t bytes[16];
    uint64_t value;
};

#define NINE(byte) byte, byte, byte, byte, byte, byte, byte, byte, byte

static void test_cursor_uleb(void **state)
{
    (void)state;
    static const struct leb_case cases[] = {
        /* DWARF 5, table 7.7 */
        {1, {2}, 2},
        {1, {0x7f}, 127},
        {2, {0x80, 1}, 128},
        {2, {0x81, 1}, 129},
        {2, {0x82, 1}, 130},
        {2, {0xb9, 0x64}, 12857},
        /* the largest of nine and of ten bytes */
        {9, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, INT64_MAX},
        {10, {NINE(0x80), 1}, (uint64_t)1 << 63},
        {10, {NINE(0xff), 1}, UINT64_MAX},
        /* longer than necessary */
        {4, {0x82, 0x80, 0x80, 0}, 2},
        {10, {NINE(0x80), 0}, 0},
        {12, {NINE(0xff), 0x81, 0x80, 0}, UINT64_MAX},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int big_endian = 0; big_endian < 2; big_endian++) {
            struct qc_cursor cursor = qc_cursor_new(cases[i].bytes, 16, big_endian);
            uint64_t value = qc_cursor_uleb(&cursor);
            if (cursor.failed || value != cases[i].value || cursor.position != cases[i].size) {
                fail_msg("case %zu: %#llx", i, (unsigned long long)value);
            }
            /* Without its last byte, the number has no end. */
            cursor = qc_cursor_new(cases[i].bytes, cases[i].size - 1, big_endian);
            assert_true(qc_cursor_uleb(&cursor) == 0);
            assert_true(cursor.failed);
        }
    }
}

static void test_cursor_sleb(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        uint8_t bytes[16];
        int64_t value;
    } cases[] = {
        /* DWARF 5, table 7.8 */
        {1, {2}, 2},
        {1, {0x7e}, -2},
        {2, {0xff, 0}, 127},
        {2, {0x81, 0x7f}, -127},
        {2, {0x80, 1}, 128},
        {2, {0x80, 0x7f}, -128},
        {2, {0x81, 1}, 129},
        {2, {0xff, 0x7e}, -129},
        {1, {0x3f}, 63},
        {1, {0x40}, -64},
        /* the ends of the range */
        {10, {NINE(0xff), 0}, INT64_MAX},
        {10, {NINE(0x80), 0x7f}, INT64_MIN},
        {9, {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40}, INT64_MIN / 2},
        /* longer than necessary */
        {3, {0xff, 0xff, 0x7f}, -1},
        {12, {NINE(0xff), 0xff, 0xff, 0x7f}, -1},
        {12, {NINE(0x80), 0x80, 0x80, 0}, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct qc_cursor cursor = qc_cursor_new(cases[i].bytes, 16, false);
        int64_t value = qc_cursor_sleb(&cursor);
        if (cursor.failed || value != cases[i].value || cursor.position != cases[i].size) {
            fail_msg("case %zu: %lld", i, (long long)value);
        }
        cursor = qc_cursor_new(cases[i].bytes, cases[i].size - 1, false);
        assert_true(qc_cursor_sleb(&cursor) == 0);
        assert_true(cursor.failed);
    }
}

/* A number of more than 64 bits is an error: its upper bits are not dropped silently. */
static void test_cursor_leb_too_large(void **state)
{
    (void)state;
    static const struct {
        bool is_signed;
        size_t size;
        uint8_t bytes[16];
    } cases[] = {
        {false, 10, {NINE(0x80), 2}},
        {false, 10, {NINE(0xff), 0x7f}},
        {false, 11, {NINE(0x80), 0x80, 1}},
        {false, 11, {NINE(0xff), 0x81, 0x7f}},
        {true, 10, {NINE(0x80), 1}},
        {true, 10, {NINE(0xff), 2}},
        {true, 10, {NINE(0x80), 0x40}},
        {true, 11, {NINE(0x80), 0x80, 1}},
        {true, 11, {NINE(0x80), 0x80, 0x7f}},
        {true, 11, {NINE(0xff), 0xff, 0}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct qc_cursor cursor = qc_cursor_new(cases[i].bytes, cases[i].size, false);
        uint64_t value =
            cases[i].is_signed ? (uint64_t)qc_cursor_sleb(&cursor) : qc_cursor_uleb(&cursor);
        if (!cursor.failed || value != 0) {
            fail_msg("case %zu is taken as %#llx", i, (unsigned long long)value);
        }
    }
}

/* ---- strbuf ------------------------------------------------------------------------------ */

static void test_strbuf_locale(void **state)
{
    (void)state;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
        skip();
    }
    struct qc_strbuf buffer = {0};
    qc_strbuf_printf(&buffer, "%.1f", 1.5);
    char *text = qc_strbuf_take(&buffer);
    char *other = qc_format("%.1f", 1.5);
    assert_string_equal(text, "1.5");
    assert_string_equal(other, "1.5");
    free(text);
    free(other);
    assert_string_equal(localeconv()->decimal_point, ",");
    setlocale(LC_ALL, "C");
}

static void test_strbuf_put(void **state)
{
    (void)state;
    struct qc_strbuf buffer = {0};
    char expected[4001] = "";
    for (int i = 0; i < 1000; i++) {
        qc_strbuf_printf(&buffer, "%03d", i);
        qc_strbuf_put(&buffer, "-");
        snprintf(expected + 4 * i, 5, "%03d-", i);
    }
    assert_int_equal(buffer.length, 4000);
    char *text = qc_strbuf_take(&buffer);
    assert_string_equal(text, expected);
    free(text);
    /* The buffer is empty after its text was taken. */
    text = qc_strbuf_take(&buffer);
    assert_string_equal(text, "");
    free(text);
    qc_strbuf_put(&buffer, "");
    qc_strbuf_printf(&buffer, "%s", "");
    assert_int_equal(buffer.length, 0);
    qc_strbuf_free(&buffer);
    qc_strbuf_free(&buffer);
}

static void test_strbuf_failed(void **state)
{
    (void)state;
    struct qc_strbuf buffer = {0};
    qc_strbuf_put(&buffer, "before");
    buffer.failed = true;
    qc_strbuf_put(&buffer, "x");
    qc_strbuf_printf(&buffer, "%d", 1);
    qc_strbuf_put_escaped(&buffer, "\033");
    qc_strbuf_pad(&buffer, 100);
    assert_int_equal(buffer.length, 6);
    assert_null(qc_strbuf_take(&buffer));
    assert_false(buffer.failed);
    qc_strbuf_put(&buffer, "again");
    char *text = qc_strbuf_take(&buffer);
    assert_string_equal(text, "again");
    free(text);
}

static void test_strbuf_escape(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *shown;
    } cases[] = {
        {"", ""},
        {"plain text ~", "plain text ~"},
        {"a\nb\tc\r", "a\\nb\\tc\\x0d"},
        {"\001\037\177", "\\x01\\x1f\\x7f"},
        {"\033[31mred\033]0;title\007", "\\x1b[31mred\\x1b]0;title\\x07"},
        {"\302\205\302\233" "31m\302\237", "\\xc2\\x85\\xc2\\x9b31m\\xc2\\x9f"}, /* C1 */
        {"\302\240", "\302\240"},                                              /* U+00A0 */
        {"\303\251 \337\277", "\303\251 \337\277"},                            /* U+00E9, U+07FF */
        {"\340\240\200\342\202\254\357\277\277", "\340\240\200\342\202\254\357\277\277"},
        {"\355\237\277\356\200\200", "\355\237\277\356\200\200"},   /* U+D7FF, U+E000 */
        {"\360\220\200\200\364\217\277\277", "\360\220\200\200\364\217\277\277"}, /* first, last */
        {"\200\277", "\\x80\\xbf"},                                 /* without a first byte */
        {"\300\200\301\277", "\\xc0\\x80\\xc1\\xbf"},               /* overlong */
        {"\300\233", "\\xc0\\x9b"},                                 /* overlong ESC */
        {"\340\200\200\340\237\277", "\\xe0\\x80\\x80\\xe0\\x9f\\xbf"},
        {"\360\200\200\200\360\217\277\277", "\\xf0\\x80\\x80\\x80\\xf0\\x8f\\xbf\\xbf"},
        {"\355\240\200\355\277\277", "\\xed\\xa0\\x80\\xed\\xbf\\xbf"}, /* surrogates */
        {"\364\220\200\200", "\\xf4\\x90\\x80\\x80"},               /* beyond U+10FFFF */
        {"\365\200\200\200\376\377", "\\xf5\\x80\\x80\\x80\\xfe\\xff"},
        {"\342\202", "\\xe2\\x82"},                                 /* cut at the end ... */
        {"\303(", "\\xc3("},                                        /* ... and within */
        {"\360\237\230x", "\\xf0\\x9f\\x98x"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct qc_strbuf buffer = {0};
        qc_strbuf_put(&buffer, "<");
        qc_strbuf_put_escaped(&buffer, cases[i].text);
        qc_strbuf_put(&buffer, ">");
        char *text = qc_strbuf_take(&buffer);
        size_t length = strlen(cases[i].shown);
        if (text[0] != '<' || strncmp(text + 1, cases[i].shown, length) != 0 ||
            strcmp(text + 1 + length, ">") != 0) {
            fail_msg("case %zu is shown as %s", i, text);
        }
        free(text);
    }
}

static void test_utf8_length(void **state)
{
    (void)state;
    assert_int_equal(qc_utf8_length("a"), 1);
    assert_int_equal(qc_utf8_length("\303\251"), 2);
    assert_int_equal(qc_utf8_length("\342\202\254"), 3);
    assert_int_equal(qc_utf8_length("\360\237\230\200"), 4);
    assert_int_equal(qc_utf8_length(""), 0);
    assert_int_equal(qc_utf8_length("\n"), 0);
    assert_int_equal(qc_utf8_length("\302\200"), 0);
    /* U+061C, U+200E and others of Bidi_Control; U+2028 and U+2029, which separate lines. */
    static const char *const refused[] = {"\330\234", "\342\200\216", "\342\200\217", "\342\200\250",
                                          "\342\200\251", "\342\200\252", "\342\200\256", "\342\201\246",
                                          "\342\201\251"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        assert_int_equal(qc_utf8_length(refused[i]), 0);
    }
    static const char *const nearby[] = {"\330\233", "\342\200\220", "\342\200\247", "\342\200\257",
                                         "\342\201\245", "\342\201\252"};
    for (size_t i = 0; i < COUNT(nearby); i++) {
        assert_int_equal(qc_utf8_length(nearby[i]), strlen(nearby[i]));
    }
}

static void test_strbuf_pad(void **state)
{
    (void)state;
    struct qc_strbuf buffer = {0};
    qc_strbuf_put(&buffer, "ab");
    qc_strbuf_pad(&buffer, 5);
    qc_strbuf_put(&buffer, "|");
    qc_strbuf_pad(&buffer, 6); /* already there: still one space */
    qc_strbuf_pad(&buffer, 3); /* already past it */
    qc_strbuf_put(&buffer, "|\n");
    qc_strbuf_pad(&buffer, 3); /* columns count within the line */
    qc_strbuf_put(&buffer, "\342\202\254\303\251\360\237\230\200"); /* three characters */
    qc_strbuf_pad(&buffer, 8);
    qc_strbuf_put(&buffer, "|");
    char *text = qc_strbuf_take(&buffer);
    assert_string_equal(text, "ab   |  |\n   \342\202\254\303\251\360\237\230\200  |");
    free(text);
    qc_strbuf_pad(&buffer, 0);
    text = qc_strbuf_take(&buffer);
    assert_string_equal(text, " ");
    free(text);
}

/* ---- error ------------------------------------------------------------------------------- */

static void test_error_grows_outward(void **state)
{
    (void)state;
    struct qemucore_error error;
    memset(&error, 0xee, sizeof(error));
    assert_int_equal(qc_error_set(&error, QEMUCORE_CORRUPT, "entry %d ends past the note", 41),
                     QEMUCORE_CORRUPT);
    assert_int_equal(error.status, QEMUCORE_CORRUPT);
    assert_int_equal(error.os_errno, 0);
    assert_true(error.address == 0);
    /* The innermost status stays, whatever the outer calls pass. */
    assert_int_equal(qc_error_prefix(&error, QEMUCORE_LIMIT, "NT_%s", "FILE"), QEMUCORE_CORRUPT);
    assert_int_equal(qc_error_prefix(&error, QEMUCORE_CORRUPT, "opening %s", "vm.core"),
                     QEMUCORE_CORRUPT);
    assert_string_equal(error.message, "opening vm.core: NT_FILE: entry 41 ends past the note");
    assert_int_equal(qc_error_at(&error, QEMUCORE_CORRUPT, UINT64_MAX), QEMUCORE_CORRUPT);
    assert_true(error.address == UINT64_MAX);
    /* The next error keeps nothing of the last one. */
    assert_int_equal(qc_error_system(&error, ENOENT, "open %s", "x"), QEMUCORE_SYSTEM);
    assert_int_equal(error.status, QEMUCORE_SYSTEM);
    assert_int_equal(error.os_errno, ENOENT);
    assert_true(error.address == 0);
    assert_string_equal(error.message, "open x: No such file or directory");
    qc_error_prefix(&error, QEMUCORE_SYSTEM, "outer");
    assert_int_equal(error.os_errno, ENOENT);
    assert_int_equal(qc_error_memory(&error), QEMUCORE_NO_MEMORY);
    assert_int_equal(error.os_errno, 0);
    assert_string_equal(error.message, "out of memory");
}

static void test_error_null(void **state)
{
    (void)state;
    assert_int_equal(qc_error_set(NULL, QEMUCORE_ABSENT, "%d", 1), QEMUCORE_ABSENT);
    assert_int_equal(qc_error_system(NULL, EIO, "x"), QEMUCORE_SYSTEM);
    assert_int_equal(qc_error_memory(NULL), QEMUCORE_NO_MEMORY);
    assert_int_equal(qc_error_prefix(NULL, QEMUCORE_LIMIT, "x"), QEMUCORE_LIMIT);
    assert_int_equal(qc_error_at(NULL, QEMUCORE_TRUNCATED, 1), QEMUCORE_TRUNCATED);
}

/* A message that is too long is cut and terminated; the bytes after the struct stay as they are. */
static void test_error_cut(void **state)
{
    (void)state;
    struct {
        struct qemucore_error error;
        uint64_t after;
    } place = {.after = 0x123456789abcdef0};
    char long_text[3000];
    memset(long_text, 'm', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    size_t max_length = sizeof(place.error.message) - 1;

    qc_error_set(&place.error, QEMUCORE_CORRUPT, "begin %s", long_text);
    assert_int_equal(strlen(place.error.message), max_length);
    assert_memory_equal(place.error.message, "begin mmm", 9);
    qc_error_prefix(&place.error, QEMUCORE_CORRUPT, "outer");
    assert_int_equal(strlen(place.error.message), max_length);
    assert_memory_equal(place.error.message, "outer: begin mmm", 16);
    qc_error_prefix(&place.error, QEMUCORE_CORRUPT, "%s", long_text);
    assert_int_equal(strlen(place.error.message), max_length);
    assert_memory_equal(place.error.message, long_text, max_length);
    qc_error_system(&place.error, ENOENT, "%s", long_text);
    assert_int_equal(strlen(place.error.message), max_length);
    assert_int_equal(place.error.os_errno, ENOENT);
    assert_true(place.after == 0x123456789abcdef0);
}

static void test_status_name(void **state)
{
    (void)state;
    for (int status = 0; status >= QEMUCORE_TIMED_OUT; status--) {
        const char *name = qemucore_status_name((enum qemucore_status)status);
        assert_true(name != NULL && name[0] != '\0');
        assert_string_not_equal(name, "unknown status");
        for (int other = 0; other > status; other--) {
            assert_string_not_equal(name, qemucore_status_name((enum qemucore_status)other));
        }
    }
    static const int unknown[] = {1, QEMUCORE_TIMED_OUT - 1, INT_MAX, -INT_MAX, INT_MIN};
    for (size_t i = 0; i < COUNT(unknown); i++) {
        assert_string_equal(qemucore_status_name((enum qemucore_status)unknown[i]),
                            "unknown status");
    }
}

/* ---- vec --------------------------------------------------------------------------------- */

struct item {
    uint64_t number;
    char rest[40];
};

QC_DEFINE_ORDER(compare_items, struct item, qc_compare(a->number, b->number))

static void test_vec(void **state)
{
    (void)state;
    QC_GUARD(qc_vec_guard) QC_VEC(struct item) items = {0};
    qc_vec_sort(&items, compare_items);
    for (unsigned i = 0; i < 1000; i++) {
        struct item *item = qc_vec_add(&items);
        assert_non_null(item);
        assert_ptr_equal(item, &items.items[i]);
        assert_true(item->number == 0 && item->rest[39] == 0);
        item->number = i * 7919 % 1000;
        memset(item->rest, 'x', sizeof(item->rest));
        assert_int_equal(items.count, i + 1);
        assert_true(items.capacity >= items.count);
    }
    qc_vec_sort(&items, compare_items);
    for (unsigned i = 0; i < 1000; i++) {
        assert_true(items.items[i].number == i);
    }
    /* An item that is used again is zeroed again. */
    items.count = 5;
    struct item *again = qc_vec_add(&items);
    assert_ptr_equal(again, &items.items[5]);
    assert_true(again->number == 0 && again->rest[0] == 0);
    assert_true(items.items[4].number == 4);
    qc_vec_free(&items);
    assert_true(items.items == NULL && items.count == 0 && items.capacity == 0);
    assert_non_null(qc_vec_add(&items));
}

static void test_vec_each(void **state)
{
    (void)state;
    QC_VEC(char *) texts = {0};
    size_t met = 0;
    qc_vec_each(&texts, text) {
        met += text != NULL;
    }
    assert_true(met == 0 && qc_vec_push(&texts, strdup("one")) && qc_vec_push(&texts, NULL));
    qc_vec_each(&texts, text) {
        assert_ptr_equal(text, &texts.items[met]);
        met++;
    }
    assert_int_equal(met, 2);
    qc_vec_free_each(&texts, text, free(*text));
    assert_true(texts.items == NULL && texts.count == 0);
    assert_int_equal(qc_min(3, 4), 3);
    assert_int_equal(qc_max(-3, -4), -3);
}

#define WORDS(X)       \
    X(WORD_NONE, NULL) \
    X(WORD_FILE, "file")
enum word { WORDS(QC_ENUMERATOR) WORD_COUNT };
static QC_DEFINE_WORDS(word_of, enum word, WORDS)

static void test_words(void **state)
{
    (void)state;
    assert_int_equal(WORD_COUNT, 2);
    assert_null(word_of(WORD_NONE));
    assert_string_equal(word_of(WORD_FILE), "file");
}

/* ---- name_hash, pages ---------------------------------------------------------------------- */

/* The name fills its allocation, so that a sanitizer sees a read past its end. */
static uint32_t hash_of(const char *name, size_t *length)
{
    size_t room = strlen(name) + 1;
    QC_FREE char *copy = malloc(room);
    const char *end = NULL;
    assert_non_null(copy);
    memcpy(copy, name, room);
    uint32_t hash = qc_name_hash(copy, room, &end);
    *length = (size_t)(end - copy);
    return hash;
}

static void test_text(void **state)
{
    static const char *const list[] = {"poll", "ppoll", NULL};
    (void)state;
    assert_true(qc_str_is("poll", "poll"));
    assert_false(qc_str_is(NULL, "poll"));
    assert_true(qc_str_begins("ppoll", "pp"));
    assert_false(qc_str_begins("p", "pp"));
    assert_false(qc_str_begins(NULL, ""));
    assert_true(qc_str_ends("bdrv_ops", "_ops"));
    assert_true(qc_str_ends("_ops", "_ops"));
    assert_false(qc_str_ends("ops", "_ops"));
    assert_false(qc_str_ends(NULL, ""));
    assert_true(qc_str_is_one_of("ppoll", list));
    assert_false(qc_str_is_one_of("poller", list));
    assert_true(qc_str_begins_one_of("poller", list));
    assert_false(qc_str_begins_one_of(NULL, list));
    assert_string_equal(qc_str_or(NULL, "?"), "?");
    assert_string_equal(qc_str_or("it", "?"), "it");
}

static void test_find(void **state)
{
    (void)state;
    static const int table[] = {3, 5, 5, 8};
    const QC_VEC(int) none = {0};
    assert_ptr_equal(qc_array_find(table, at, *at == 5), &table[1]);
    assert_null(qc_array_find(table, at, *at == 4));
    assert_ptr_equal(qc_find(table, 1, at, *at == 5), NULL);
    assert_null(qc_vec_find(&none, at, *at == 0));
    assert_false(qc_vec_any(&none, at, *at == 0));
    /* Conditions can be nested. */
    assert_ptr_equal(qc_array_find(table, sum, qc_array_any(table, at, *at + 3 == *sum)), &table[3]);
}

static void test_find_sorted(void **state)
{
    (void)state;
    static const int table[] = {3, 5, 5, 8};
    const QC_VEC(int) none = {0};
    QC_VEC(int) two = {0};
    for (int wanted = 2; wanted <= 9; wanted++) { /* of equal ones, the first */
        assert_ptr_equal(qc_find_sorted(table, 4, at, qc_compare(*at, wanted)),
                         qc_array_find(table, at, *at == wanted));
    }
    assert_null(qc_find_sorted(table, 1, at, qc_compare(*at, 5)));
    assert_null(qc_vec_find_sorted(&none, at, qc_compare(*at, 3)));
    assert_null(qc_vec_last(&none));
    assert_true(qc_vec_push(&two, 3) && qc_vec_push(&two, 5));
    assert_ptr_equal(qc_vec_find_sorted(&two, at, qc_compare(*at, 5)), qc_vec_last(&two));
    qc_vec_free(&two);
}

static void test_name_hash(void **state)
{
    (void)state;
    char name[41] = "";
    uint32_t hashes[40];
    size_t length;
    for (size_t size = 0; size < 40; size++) {
        hashes[size] = hash_of(name, &length);
        assert_int_equal(length, size);
        for (size_t other = 0; other < size; other++) {
            assert_true(hashes[other] != hashes[size]);
        }
        const char *const ends[] = {".", ".isra.0", "@", "@@GLIBC_2.3.2", ".part.0@@X"};
        for (size_t i = 0; i < COUNT(ends); i++) {
            char text[60];
            snprintf(text, sizeof(text), "%s%s", name, ends[i]);
            assert_true(hash_of(text, &length) == hashes[size]);
            assert_int_equal(length, size);
        }
        name[size] = (char)('a' + size % 26);
    }
    /* Only "." and "@" end a name: not their neighbours, nor bytes with bit 7. */
    const char *const others[] = {"a-b", "a/b", "a?b", "aAb", "a\x01z", "a\256b", "a\xc0z", "a\x80z"};
    for (size_t i = 0; i < COUNT(others); i++) {
        uint32_t hash = hash_of(others[i], &length);
        assert_int_equal(length, 3);
        for (size_t other = 0; other < i; other++) {
            size_t unused;
            assert_true(hash_of(others[other], &unused) != hash);
        }
    }
}

static void test_pages(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 4096, ((size_t)1 << 20) - 1, (size_t)1 << 20, ((size_t)5 << 20) + 1};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        uint8_t *pages = qc_pages_new(sizes[i]);
        assert_non_null(pages);
        memset(pages, 0xff, sizes[i]);
        free(pages);
    }
    unsigned long before = qc_shortage_count(QC_SHORTAGE_MEMORY);
    assert_null(qc_pages_new(SIZE_MAX - 10));
    assert_int_equal(qc_shortage_count(QC_SHORTAGE_MEMORY), before + 1);
}

struct counted {
    struct qc_queued_job job;
    int runs;
};

static void count_run(void *opaque)
{
    struct counted *counted = opaque;
    counted->runs++;
}

/* Whether a thread ran a job, or the wait for it, it has run once. The queue can be used again after
   a join, which leaves what was not begun. */
static void test_job_queue(void **state)
{
    (void)state;
    struct counted jobs[100] = {0};
    struct qc_job_queue queue;
    qc_job_queue_init(&queue);
    qc_job_queue_wait(&queue, &jobs[0].job);
    assert_int_equal(jobs[0].runs, 0);
    for (int round = 1; round <= 3; round++) {
        for (size_t i = 0; i < COUNT(jobs); i++) {
            qc_job_queue_begin(&queue, &jobs[i].job, count_run, &jobs[i]);
        }
        if (round == 2) {
            qc_job_queue_join(&queue);
        }
        for (size_t i = 0; i < COUNT(jobs); i++) {
            qc_job_queue_wait(&queue, &jobs[i].job);
            assert_int_equal(jobs[i].runs, round);
        }
    }
    qc_job_queue_begin(&queue, &jobs[0].job, count_run, &jobs[0]);
    qc_job_queue_destroy(&queue);
    assert_in_range(jobs[0].runs, 3, 4); /* the last one ran, or was dropped */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cursor_numbers),
        cmocka_unit_test(test_cursor_signed),
        cmocka_unit_test(test_cursor_bounds),
        cmocka_unit_test(test_cursor_failed_stays),
        cmocka_unit_test(test_cursor_string),
        cmocka_unit_test(test_cursor_uleb),
        cmocka_unit_test(test_cursor_sleb),
        cmocka_unit_test(test_cursor_leb_too_large),
        cmocka_unit_test(test_strbuf_locale),
        cmocka_unit_test(test_strbuf_put),
        cmocka_unit_test(test_strbuf_failed),
        cmocka_unit_test(test_strbuf_escape),
        cmocka_unit_test(test_utf8_length),
        cmocka_unit_test(test_strbuf_pad),
        cmocka_unit_test(test_error_grows_outward),
        cmocka_unit_test(test_error_null),
        cmocka_unit_test(test_error_cut),
        cmocka_unit_test(test_status_name),
        cmocka_unit_test(test_vec),
        cmocka_unit_test(test_vec_each),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_find_sorted),
        cmocka_unit_test(test_name_hash),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_job_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
