/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_clock - bounds of QEMU's clocks, from times in its memory and from the main loop's poll
 *
 * QEMU started at 1000 s of the realtime clock. The dump is made at 1060.5 s: no scene is told.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "qemu/clock/clock.h"
#include "qemu/machine/armed_timer.h"
#include "text/renderings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MS INT64_C(1000000)
#define S (1000 * MS)
#define EPOCH (1700000000 * S)           /* the host clock when realtime was 1000 s */
#define NOW (1060 * S + 500 * MS)        /* realtime when the dump is made */
#define HOST_NOW (EPOCH + NOW - 1000 * S)
#define REFRESH_TIMER 0x1000u

struct scene {
    struct qc_clock_marks marks;
    struct qc_main_loop main_loop;
    struct qc_aio_contexts contexts;
    struct qc_clocks clocks;
    struct qc_timer_list lists[4];
    struct qc_aio_context context;
};

static struct qc_fact known(int64_t ns)
{
    return (struct qc_fact){true, true, (uint64_t)ns};
}

static void timer_add(struct scene *scene, enum qc_clock clock, int64_t due, uint64_t timer)
{
    struct qc_timers *timers = &scene->main_loop.timers;
    timers->lists.items = scene->lists;
    scene->lists[timers->lists.count++] = (struct qc_timer_list){
        .type = clock, .enabled = {true, false, 1}, .active = {true, false, 1}, .first = timer,
        .next = known(due)};
}

/* Begins a scene: the display was refreshed at 1059 s, and its timer is due at 1062 s. */
static void begin(struct scene *scene, enum qc_main_loop_place place)
{
    *scene = (struct scene){
        .main_loop = {.place = place},
        .marks = {.refresh = known(1059 * S), .refresh_interval = known(3 * S),
                  .refresh_timer = REFRESH_TIMER, .refresh_expire = known(1062 * S),
                  .start = known(1000 * S), .host_start = known(EPOCH),
                  .virtual_offset = known(-1001 * S), .virtual_runs = true}};
    timer_add(scene, QC_CLOCK_REALTIME, 1062 * S, REFRESH_TIMER);
}

/* The main loop is in a poll that began at `since`, with this timeout. */
static void poll_since(struct scene *scene, int64_t since, int64_t timeout)
{
    scene->main_loop.has_timeout = true;
    scene->main_loop.timeout_ns = timeout;
    scene->main_loop.has_remaining = true;
    scene->main_loop.remaining_ns = since + timeout - NOW;
}

/* Derives the bounds. The true times must be within them. */
static void derive(struct scene *scene)
{
    const int64_t truth[] = {NOW, NOW - 1001 * S, HOST_NOW, NOW - 1001 * S};
    qc_clocks_derive(&scene->marks, &scene->main_loop, &scene->contexts, &scene->clocks);
    for (size_t i = 0; i < COUNT(truth); i++) {
        const struct qc_clock_bounds *bounds = &scene->clocks.bounds[i];
        assert_true(!bounds->lower.is_known || bounds->lower.ns <= truth[i]);
        assert_true(!bounds->upper.is_known || bounds->upper.ns >= truth[i]);
        assert_true(!bounds->by_file.is_known || bounds->by_file.ns <= truth[i]);
    }
}

static void assert_bound(struct qc_clock_bound bound, int64_t ns)
{
    assert_true(bound.is_known);
    assert_int_equal(bound.ns, ns);
    assert_non_null(bound.rests_on);
}

static void assert_fact(struct qc_fact fact, int64_t ns)
{
    assert_true(fact.is_known);
    assert_int_equal(fact.value, ns);
}

/* ---- in its poll --------------------------------------------------------------------------- */

