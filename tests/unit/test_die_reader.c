/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_die_reader - the top-level DIEs of units, as compilers write them and damaged
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/index/index_job.h"
#include "dwarf/index/die_reader.h"

/* ---- sections ---- */

/* Memory of exactly this size, so that a sanitizer sees a read past it. */
struct bytes {
    uint8_t *bytes;
    size_t size;
};

static struct bytes bytes_of(const void *source, size_t size)
{
    struct bytes bytes = {malloc(size == 0 ? 1 : size), size};
    assert_non_null(bytes.bytes);
    memcpy(bytes.bytes, source, size);
    return bytes;
}

struct file {
    struct bytes info;
    struct bytes abbreviations;
    struct bytes strings;
};

static const char strings[] = "\0int_t\0device\0count"; /* at 1, 7, 14 */

static const uint8_t abbreviations[] = {
    1, DW_TAG_compile_unit, 1, 0, 0,
    2, DW_TAG_typedef, 0, DW_AT_name, DW_FORM_strp, DW_AT_type, DW_FORM_ref4, 0, 0,
    3, DW_TAG_structure_type, 1, DW_AT_name, DW_FORM_strp, DW_AT_sibling, DW_FORM_ref4, 0, 0,
    4, DW_TAG_member, 0, DW_AT_name, DW_FORM_string, DW_AT_data_member_location, DW_FORM_udata, 0,
    0,
    /* As clang writes it, without DW_AT_sibling. */
    5, DW_TAG_union_type, 1, DW_AT_name, DW_FORM_strp, 0, 0,
    6, DW_TAG_variable, 0, DW_AT_name, DW_FORM_strp, DW_AT_external, DW_FORM_flag_present,
    DW_AT_location, DW_FORM_exprloc, 0, 0,
    7, DW_TAG_structure_type, 0, DW_AT_name, DW_FORM_string, DW_AT_declaration,
    DW_FORM_flag_present, 0, 0,
    8, DW_TAG_variable, 0, DW_AT_specification, DW_FORM_ref4, DW_AT_location, DW_FORM_exprloc, 0,
    0,
    9, DW_TAG_base_type, 0, DW_AT_name, DW_FORM_indirect, 0, 0,
    10, DW_TAG_structure_type, 0, DW_AT_sibling, DW_FORM_ref_udata, 0, 0,
    11, DW_TAG_variable, 0, DW_AT_name, DW_FORM_strp, DW_AT_type, DW_FORM_ref4, DW_AT_location,
    DW_FORM_exprloc, 0, 0,
    12, DW_TAG_pointer_type, 0, DW_AT_type, DW_FORM_ref4, 0, 0,
    13, DW_TAG_structure_type, 0, DW_AT_name, DW_FORM_strp, DW_AT_decl_line, DW_FORM_data1, 0, 0,
    0,
};

#define HEADER 12 /* of a unit of DWARF 5 */

static const uint8_t dies[] = {
    /* 12 */ 1,
    /* 13 */ 2, 1, 0, 0, 0, 13, 0, 0, 0,
    /* 22 */ 3, 7, 0, 0, 0, 36, 0, 0, 0,
    /* 31 */ 4, 'm', 0, 0x80, 0,
    /* 36: the sibling above leads here, and its list of members has no end: */
    5, 7, 0, 0, 0,
    /* 41 */ 3, 7, 0, 0, 0, 51, 0, 0, 0, 0,
    /* 51 */ 0,
    /* 52 */ 7, 'd', 0,
    /* 55 */ 6, 14, 0, 0, 0, 2, 0, 0,
    /* 63 */ 8, 55, 0, 0, 0, 0,
    /* 69 */ 2, 1, 0, 0, 0, 13, 0, 0, 0,
    /* 78 */ 0,
};

static struct file file_new(const uint8_t *content, size_t size)
{
    uint8_t info[512] = {0};
    assert_true(HEADER + size <= sizeof(info));
    info[0] = (uint8_t)(HEADER - 4 + size);
    info[1] = (uint8_t)((HEADER - 4 + size) >> 8);
    info[4] = 5;
    info[6] = DW_UT_compile;
    info[7] = 8;
    memcpy(info + HEADER, content, size);
    return (struct file){
        bytes_of(info, HEADER + size),
        bytes_of(abbreviations, sizeof(abbreviations)),
        bytes_of(strings, sizeof(strings)),
    };
}

