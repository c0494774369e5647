/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_cycle - chains of waiters, in a graph made by hand
 *
 * The first `readers` threads wait for no thread. The next one waits for each of them, as
 * synchronize_rcu does, and all others wait for this one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "wait/wait_graph.h"
#include "wait/wait_limits.h"

struct scene {
    struct qc_core core;
    struct qc_threads threads;
    struct qc_process process;
    struct qc_waits waits;
    struct qc_wait_graph graph;
    struct qc_thread *core_threads;
};

static void edge_add(struct scene *scene, size_t waiter, size_t holder)
{
    struct qemucore_edge *edge = qc_vec_add(&scene->graph.edges);
    assert_non_null(edge);
    edge->waiter = &scene->threads.items[waiter];
    edge->holder = &scene->threads.items[holder];
}

static void scene_start(struct scene *scene, size_t readers, size_t waiters_count)
{
    size_t count = readers + 1 + waiters_count;
    *scene = (struct scene){.threads.count = count};
    scene->threads.items = calloc(count, sizeof(*scene->threads.items));
    scene->core_threads = calloc(count, sizeof(*scene->core_threads));
    scene->waits.items = calloc(count, sizeof(*scene->waits.items));
    for (size_t i = 0; i < count; i++) {
        scene->core_threads[i].lwp = (int)i + 1;
        scene->threads.items[i].index = i;
        scene->threads.items[i].core_thread = &scene->core_threads[i];
    }
    scene->process.core = &scene->core;
    assert_int_equal(qc_fields_new(NULL, &scene->process.fields, NULL), QEMUCORE_OK);
    scene->process.threads = &scene->threads;
    scene->graph.process = &scene->process;
    scene->graph.waits = &scene->waits;
    for (size_t i = 0; i < readers; i++) {
        edge_add(scene, readers, i);
    }
    for (size_t i = 0; i < waiters_count; i++) {
        edge_add(scene, readers + 1 + i, readers);
    }
    assert_true(qc_wait_chains_find(&scene->graph));
}

static void scene_end(struct scene *scene)
{
    struct qc_wait_graph *graph = &scene->graph;
    qc_vec_free_each(&graph->chains, chain, qc_vec_free(&chain->waiters));
    qc_vec_free(&graph->edges);
    qc_fields_free(scene->process.fields);
    for (size_t i = 0; i < scene->core.missing.count; i++) {
        free((void *)(uintptr_t)scene->core.missing.items[i].sentence);
    }
    free(scene->threads.items);
    free(scene->core_threads);
    free(scene->waits.items);
}

static void assert_whole(const struct scene *scene, size_t waiters_count)
{
    for (size_t i = 0; i < scene->graph.chains.count; i++) {
        assert_int_equal(scene->graph.chains.items[i].waiters.count, 1 + waiters_count);
        assert_non_null(scene->graph.chains.items[i].sentence);
    }
}

static void test_chains(void **state)
{
    struct scene scene;
    (void)state;
    scene_start(&scene, 100, 1000);
    assert_int_equal(scene.graph.chains.count, 100);
    assert_whole(&scene, 1000);
    assert_int_equal(scene.core.missing.count, 0);
    scene_end(&scene);
}

/* Chains beyond the limit are reported; those in the list are complete. */
static void test_too_many(void **state)
{
    struct scene scene;
    (void)state;
    scene_start(&scene, 3000, 3000);
    assert_int_equal(scene.graph.chains.count, QC_LIMIT_CHAIN_STEPS / 3001);
    assert_whole(&scene, 3000);
    assert_int_equal(scene.core.missing.count, 1);
    assert_int_equal(scene.core.missing.items[0].status, QEMUCORE_LIMIT);
    scene_end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
