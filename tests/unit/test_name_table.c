/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_name_table - types by their names, also where the names were made to be of one hash value
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
static char dies[NAMES + 1]; /* only where they are counts */

/* In the uppermost bit of a word a difference stays one through a multiplication by an odd number, is copied to bit 31,
   and the next word takes both away: whatever the hash was before. */
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
    /* One that has just come is known; for the first nobody goes through all of them. */
    add(&table, names[NAMES - 1], NAMES);
    assert_int_equal(table.list.count, NAMES);
    add(&table, names[NAMES - QC_LIMIT_NAME_CHAIN], NAMES);
    assert_int_equal(table.list.count, NAMES);
    add(&table, names[0], NAMES);
    assert_int_equal(table.list.count, NAMES + 1);
    /* Each is found, and the first of two. */
    for (unsigned i = 0; i < NAMES; i++) {
        const struct qc_name *found = qc_name_table_find(&table, names[i], NULL, QC_NAME_TAG);
        assert_non_null(found);
        assert_ptr_equal(found->die, &dies[i]);
    }
    assert_null(qc_name_table_find(&table, names[0], NULL, QC_NAME_TYPEDEF));
    qc_name_table_free(&table);
}

/* Room that was made for more names leaves those that are there where they are found. */
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