static void test_poll_until_refresh(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_POLL);
    poll_since(&scene, 1059 * S, 3 * S);
    derive(&scene);
    assert_bound(scene.clocks.bounds[QC_CLOCK_REALTIME].lower, NOW);
    assert_bound(scene.clocks.bounds[QC_CLOCK_REALTIME].upper, NOW);
    assert_bound(scene.clocks.bounds[QC_CLOCK_VIRTUAL].lower, NOW - 1001 * S);
    assert_bound(scene.clocks.bounds[QC_CLOCK_HOST].lower, HOST_NOW - S);
    assert_fact(scene.clocks.turned.at_least, NOW - 1059 * S);
    assert_bound(scene.clocks.last_turn, 1059 * S);
    assert_int_equal(scene.clocks.overdue.count, 0);
    qc_clocks_free(&scene.clocks);
}

/* A snapshot knows the time, and not what remains of the poll. */
static void test_poll_in_snapshot(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_POLL);
    timer_add(&scene, QC_CLOCK_VIRTUAL, 3600 * S, 0x2000);
    scene.marks.snapshot = scene.marks.snapshot_end = known(NOW);
    scene.main_loop.has_timeout = true;
    scene.main_loop.timeout_ns = 1600 * MS; /* until the refresh: the poll began at 1060.4 s */
    derive(&scene);
    assert_fact(scene.clocks.polled, 100 * MS);
    qc_clocks_free(&scene.clocks);
    scene.clocks = (struct qc_clocks){.idles = false};
    scene.main_loop.timeout_ns = 3 * S; /* it began with the refresh */
    derive(&scene);
    assert_fact(scene.clocks.polled, 1500 * MS);
    qc_clocks_free(&scene.clocks);
    scene.clocks = (struct qc_clocks){.idles = false};
    scene.main_loop.timeout_ns = 1 * S; /* another source than a timer set that */
    derive(&scene);
    assert_false(scene.clocks.polled.is_known);
    qc_clocks_free(&scene.clocks);
}

/* ---- in its poll, until a timer is due ------------------------------------------------------ */

/* It is not known which timer ends the poll: the lower bound is the last refresh plus the poll. */
static void test_poll_until_another_timer(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_POLL);
    timer_add(&scene, QC_CLOCK_VIRTUAL, 59 * S + 505 * MS, 0x2000);
    poll_since(&scene, NOW - 5 * MS, 10 * MS);
    derive(&scene);
    assert_bound(scene.clocks.bounds[QC_CLOCK_REALTIME].lower, 1059 * S + 5 * MS);
    assert_bound(scene.clocks.bounds[QC_CLOCK_REALTIME].upper, NOW);
    assert_bound(scene.clocks.bounds[QC_CLOCK_VIRTUAL_RT].upper, NOW - 1001 * S);
    assert_fact(scene.clocks.turned.at_least, 5 * MS);
    qc_clocks_free(&scene.clocks);
}

/* With icount, virtual timers are in no timeout, and the virtual clock is not known. */
static void test_poll_with_icount(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_POLL);
    scene.marks.virtual_offset.is_known = false;
    timer_add(&scene, QC_CLOCK_VIRTUAL, 7, 0x2000);
    poll_since(&scene, 1059 * S, 3 * S);
    derive(&scene);
    assert_false(scene.clocks.bounds[QC_CLOCK_VIRTUAL].lower.is_known);
    assert_false(scene.clocks.bounds[QC_CLOCK_VIRTUAL].upper.is_known);
    assert_bound(scene.clocks.bounds[QC_CLOCK_REALTIME].upper, NOW);
    assert_int_equal(scene.clocks.overdue.count, 0);
    qc_clocks_free(&scene.clocks);
}

static void test_poll_without_timeout(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_POLL);
    scene.main_loop.has_timeout = true;
    scene.main_loop.timeout_ns = -1;
    derive(&scene);
    assert_false(scene.clocks.polled.is_known);
    assert_false(scene.clocks.turned.at_least.is_known);
    assert_bound(scene.clocks.bounds[QC_CLOCK_REALTIME].lower, 1059 * S);
    qc_clocks_free(&scene.clocks);
}