static void file_free(struct file *file)
{
    free(file->info.bytes);
    free(file->abbreviations.bytes);
    free(file->strings.bytes);
}

static struct qc_die_reader *file_begin(const struct file *file, uint64_t table)
{
    struct qc_die_reader_sections sections = {
        .info = {file->info.bytes, file->info.size},
        .abbreviations = {file->abbreviations.bytes, file->abbreviations.size},
        .strings = {file->strings.bytes, file->strings.size},
    };
    struct qc_die_reader_unit unit = {HEADER, 5, true, 8, 4, table};
    struct qc_die_reader *reader = qc_die_reader_new(&sections);
    assert_non_null(reader);
    qc_die_reader_begin(reader, &unit);
    return reader;
}

/* Reads all DIEs, and counts them. Returns how the reading ended. */
static enum qc_die_reader_step file_run(const struct file *file, uint64_t table, size_t *count)
{
    struct qc_die_reader *reader = file_begin(file, table);
    struct qc_indexed_die die;
    enum qc_die_reader_step step;
    *count = 0;
    while ((step = qc_die_reader_next(reader, &die)) == QC_DIE_READER_DIE) {
        assert_true(die.offset < file->info.size);
        if (die.name != NULL) {
            assert_true(strlen(die.name) < 64);
        }
        ++*count;
        assert_true(*count <= file->info.size);
    }
    assert_true(qc_die_reader_last(reader) < file->info.size || file->info.size <= HEADER);
    qc_die_reader_free(reader);
    return step;
}

/* ---- sound units ---- */

static void expect(struct qc_die_reader *reader, uint64_t offset, unsigned tag, const char *name)
{
    struct qc_indexed_die die;
    assert_int_equal(qc_die_reader_next(reader, &die), QC_DIE_READER_DIE);
    assert_int_equal(die.offset, offset);
    assert_int_equal(die.tag, tag);
    if (name == NULL) {
        assert_null(die.name);
    } else {
        assert_string_equal(die.name, name);
    }
    assert_int_equal(die.external, tag == DW_TAG_variable && name != NULL);
}

static void test_dies(void **state)
{
    (void)state;
    struct file file = file_new(dies, sizeof(dies));
    struct qc_die_reader *reader = file_begin(&file, 0);
    struct qc_indexed_die die;
    expect(reader, 13, DW_TAG_typedef, "int_t");
    expect(reader, 22, DW_TAG_structure_type, "device");
    /* The union and the structure inside it have a name that was listed; the declaration and the
       second int_t add nothing. */
    expect(reader, 55, DW_TAG_variable, "count");
    /* Its name and linkage are the declaration's. */
    expect(reader, 63, DW_TAG_variable, "count");
    assert_int_equal(qc_die_reader_next(reader, &die), QC_DIE_READER_END);
    assert_int_equal(qc_die_reader_next(reader, &die), QC_DIE_READER_END);
    qc_die_reader_free(reader);
    file_free(&file);
}

/* After a DIE that can't be passed over, libdw goes on, from the last DIE that could be. */
static void test_unknown_form(void **state)
{
    (void)state;
    static const uint8_t content[] = {1, 2, 1, 0, 0, 0, 13, 0, 0, 0, 9, DW_FORM_udata, 1, 0};
    struct file file = file_new(content, sizeof(content));
    struct qc_die_reader *reader = file_begin(&file, 0);
    struct qc_indexed_die die;
    expect(reader, 13, DW_TAG_typedef, "int_t");
    assert_int_equal(qc_die_reader_next(reader, &die), QC_DIE_READER_LOST);
    assert_int_equal(qc_die_reader_last(reader), 13);
    qc_die_reader_free(reader);
    file_free(&file);
}

static void expect_lost(const uint8_t *content, size_t size)
{
    size_t count;
    struct file file = file_new(content, size);
    assert_int_equal(file_run(&file, 0, &count), QC_DIE_READER_LOST);
    assert_int_equal(count, 0);
    file_free(&file);
}
#define EXPECT_LOST(...)                              \
    do {                                              \
        const uint8_t content_[] = {__VA_ARGS__};     \
        expect_lost(content_, sizeof(content_));      \
    } while (0)

