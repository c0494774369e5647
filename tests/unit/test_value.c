/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_value - numbers of C's types, read from bytes, against values worked out by hand
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "modules/modules.h"
#include "text/value_text.h"
#include "values/values.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_extend(void **state)
{
    (void)state;
    static const struct {
        uint64_t word;
        unsigned width;
        uint64_t as_unsigned;
        int64_t as_signed;
    } rows[] = {
        {0xffffffffffffff80, 8, 0x80, -128},
        {0x7f, 8, 0x7f, 127},
        {0x12348000, 16, 0x8000, -32768},
        {0xabcdef80000000, 32, 0x80000000, INT32_MIN},
        {0x7fffffff, 32, 0x7fffffff, INT32_MAX},
        {0x8000000000000000, 64, 0x8000000000000000, INT64_MIN},
        {0x8000000000000000, 63, 0, 0},
        {0x4000000000000000, 63, 0x4000000000000000, -0x4000000000000000},
        {3, 1, 1, -1},
        {2, 1, 0, 0},
        {0xff, 0, 0xff, 0xff},
        {UINT64_MAX, 128, UINT64_MAX, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        print_message("%" PRIx64 ", %u\n", rows[i].word, rows[i].width);
        assert_true(qc_value_extend(rows[i].word, rows[i].width, false) == rows[i].as_unsigned);
        assert_true((int64_t)qc_value_extend(rows[i].word, rows[i].width, true) ==
                    rows[i].as_signed);
    }
}

/* Reads the same bytes as a number of this type and byte order. The copy has exactly this size, so
   that sanitizers see a read past it. */
static uint64_t read_number(bool is_signed, bool big_endian, size_t size, unsigned bit_size,
                            unsigned bit_offset)
{
    static const uint8_t bytes[8] = {0x81, 0x02, 0x03, 0x84, 0x05, 0x06, 0x07, 0x88};
    struct qc_type type = {.has_die = true, .kind = is_signed ? QC_TYPE_SIGNED : QC_TYPE_UNSIGNED,
                           .is_signed = is_signed, .size = size};
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    struct qc_value value = qc_value_from_bytes(&type, copy, big_endian, bit_size, bit_offset);
    free(copy);
    assert_int_equal(value.kind, type.kind);
    assert_int_equal(value.is_signed, is_signed);
    return value.bits;
}

static void test_sizes(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        uint64_t little;
        uint64_t little_signed;
        uint64_t big;
        uint64_t big_signed;
    } rows[] = {
        {1, 0x81, 0xffffffffffffff81, 0x81, 0xffffffffffffff81},
        {2, 0x0281, 0x0281, 0x8102, 0xffffffffffff8102},
        {3, 0x030281, 0x030281, 0x810203, 0xffffffffff810203},
        {4, 0x84030281, 0xffffffff84030281, 0x81020384, 0xffffffff81020384},
        {8, 0x8807060584030281, 0x8807060584030281, 0x8102038405060788, 0x8102038405060788},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        print_message("%zu bytes\n", rows[i].size);
        assert_true(read_number(false, false, rows[i].size, 0, 0) == rows[i].little);
        assert_true(read_number(true, false, rows[i].size, 0, 0) == rows[i].little_signed);
        assert_true(read_number(false, true, rows[i].size, 0, 0) == rows[i].big);
        assert_true(read_number(true, true, rows[i].size, 0, 0) == rows[i].big_signed);
    }
}

/* The four bytes are 0x84030281 in little-endian and 0x81020384 in big-endian order. Bits are
   counted from the least significant one of either. */
static void test_bit_fields(void **state)
{
    (void)state;
    static const struct {
        unsigned bit_size;
        unsigned bit_offset;
        uint64_t little;
        uint64_t little_signed;
        uint64_t big;
        uint64_t big_signed;
    } rows[] = {
        {1, 0, 1, UINT64_MAX, 0, 0},
        {1, 31, 1, UINT64_MAX, 1, UINT64_MAX},
        {3, 7, 5, (uint64_t)-3, 7, UINT64_MAX},
        {8, 8, 0x02, 0x02, 0x03, 0x03},
        {8, 24, 0x84, (uint64_t)-0x7c, 0x81, (uint64_t)-0x7f},
        {31, 0, 0x04030281, 0x04030281, 0x01020384, 0x01020384},
        {4, 70, 0, 0, 0, 0}, /* damaged debug info */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned size = rows[i].bit_size;
        unsigned offset = rows[i].bit_offset;
        print_message("%u bits from %u\n", size, offset);
        assert_true(read_number(false, false, 4, size, offset) == rows[i].little);
        assert_true(read_number(true, false, 4, size, offset) == rows[i].little_signed);
        assert_true(read_number(false, true, 4, size, offset) == rows[i].big);
        assert_true(read_number(true, true, 4, size, offset) == rows[i].big_signed);
    }
    assert_true(read_number(false, false, 8, 33, 31) == 0x1100e0c0b);
    assert_true(read_number(true, true, 8, 64, 0) == 0x8102038405060788);
}