static void test_machine_stopped(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_POLL);
    scene.marks.virtual_offset = known(NOW - 1001 * S);
    scene.marks.virtual_runs = false;
    derive(&scene);
    assert_bound(scene.clocks.bounds[QC_CLOCK_VIRTUAL].lower, NOW - 1001 * S);
    assert_bound(scene.clocks.bounds[QC_CLOCK_VIRTUAL].upper, NOW - 1001 * S);
    qc_clocks_free(&scene.clocks);
}

/* ---- elsewhere ----------------------------------------------------------------------------- */

/* The main loop is in a callback, an iothread goes on: a disk's last request is the lower bound. */
static void test_callback(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_CALLBACK);
    scene.marks.refresh = known(1050 * S);
    scene.marks.refresh_expire = known(1053 * S);
    scene.lists[0].next = known(1053 * S);
    scene.marks.access = known(1060 * S);
    derive(&scene);
    assert_bound(scene.clocks.last_turn, 1053 * S);
    assert_fact(scene.clocks.turned.at_least, 7 * S);
    assert_false(scene.clocks.turned.by_file.is_known);
    assert_int_equal(scene.clocks.overdue.count, 1);
    assert_fact(scene.clocks.overdue.items[0].by.at_least, 7 * S);
    assert_fact(qc_clock_age(&scene.clocks, QC_CLOCK_REALTIME, 1046 * S).at_least, 14 * S);
    assert_false(qc_clock_age(&scene.clocks, QC_CLOCK_REALTIME, 1060 * S).at_least.is_known);
    assert_false(qc_clock_age(&scene.clocks, QC_CLOCK_REALTIME, 0).at_least.is_known);
    qc_clocks_free(&scene.clocks);
}

/* A display that was connected meanwhile has moved the timer to before the end of the interval. */
static void test_callback_timer_before_interval(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_CALLBACK);
    scene.marks.refresh = known(1050 * S);
    scene.marks.refresh_expire = known(1050 * S + 30 * MS);
    scene.lists[0].next = scene.marks.refresh_expire;
    scene.marks.access = known(1060 * S);
    derive(&scene);
    assert_bound(scene.clocks.last_turn, 1053 * S);
    qc_clocks_free(&scene.clocks);
}

/* The refresh does not return: its timer is in no list. Only the file's time tells the delay. */
static void test_spinning_refresh(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_CALLBACK);
    scene.marks.refresh = known(1050 * S);
    scene.marks.refresh_expire.is_known = false;
    scene.main_loop.timers.lists.count = 0;
    derive(&scene);
    assert_false(scene.clocks.turned.at_least.is_known);
    scene.clocks = (struct qc_clocks){0};
    scene.marks.file = known(HOST_NOW);
    derive(&scene);
    assert_false(scene.clocks.turned.at_least.is_known);
    assert_fact(scene.clocks.turned.by_file, NOW - S - 1053 * S);
    qc_clocks_free(&scene.clocks);
}

/* ---- the file's time ----------------------------------------------------------------------- */

/* The main loop's poll refutes a file time that is a day late, as of a copy, or a day early. */
static void test_file_refuted(void **state)
{
    static const int64_t file_errors[] = {86400 * S, -86400 * S};
    for (size_t i = 0; i < COUNT(file_errors); i++) {
        struct scene scene;
        (void)state;
        begin(&scene, QC_MAIN_LOOP_POLL);
        poll_since(&scene, 1059 * S, 3 * S);
        scene.marks.file = known(HOST_NOW + file_errors[i]);
        derive(&scene);
        assert_false(qc_clock_age(&scene.clocks, QC_CLOCK_REALTIME, NOW).by_file.is_known);
        assert_int_equal(scene.clocks.overdue.count, 0);
        qc_clocks_free(&scene.clocks);
    }
}

/* The host clock was set meanwhile: the file's time is later than the poll allows. */
static void test_file_limited(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_POLL);
    scene.marks.host_start = known(EPOCH - S);
    scene.marks.file = known(HOST_NOW);
    poll_since(&scene, 1059 * S, 3 * S);
    qc_clocks_derive(&scene.marks, &scene.main_loop, &scene.contexts, &scene.clocks);
    assert_false(qc_clock_age(&scene.clocks, QC_CLOCK_REALTIME, NOW).by_file.is_known);
    qc_clocks_free(&scene.clocks);
}

