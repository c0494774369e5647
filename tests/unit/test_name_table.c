/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_name_table - types by name, even if the names are made to have one hash value
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/index/name_table.h"

#define PAIRS 9
#define NAMES (1u << PAIRS)
#define LENGTH (16 * PAIRS)

static char names[NAMES][LENGTH + 1];
static char dies[NAMES + 1]; /* only their addresses are used */

/* Makes a name whose hash value does not depend on `number`. A difference in the top bit of a word
   stays one when multiplied by an odd number, and is copied to bit 31. The next word cancels
   both. */
static void collide(char *name, unsigned number)
{
    memset(name, 'a', LENGTH);
    for (unsigned pair = 0; pair < PAIRS; pair++) {
        if ((number >> pair & 1) != 0) {
            char *words = name + (size_t)16 * pair;
            words[7] ^= (char)0x80;
            words[11] ^= (char)0x80;
            words[15] ^= (char)0x80;
        }
    }
}

static void add(struct qc_name_table *table, const char *name, size_t die)
{
    struct qc_name entry = {.name = name, .die = &dies[die], .kind = QC_NAME_TAG};
    assert_true(qc_indexed_name_hash(name, &entry.hash));
    assert_true(qc_name_table_add(table, &entry));
}

static void test_one_hash_value(void **state)
{
    (void)state;
    struct qc_name_table table = {0};
    const char *end;
    for (unsigned i = 0; i < NAMES; i++) {
        collide(names[i], i);
        assert_int_equal(qc_name_hash(names[i], LENGTH + 1, &end),
                         qc_name_hash(names[0], LENGTH + 1, &end));
        add(&table, names[i], i);
    }
    assert_int_equal(table.list.count, NAMES);
    /* A recent name is recognized. The search ends before the first name, which is added again. */
    add(&table, names[NAMES - 1], NAMES);
    assert_int_equal(table.list.count, NAMES);
    add(&table, names[NAMES - QC_LIMIT_NAME_CHAIN], NAMES);
    assert_int_equal(table.list.count, NAMES);
    add(&table, names[0], NAMES);
    assert_int_equal(table.list.count, NAMES + 1);
    /* Each name is found: of two entries, the first. */
    for (unsigned i = 0; i < NAMES; i++) {
        const struct qc_name *found = qc_name_table_find(&table, names[i], NULL, QC_NAME_TAG);
        assert_non_null(found);
        assert_ptr_equal(found->die, &dies[i]);
    }
    assert_null(qc_name_table_find(&table, names[0], NULL, QC_NAME_TYPEDEF));
    qc_name_table_free(&table);
}

/* Names are still found after room was made for more. */
static void test_expected(void **state)
{
    (void)state;
    struct qc_name_table table = {0};
    add(&table, "BlockBackend", 1);
    assert_true(qc_name_table_expect(&table, 5000));
    assert_true(table.chain_count >= 5001);
    add(&table, "BlockDriverState", 2);
    assert_ptr_equal(qc_name_table_find(&table, "BlockBackend", NULL, QC_NAME_TAG)->die, &dies[1]);
    assert_ptr_equal(qc_name_table_find(&table, "BlockDriverState", NULL, QC_NAME_TAG)->die, &dies[2]);
    qc_name_table_free(&table);
}

static void test_long_name(void **state)
{
    (void)state;
    static char name[QC_LIMIT_INDEXED_NAME + 1];
    uint32_t hash;
    memset(name, 'a', QC_LIMIT_INDEXED_NAME - 1);
    assert_true(qc_indexed_name_hash(name, &hash));
    name[QC_LIMIT_INDEXED_NAME - 1] = 'a';
    assert_false(qc_indexed_name_hash(name, &hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_hash_value),
        cmocka_unit_test(test_expected),
        cmocka_unit_test(test_long_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
