/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_recent - times that speak against a hang, and dumps that lack times that speak for one
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "findings/recent.h"

#define MS(number) ((struct qc_fact){.is_known = true, .value = (uint64_t)(number) * 1000000})

static void test_turn(void **state)
{
    struct qc_state machine = {0};
    struct qc_rule_context context = {.state = &machine};
    (void)state;
    assert_false(qc_recent_turn(&context)); /* not known is not 0 */
    assert_false(qc_recent_turn_if_moving(&context));
    machine.clocks.turned_at_most = MS(2900);
    assert_true(qc_recent_turn(&context));
    assert_true(qc_recent_turn_if_moving(&context));
    machine.clocks.turned_at_most = MS(3500);
    assert_false(qc_recent_turn(&context));
    assert_true(qc_recent_turn_if_moving(&context));
    machine.clocks.turned_at_most = MS(4100);
    assert_false(qc_recent_turn_if_moving(&context));
}

/* A kernel's dump proves a state. For gdb's dump, and for a state that a sound QEMU is often in,
   memory must have a time that shows how long the state lasts. */
static void test_unproven(void **state)
{
    struct qc_clock_overdue overdue = {.by.by_file = MS(60000)};
    struct qc_state machine = {0};
    struct qc_rule_context context = {.state = &machine};
    (void)state;
    assert_false(qc_recent_is_unproven(&context, false));
    assert_true(qc_recent_is_unproven(&context, true));
    machine.clocks.is_by_debugger = true;
    assert_true(qc_recent_is_unproven(&context, false));
    machine.clocks.turned.by_file = MS(60000);
    machine.clocks.overdue.items = &overdue;
    machine.clocks.overdue.count = 1;
    assert_true(qc_recent_is_unproven(&context, false));
    overdue.by.at_least = MS(2000);
    assert_true(qc_recent_is_unproven(&context, false));
    overdue.by.at_least = MS(3000);
    assert_false(qc_recent_is_unproven(&context, false));
    assert_false(qc_recent_is_unproven(&context, true));
    machine.clocks.overdue.count = 0;
    machine.clocks.turned.at_least = MS(3000);
    assert_false(qc_recent_is_unproven(&context, false));
}

/* The main loop sleeps in its poll, and what another thread has noted is later than its timer by
   3 s and more. In any dump: a thread that the host does not run looks as one that idles. */
static void test_late(void **state)
{
    struct qc_timer_list list = {.type = QC_CLOCK_REALTIME};
    struct qc_aio_context iothread = {0};
    struct qc_clock_overdue overdue = {.list = &list, .by.at_least = MS(3000)};
    struct qc_core core = {0};
    struct qc_process process = {.core = &core};
    struct qc_state machine = {.clocks.idles = true};
    struct qc_rule_context context = {.state = &machine, .process = &process};
    (void)state;
    assert_null(qc_recent_late(&context));
    machine.clocks.overdue.items = &overdue;
    machine.clocks.overdue.count = 1;
    assert_ptr_equal(qc_recent_late(&context), &overdue);
    overdue.context = &iothread;
    assert_null(qc_recent_late(&context));
    overdue.context = NULL;
    list.type = QC_CLOCK_HOST;
    assert_null(qc_recent_late(&context));
    list.type = QC_CLOCK_REALTIME;
    machine.clocks.idles = false;
    assert_null(qc_recent_late(&context));
    machine.clocks.idles = true;
    overdue.by = (struct qc_clock_age){.at_least = MS(2900), .by_file = MS(60000)};
    assert_null(qc_recent_late(&context));
}

/* It is 100 s. A request of a disk has waited for `age` seconds, and another request of this disk
   ended `ended` seconds ago. Tells whether the first one is too young to be stuck. */
static bool is_young(int age, int ended)
{
    struct qc_block_request request = {.origin.start = MS(100000 - age * 1000)};
    struct qc_block_node node = {
        .address = 0x10, .in_flight = MS(1), .tracked = MS(1), .child_count = {.is_known = true},
        .requests.items = &request, .requests.count = 1, .kind = QC_BLOCK_DRIVER_NBD,
    };
    struct qc_block_backend backend = {.root = 0x10, .last_access = MS(100000 - ended * 1000)};
    struct qc_state machine = {.clocks.latest = MS(100000)};
    struct qc_threads threads = {0};
    struct qc_process process = {.threads = &threads};
    struct qc_rule_context context = {.state = &machine, .process = &process};
    struct qc_block_culprit culprit = {.node = &node};
    machine.block.nodes_known = machine.block.backends_known = machine.block.jobs_known = true;
    machine.block.nodes.items = &node;
    machine.block.backends.items = &backend;
    machine.block.nodes.count = machine.block.backends.count = 1;
    return qc_recent_request(&context, &culprit);
}

static void test_request(void **state)
{
    (void)state;
    assert_true(is_young(2, 50));
    assert_true(is_young(5, 1));
    assert_false(is_young(5, 4));
    assert_false(is_young(40, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turn),
        cmocka_unit_test(test_unproven),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
