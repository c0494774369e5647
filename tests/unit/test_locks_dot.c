/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_locks_dot - the number of boxes for coroutines in the graph of waits
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text/text.h"

/* All coroutines except the first wait for it, through `locks` locks. The caller frees the text. */
static char *draw(size_t waiters, size_t locks)
{
    struct qc_threads threads = {0};
    struct qc_process process = {.threads = &threads};
    struct qc_coroutines coroutines = {0};
    struct qc_coroutine_waits found = {.coroutines = &coroutines, .count = waiters + 1};
    struct qc_waits waits = {.process = &process, .coroutines = &found};
    struct qc_wait_graph graph = {.waits = &waits};
    struct qc_strbuf buffer = {0};
    found.items = calloc(found.count, sizeof(*found.items));
    coroutines.list.items = calloc(found.count, sizeof(*coroutines.list.items));
    assert_true(found.items != NULL && coroutines.list.items != NULL);
    for (size_t i = 0; i <= waiters; i++) {
        coroutines.list.items[i].address = 0x1000 + i * 0x100;
        found.items[i].coroutine = &coroutines.list.items[i];
        if (i != 0) {
            found.items[i].kind = QC_COROUTINE_WAIT_LOCK;
            found.items[i].lock = QC_LOCK_CO_MUTEX;
            found.items[i].object = 0x10 + i % locks;
            found.items[i].holder = &coroutines.list.items[0];
        }
    }
    qc_dot_locks(&waits, &graph, true, &buffer);
    free(found.items);
    free(coroutines.list.items);
    char *dot = qc_strbuf_take(&buffer);
    assert_non_null(dot);
    return dot;
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;
    for (; (text = strstr(text, word)) != NULL; text++) {
        found++;
    }
    return found;
}

static void test_a_few_have_boxes_of_their_own(void **state)
{
    (void)state;
    char *dot = draw(8, 1);
    assert_int_equal(count(dot, "[shape=box"), 9);
    assert_int_equal(count(dot, " -> c0x1000 "), 8);
    assert_int_equal(count(dot, "not drawn"), 0);
    free(dot);
}

static void test_a_crowd_is_one_box_for_each_lock(void **state)
{
    (void)state;
    char *dot = draw(30, 3);
    assert_int_equal(count(dot, "[shape=box"), 4);
    assert_int_equal(count(dot, "label=\"10 coroutines\""), 3);
    assert_int_equal(count(dot, "[label=\"10 wait: "), 3);
    free(dot);
}

/* If each coroutine scanned all others, this would take minutes: SIGALRM would end the test. */
static void test_a_large_crowd_is_drawn_at_once(void **state)
{
    (void)state;
    alarm(60);
    char *dot = draw(300000, 1);
    alarm(0);
    assert_int_equal(count(dot, "label=\"300000 coroutines\""), 1);
    free(dot);
}

static void test_boxes_beyond_the_limit_are_reported(void **state)
{
    (void)state;
    char *dot = draw(QC_LIMIT_DOT_COROUTINES + 9, QC_LIMIT_DOT_COROUTINES + 9);
    assert_int_equal(count(dot, "[shape=box"), QC_LIMIT_DOT_COROUTINES);
    assert_int_equal(count(dot, "label=\"10 more boxes of coroutines are not drawn"), 1);
    free(dot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_few_have_boxes_of_their_own),
        cmocka_unit_test(test_a_crowd_is_one_box_for_each_lock),
        cmocka_unit_test(test_a_large_crowd_is_drawn_at_once),
        cmocka_unit_test(test_boxes_beyond_the_limit_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