static void test_file_names(void **state)
{
    static const char uuid[] = "core.qemu-system-x86.0.5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e.4711";
    static const struct {
        const char *rest;
        bool is_systemd;
    } names[] = {
        {".1700000060000000", true},       {".1700000060000000.zst", true},
        {".1700000060000000.lz4", true},   {"", false},
        {".1700000060", false},            {".17000000600000001", false},
        {".1700000060000000-copy", false}, {".x", false},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[200];
        uint64_t ns = 0;
        (void)state;
        snprintf(path, sizeof(path), "/var/lib/systemd/coredump/%s%s", uuid, names[i].rest);
        assert_int_equal(qc_clock_file_name(path, &ns), names[i].is_systemd);
        assert_int_equal(ns, names[i].is_systemd ? INT64_C(1700000060000000000) : 0);
    }
}

/* ---- nonsense, and the rest ---------------------------------------------------------------- */

static void test_nothing_known(void **state)
{
    struct scene scene = {.main_loop = {.place = QC_MAIN_LOOP_CALLBACK}};
    (void)state;
    derive(&scene);
    for (size_t i = 0; i < QC_CLOCK_COUNT; i++) {
        assert_false(scene.clocks.bounds[i].lower.is_known);
        assert_false(scene.clocks.bounds[i].upper.is_known);
        assert_false(scene.clocks.bounds[i].by_file.is_known);
    }
    assert_false(scene.clocks.last_turn.is_known);
    assert_false(qc_clock_age(&scene.clocks, QC_CLOCK_HOST, 1).at_least.is_known);
}

/* Extreme numbers. UBSan reports overflows. */
static void test_garbage(void **state)
{
    static const int64_t numbers[] = {INT64_MIN, INT64_MIN / 2, -1, 1, INT64_MAX / 2, INT64_MAX};
    for (size_t i = 0; i < COUNT(numbers) * COUNT(numbers); i++) {
        int64_t one = numbers[i % COUNT(numbers)];
        int64_t other = numbers[i / COUNT(numbers)];
        struct scene scene;
        (void)state;
        begin(&scene, i % 2 == 0 ? QC_MAIN_LOOP_POLL : QC_MAIN_LOOP_CALLBACK);
        scene.lists[0].next = known(one);
        scene.lists[0].callback = NULL;
        timer_add(&scene, QC_CLOCK_HOST, other, 0x2000);
        scene.main_loop.has_timeout = scene.main_loop.has_remaining = true;
        scene.main_loop.timeout_ns = one;
        scene.main_loop.remaining_ns = other;
        qc_clocks_derive(&scene.marks, &scene.main_loop, &scene.contexts, &scene.clocks);
        /* No time of a file was given. */
        assert_false(scene.clocks.latest.is_known);
        assert_false(scene.clocks.turned_at_most.is_known);
        qc_clocks_free(&scene.clocks);
    }
}

/* If QEMU ran on this machine, its clocks tell the file's time exactly. A time before one that QEMU
   stored refutes that. */
static void test_file_here(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_NESTED);
    scene.marks.latest_here = known(NOW);
    derive(&scene);
    assert_fact(scene.clocks.latest_here, NOW);
    qc_clocks_free(&scene.clocks);
    begin(&scene, QC_MAIN_LOOP_NESTED);
    scene.marks.latest_here = known(1058 * S);
    derive(&scene);
    assert_false(scene.clocks.latest_here.is_known);
    qc_clocks_free(&scene.clocks);
}