static void test_damaged_dies(void **state)
{
    (void)state;
    EXPECT_LOST(1, 11, 0);               /* no such abbreviation */
    EXPECT_LOST(1, 0x80, 0, 0);          /* a zero, but not the one that ends a list */
    EXPECT_LOST(1, 2, 1, 0, 0, 0, 13, 0); /* cut */
    EXPECT_LOST(1, 3, 7, 0, 0, 0, 13, 0, 0, 0, 0); /* its sibling is itself */
    EXPECT_LOST(1, 3, 7, 0, 0, 0, 15, 0, 0, 0, 0); /* ... is inside it */
    EXPECT_LOST(1, 3, 7, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0);
    EXPECT_LOST(1, 10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1);
    EXPECT_LOST(1, 6, 14, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0);
    EXPECT_LOST(1, 5, 7, 0, 0, 0, 4, 'x');             /* a string without an end */
    EXPECT_LOST(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
}

/* A name outside the strings is left to libdw, which has its own answer. */
static void test_name_outside(void **state)
{
    (void)state;
    static const uint8_t content[] = {1, 2, 0xff, 0xff, 0xff, 0x7f, 13, 0, 0, 0, 0};
    struct file file = file_new(content, sizeof(content));
    struct qc_die_reader *reader = file_begin(&file, 0);
    struct qc_indexed_die die;
    expect(reader, 13, DW_TAG_typedef, NULL);
    assert_int_equal(qc_die_reader_next(reader, &die), QC_DIE_READER_END);
    qc_die_reader_free(reader);
    file_free(&file);
}

/* ---- damage anywhere ---- */

static void test_cut(void **state)
{
    (void)state;
    size_t count;
    for (size_t size = 0; size < sizeof(dies); size++) {
        struct file file = file_new(dies, size);
        file_run(&file, 0, &count); /* the header has the shorter length */
        file_free(&file);
        file = file_new(dies, sizeof(dies));
        struct bytes cut = bytes_of(file.info.bytes, size);
        free(file.info.bytes);
        file.info = cut;
        if (size > 0) {
            assert_int_equal(file_run(&file, 0, &count), QC_DIE_READER_LOST);
        }
        file_free(&file);
    }
    for (size_t size = 0; size < sizeof(abbreviations); size++) {
        struct file file = file_new(dies, sizeof(dies));
        struct bytes cut = bytes_of(file.abbreviations.bytes, size);
        free(file.abbreviations.bytes);
        file.abbreviations = cut;
        assert_int_equal(file_run(&file, 0, &count), QC_DIE_READER_LOST);
        assert_int_equal(count, 0);
        file_free(&file);
    }
}

/* Variables, their types, and a DIE that completes a declaration. */
static const uint8_t variables[] = {
    /* 12 */ 1,
    /* 13 */ 11, 14, 0, 0, 0, 23, 0, 0, 0, 0,
    /* 23 */ 12, 28, 0, 0, 0,
    /* 28 */ 13, 7, 0, 0, 0, 9,
    /* 34 */ 8, 13, 0, 0, 0, 0,
    /* 40 */ 0,
};

static void run_any_byte(const uint8_t *content, size_t size)
{
    static const uint8_t values[] = {0, 1, 2, 3, 5, 7, 10, 0x16, 0x1f, 0x21, 0x7f, 0x80, 0xff};
    size_t count;
    for (size_t i = 0; i < sizeof(values); i++) {
        for (size_t at = 0; at < HEADER + size; at++) {
            struct file file = file_new(content, size);
            file.info.bytes[at] = values[i];
            file_run(&file, 0, &count);
            file_free(&file);
        }
        for (size_t at = 0; at < sizeof(abbreviations); at++) {
            struct file file = file_new(content, size);
            file.abbreviations.bytes[at] = values[i];
            file_run(&file, 0, &count);
            file_run(&file, at, &count);
            file_run(&file, UINT64_MAX - at, &count);
            file_free(&file);
        }
    }
}

static void test_any_byte(void **state)
{
    (void)state;
    run_any_byte(dies, sizeof(dies));
    run_any_byte(variables, sizeof(variables));
}

/* Without the last NUL, the last string is no name. */
static void test_strings_cut(void **state)
{
    (void)state;
    struct file file = file_new(dies, sizeof(dies));
    struct bytes cut = bytes_of(file.strings.bytes, file.strings.size - 1);
    free(file.strings.bytes);
    file.strings = cut;
    struct qc_die_reader *reader = file_begin(&file, 0);
    expect(reader, 13, DW_TAG_typedef, "int_t");
    expect(reader, 22, DW_TAG_structure_type, "device");
    struct qc_indexed_die die;
    assert_int_equal(qc_die_reader_next(reader, &die), QC_DIE_READER_DIE);
    assert_int_equal(die.offset, 55);
    assert_null(die.name);
    qc_die_reader_free(reader);
    file_free(&file);
}

/* ---- many units ---- */

#define UNITS 200
#define UNIT_SIZE (HEADER + 32)
#define ODD 150 /* its structure is declared in another line */

/* Writes a unit: two variables that point to a structure, and the structure. */
static void unit_put(uint8_t *unit, size_t index)
{
    static const uint8_t content[] = {
        /* 12 */ 1,
        /* 13 */ 11, 14, 0, 0, 0, 33, 0, 0, 0, 0,
        /* 23 */ 11, 1, 0, 0, 0, 33, 0, 0, 0, 0,
        /* 33 */ 12, 38, 0, 0, 0,
        /* 38 */ 13, 7, 0, 0, 0, 9,
    };
    assert_int_equal(HEADER + sizeof(content), UNIT_SIZE);
    memset(unit, 0, UNIT_SIZE);
    unit[0] = UNIT_SIZE - 4;
    unit[4] = 5;
    unit[6] = DW_UT_compile;
    unit[7] = 8;
    memcpy(unit + HEADER, content, sizeof(content));
    unit[43] = index == ODD ? 99 : 9;
}

static struct qc_die_reader_unit unit_at(size_t index)
{
    return (struct qc_die_reader_unit){UNIT_SIZE * index + HEADER, 5, true, 8, 4, 0};
}

static void expect_unit(const struct qc_index_unit *unit, size_t index,
                        struct qc_type_key *key)
{
    assert_true(unit->is_whole);
    assert_true(unit->count == 2 || unit->count == 3);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(unit->dies[i].tag, DW_TAG_variable);
        assert_int_equal(unit->dies[i].offset, UNIT_SIZE * index + 13 + 10 * i);
        assert_string_equal(unit->dies[i].name, i == 0 ? "count" : "int_t");
        assert_non_null(unit->dies[i].type_key.name);
        *key = key->name == NULL ? unit->dies[i].type_key : *key;
        assert_int_equal(memcmp(&unit->dies[i].type_key, key, sizeof(*key)) == 0, index != ODD);
    }
}

