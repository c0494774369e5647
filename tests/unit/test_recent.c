/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_recent - what times tell against a hang, and of what dumps there are none
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "verdict/rules/recent.h"

#define MS(number) ((struct qc_fact){.is_known = true, .value = (uint64_t)(number) * 1000000})

static void test_turn(void **state)
{
    struct qc_state machine = {0};
    struct qc_rule_context context = {.state = &machine};
    (void)state;
    assert_false(qc_recent_turn(&context)); /* not known is not 0 */
    assert_false(qc_recent_turn_behind_mover(&context));
    machine.clocks.turned_at_most = MS(2900);
    assert_true(qc_recent_turn(&context));
    assert_true(qc_recent_turn_behind_mover(&context));
    machine.clocks.turned_at_most = MS(3500);
    assert_false(qc_recent_turn(&context));
    assert_true(qc_recent_turn_behind_mover(&context));
    machine.clocks.turned_at_most = MS(4100);
    assert_false(qc_recent_turn_behind_mover(&context));
}

/* The kernel's dump is proof by itself; gdb's takes a time that memory has. */
static void test_unproven(void **state)
{
    struct qc_clock_overdue overdue = {.by.by_file = MS(60000)};
    struct qc_state machine = {0};
    struct qc_rule_context context = {.state = &machine};
    (void)state;
    assert_false(qc_recent_is_unproven(&context));
    machine.clocks.is_by_debugger = true;
    assert_true(qc_recent_is_unproven(&context));
    machine.clocks.turned.by_file = MS(60000);
    machine.clocks.overdue.items = &overdue;
    machine.clocks.overdue.count = 1;
    assert_true(qc_recent_is_unproven(&context));
    overdue.by.at_least = MS(2000);
    assert_true(qc_recent_is_unproven(&context));
    overdue.by.at_least = MS(3000);
    assert_false(qc_recent_is_unproven(&context));
    machine.clocks.overdue.count = 0;
    machine.clocks.turned.at_least = MS(3000);
    assert_false(qc_recent_is_unproven(&context));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turn),
        cmocka_unit_test(test_unproven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