static void test_words(void **state)
{
    (void)state;
    struct qc_type type = {.has_die = true, .kind = QC_TYPE_SIGNED, .is_signed = true, .size = 4};
    assert_true(qc_value_from_word(&type, 0x12345678fffffffe).bits == (uint64_t)-2);
    type = (struct qc_type){.has_die = true, .kind = QC_TYPE_POINTER, .size = 8};
    assert_true(qc_value_from_word(&type, UINT64_MAX).bits == UINT64_MAX);
    type = (struct qc_type){.has_die = true, .kind = QC_TYPE_CHARACTER, .size = 1};
    assert_true(qc_value_from_word(&type, 0x1ff).bits == 0xff);
}

static void test_spell(void **state)
{
    (void)state;
    static const struct {
        struct qc_value value;
        const char *text;
    } rows[] = {
        {{QC_TYPE_SIGNED, (uint64_t)INT64_MIN, true}, "-9223372036854775808"},
        {{QC_TYPE_SIGNED, (uint64_t)-1, true}, "-1"},
        {{QC_TYPE_UNSIGNED, UINT64_MAX, false}, "0xffffffffffffffff"},
        {{QC_TYPE_ENUMERATION, UINT64_MAX, false}, "18446744073709551615"},
        {{QC_TYPE_ENUMERATION, UINT64_MAX, true}, "-1"},
        {{QC_TYPE_CHARACTER, 0x80, false}, "128"},
        {{QC_TYPE_CHARACTER, (uint64_t)-128, true}, "-128"},
        {{QC_TYPE_BOOLEAN, 0x80, false}, "1"},
        {{QC_TYPE_BOOLEAN, 0, false}, "0"},
        {{QC_TYPE_POINTER, 0x8000000000000000, false}, "0x8000000000000000"},
        {{QC_TYPE_STRUCTURE, 0x10, false}, "0x10"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[QC_VALUE_TEXT];
        qc_value_spell(&rows[i].value, text);
        assert_string_equal(text, rows[i].text);
    }
}

/* A text that ends where it must end is whole; as gdb does it (valprint.c, val_print_string). */
static void test_text(void **state)
{
    static const struct {
        size_t length;   /* characters */
        size_t size;     /* bytes that can be read; those after the characters are 0 */
        size_t most;
        size_t shown;
        bool cut;
    } rows[] = {
        {3, 8, SIZE_MAX, 3, false},
        {QC_LIMIT_TEXT, QC_LIMIT_TEXT + 1, SIZE_MAX, QC_LIMIT_TEXT, false},
        {QC_LIMIT_TEXT + 1, QC_LIMIT_TEXT + 2, SIZE_MAX, QC_LIMIT_TEXT, true},
        {QC_LIMIT_TEXT, QC_LIMIT_TEXT, SIZE_MAX, QC_LIMIT_TEXT, true},
        {5, 5, SIZE_MAX, 5, true},
        /* Arrays. */
        {4, 8, 4, 4, false},
        {3, 8, 4, 3, false},
        {3, 3, 4, 3, true},
        {QC_LIMIT_TEXT, QC_LIMIT_TEXT, QC_LIMIT_TEXT, QC_LIMIT_TEXT, false},
        {300, 301, 300, QC_LIMIT_TEXT, true},
    };
    (void)state;
    for (size_t i = 0; i < qc_count(rows); i++) {
        uint8_t bytes[400] = {0};
        bool cut = !rows[i].cut;
        QC_GUARD(qc_guard_image) struct qc_image *image = NULL;
        struct qc_range range = {.start = 0x1000, .end = 0x1000 + rows[i].size,
                                 .kind = QC_RANGE_MEMORY, .bytes = bytes};
        memset(bytes, 'x', rows[i].length);
        assert_int_equal(qc_image_new(0, &image, NULL), QEMUCORE_OK);
        assert_int_equal(qc_image_add(image, &range, NULL), QEMUCORE_OK);
        qc_image_seal(image);
        struct qc_core core = {.image = image};
        struct qc_modules modules = {.core = &core};
        QC_FREE char *text = qc_value_text(&modules, 0x1000, rows[i].most, &cut);
        assert_non_null(text);
        assert_int_equal(strlen(text), rows[i].shown);
        assert_int_equal(cut, rows[i].cut);
        QC_FREE char *marked = qc_value_text(&modules, 0x1000, rows[i].most, NULL);
        assert_non_null(marked);
        assert_int_equal(strlen(marked), rows[i].shown + (rows[i].cut ? strlen("...") : 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extend),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_bit_fields),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_spell),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