/* Callers keep the first structure of a name, in the order of the file: the first unit lists it. */
static void expect_structure(const struct qc_index_unit *unit, size_t index)
{
    assert_int_equal(unit->count, 3);
    assert_int_equal(unit->dies[2].tag, DW_TAG_structure_type);
    assert_int_equal(unit->dies[2].offset, UNIT_SIZE * index + 38);
}

static void test_index_job(void **state)
{
    (void)state;
    static uint8_t info[UNITS * UNIT_SIZE];
    for (size_t i = 0; i < UNITS; i++) {
        unit_put(info + UNIT_SIZE * i, i);
    }
    struct file file = {
        bytes_of(info, sizeof(info)),
        bytes_of(abbreviations, sizeof(abbreviations)),
        bytes_of(strings, sizeof(strings)),
    };
    struct qc_die_reader_sections sections = {
        .info = {file.info.bytes, file.info.size},
        .abbreviations = {file.abbreviations.bytes, file.abbreviations.size},
        .strings = {file.strings.bytes, file.strings.size},
    };
    for (size_t wanted = 0; wanted <= UNITS; wanted += 60) {
        struct qc_die_reader_unit *units = calloc(UNITS, sizeof(*units));
        for (size_t i = 0; i < UNITS; i++) {
            units[i] = unit_at(i);
        }
        struct qc_index_job *job = qc_index_job_begin(&sections, units, UNITS);
        if (job == NULL) {
            file_free(&file);
            skip(); /* a job needs a second CPU */
        }
        size_t claimed = 0;
        while (claimed < wanted && qc_index_job_claim(job, claimed)) {
            claimed++;
        }
        struct qc_type_key key = {0};
        for (size_t i = claimed; i < UNITS; i++) {
            struct qc_index_unit unit = qc_index_job_unit(job, i);
            expect_unit(&unit, i, &key);
            if (i == claimed) {
                expect_structure(&unit, i);
            }
        }
        qc_index_job_free(job);
    }
    file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dies),
        cmocka_unit_test(test_unknown_form),
        cmocka_unit_test(test_damaged_dies),
        cmocka_unit_test(test_name_outside),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_any_byte),
        cmocka_unit_test(test_strings_cut),
        cmocka_unit_test(test_index_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