/* Coroutine 8 has two timers: the first one in the list is found. */
static void test_timer_of_a_coroutine(void **state)
{
    static const uint64_t coroutines[] = {30, 8, 0, 20, 8, 10};
    struct qc_armed_timers timers = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(coroutines); i++) {
        struct qc_armed_timer *timer = qc_vec_add(&timers.list);
        timer->coroutine = known((int64_t)coroutines[i]);
    }
    qc_armed_timers_index(&timers);
    assert_ptr_equal(qc_armed_timer_of(&timers, 30), &timers.list.items[0]);
    assert_ptr_equal(qc_armed_timer_of(&timers, 20), &timers.list.items[3]);
    assert_ptr_equal(qc_armed_timer_of(&timers, 8), &timers.list.items[1]);
    assert_null(qc_armed_timer_of(&timers, 0));
    assert_null(qc_armed_timer_of(&timers, 9));
    assert_null(qc_armed_timer_of(&timers, 31));
    qc_armed_timers_free(&timers);
}

/* The largest numbers that are taken for times. UBSan reports overflows. */
static void test_far_times(void **state)
{
    struct scene scene;
    (void)state;
    begin(&scene, QC_MAIN_LOOP_NESTED);
    scene.marks.start = known(INT64_MAX / 2 - 1);
    scene.marks.host_start = known(1);
    scene.marks.file_latest = known(INT64_MAX / 2 - 1);
    qc_clocks_derive(&scene.marks, &scene.main_loop, &scene.contexts, &scene.clocks);
    assert_false(scene.clocks.latest.is_known);
    assert_false(scene.clocks.turned_at_most.is_known);
    qc_clocks_free(&scene.clocks);
    begin(&scene, QC_MAIN_LOOP_NESTED);
    scene.marks.file_latest = known(HOST_NOW);
    derive(&scene);
    assert_fact(scene.clocks.latest, NOW + S);
    qc_clocks_free(&scene.clocks);
}

/* Checks the text about a timer that is due in 3 s, with the bounds that are known. */
static void expect_due(struct qc_clock_left left, const char *text)
{
    struct qc_timer_list list = {.enabled = {true, false, 1}};
    struct qc_armed_timer timer = {.list = &list, .expire = known(NOW + 3 * S), .left = left};
    struct qc_clocks clocks = {.file_is_named = true};
    struct qc_strbuf buffer = {0};
    qc_text_due(&timer, &clocks, &buffer);
    char *due = qc_strbuf_take(&buffer);
    assert_non_null(due);
    assert_string_equal(due, text);
    free(due);
}

static void test_text_of_time_left(void **state)
{
    (void)state;
    expect_due((struct qc_clock_left){.at_most_by_file = known(4 * S)},
               "in at most 4.0 s, or overdue, by the core file's name");
    expect_due((struct qc_clock_left){.at_most = known(4 * S)}, "in at most 4.0 s, or overdue");
    expect_due((struct qc_clock_left){.at_least = known(2 * S)}, "in at least 2.0 s");
    expect_due((struct qc_clock_left){.at_least = known(2 * S), .at_most = known(4 * S)},
               "in 2.0 s to 4.0 s");
    expect_due((struct qc_clock_left){.at_least = known(2 * S), .at_most_by_file = known(4 * S)},
               "in at least 2.0 s");
    expect_due((struct qc_clock_left){.at_least = known(-2 * S)},
               "to come, or overdue by at most 2.0 s");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poll_until_refresh),
        cmocka_unit_test(test_poll_in_snapshot),
        cmocka_unit_test(test_poll_until_another_timer),
        cmocka_unit_test(test_poll_with_icount),
        cmocka_unit_test(test_poll_without_timeout),
        cmocka_unit_test(test_machine_stopped),
        cmocka_unit_test(test_callback),
        cmocka_unit_test(test_callback_timer_before_interval),
        cmocka_unit_test(test_spinning_refresh),
        cmocka_unit_test(test_file_refuted),
        cmocka_unit_test(test_file_limited),
        cmocka_unit_test(test_file_here),
        cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_far_times),
        cmocka_unit_test(test_text_of_time_left),
        cmocka_unit_test(test_timer_of_a_coroutine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
