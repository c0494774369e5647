/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_culprit - the nodes that keep requests, in a block graph made by hand
 *
 *     nbd   0x10   under raw 0x20, which backend 0 uses
 *     null  0x30   under mirror_top 0x40, whose job writes to qcow2 0x50, which is above ssh 0x60
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/state/block_culprit.h"

#define KNOWN(number) ((struct qc_fact){.is_known = true, .value = (number)})

enum node { NBD, RAW, NUL, TOP, QCOW2, SSH, NODES };

struct scene {
    struct qc_block_child children[4];
    struct qc_block_node nodes[NODES];
    struct qc_aio_context context;
    struct qc_block_backend backend;
    struct qc_block_job job;
    struct qc_threads threads;
    struct qc_process process;
    struct qc_block block;
};

static void add_child(struct scene *scene, size_t child, enum node parent, enum node node)
{
    scene->children[child].node = scene->nodes[node].address;
    scene->nodes[parent].children.items = &scene->children[child];
    scene->nodes[parent].children.count = 1;
    scene->nodes[parent].child_count = KNOWN(1);
}

static void set_up(struct scene *scene)
{
    *scene = (struct scene){.process = {.threads = &scene->threads}};
    for (size_t i = 0; i < NODES; i++) {
        struct qc_block_node *node = &scene->nodes[i];
        node->address = 0x10 * (i + 1);
        node->in_flight = node->tracked = node->child_count = KNOWN(0);
    }
    scene->nodes[NBD].kind = QC_BLOCK_DRIVER_NBD;
    scene->nodes[NUL].kind = QC_BLOCK_DRIVER_NULL;
    add_child(scene, 0, RAW, NBD);
    add_child(scene, 1, TOP, NUL);
    add_child(scene, 2, QCOW2, SSH);
    scene->context = (struct qc_aio_context){.bottom_halves_known = true,
                                             .scheduled_coroutines = KNOWN(0)};
    scene->backend = (struct qc_block_backend){.root = 0x20,
                                               .in_flight = KNOWN(0),
                                               .quiesce_counter = KNOWN(1),
                                               .queued_requests = KNOWN(1),
                                               .context = &scene->context};
    scene->job = (struct qc_block_job){.filter = 0x40, .target = 0x50, .paused = KNOWN(0)};
    scene->block.nodes_known = true;
    scene->block.nodes.items = scene->nodes;
    scene->block.nodes.count = NODES;
    scene->block.backends.items = &scene->backend;
    scene->block.backends.count = 1;
    scene->block.jobs.items = &scene->job;
    scene->block.jobs.count = 1;
}

static void set_busy(struct scene *scene, enum node node)
{
    scene->nodes[node].in_flight = KNOWN(2);
    scene->nodes[node].tracked = KNOWN(1);
}

/* A drain of the node (NODES: of all nodes) waits for exactly these nodes, in this order. */
static void expect_drain(struct scene *scene, size_t drained, size_t count, const enum node *nodes)
{
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_of_drain(&scene->process, &scene->block,
                               drained == NODES ? NULL : &scene->nodes[drained], &culprits);
    assert_int_equal(culprits.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(culprits.items[i].node,
                         nodes[i] == NODES ? NULL : &scene->nodes[nodes[i]]);
    }
    qc_vec_free(&culprits);
}

/* Returns the most likely culprit below a node, even if others use it too. NULL: there is none. */
static const struct qc_block_node *first_below(struct scene *scene, enum node node)
{
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_below(&scene->process, &scene->block, &scene->nodes[node], &culprits);
    const struct qc_block_node *first = culprits.count == 0 ? NULL : culprits.items[0].node;
    qc_vec_free(&culprits);
    return first;
}

static void test_deepest(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    expect_drain(&scene, NODES, 0, NULL);
    set_busy(&scene, RAW);
    expect_drain(&scene, NODES, 1, (enum node[]){RAW});
    assert_ptr_equal(first_below(&scene, RAW), &scene.nodes[RAW]);
    set_busy(&scene, NBD);
    set_busy(&scene, NUL);
    expect_drain(&scene, NODES, 2, (enum node[]){NBD, NUL}); /* those that a timer ends come last */
    expect_drain(&scene, RAW, 1, (enum node[]){NBD});
    expect_drain(&scene, TOP, 0, NULL); /* TOP has no request: those below it may be others' */
    assert_ptr_equal(first_below(&scene, TOP), &scene.nodes[NUL]);
    assert_null(first_below(&scene, QCOW2));
}

/* A breakpoint suspends one request, while others go on to the node below. */
static void test_suspended(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    scene.nodes[TOP].kind = QC_BLOCK_DRIVER_BLKDEBUG;
    set_busy(&scene, TOP);
    set_busy(&scene, NUL);
    assert_ptr_equal(first_below(&scene, TOP), &scene.nodes[NUL]);
    scene.nodes[TOP].own.blkdebug.suspended = KNOWN(1);
    assert_ptr_equal(first_below(&scene, TOP), &scene.nodes[TOP]);
}

/* A job's requests are at its target, which is not a child of its filter. */
static void test_job(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    set_busy(&scene, SSH);
    set_busy(&scene, QCOW2);
    expect_drain(&scene, NUL, 1, (enum node[]){SSH}); /* TOP is above NUL, and has the job */
    expect_drain(&scene, NBD, 0, NULL);
    scene.job.paused = KNOWN(1);
    expect_drain(&scene, NUL, 0, NULL);
    set_busy(&scene, TOP);
    expect_drain(&scene, NUL, 1, (enum node[]){SSH});
}

/* A node that the job does not use is no culprit of the job. */
static void test_of_job(void **state)
{
    struct qc_block_culprits culprits = {0};
    struct scene scene;
    (void)state;
    set_up(&scene);
    set_busy(&scene, NBD);
    qc_block_culprits_of_job(&scene.process, &scene.block, &scene.job, &culprits);
    assert_int_equal(culprits.count, 0);
    set_busy(&scene, SSH);
    qc_block_culprits_of_job(&scene.process, &scene.block, &scene.job, &culprits);
    assert_int_equal(culprits.count, 1);
    assert_ptr_equal(culprits.items[0].node, &scene.nodes[SSH]);
    qc_vec_free(&culprits);
}

/* A job without a target works on its nodes: a stream reads from the nodes below them. */
static void test_job_nodes(void **state)
{
    uint64_t nodes[] = {0x20, 0x50};
    struct scene scene;
    (void)state;
    set_up(&scene);
    scene.job.filter = scene.job.target = 0;
    set_busy(&scene, SSH);
    expect_drain(&scene, NBD, 0, NULL); /* RAW is above NBD, but is no node of the job yet */
    scene.job.nodes.items = nodes;
    scene.job.nodes.count = 2;
    expect_drain(&scene, NBD, 1, (enum node[]){SSH});
    expect_drain(&scene, NUL, 0, NULL);
    scene.job.paused = KNOWN(1);
    expect_drain(&scene, NBD, 0, NULL);
}

static void test_circle(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    assert_null(qc_block_circle(&scene.block));
    scene.backend.in_flight = KNOWN(1);
    assert_ptr_equal(qc_block_circle(&scene.block), &scene.backend);
    expect_drain(&scene, NODES, 1, (enum node[]){NODES});
    scene.nodes[NBD].in_flight = (struct qc_fact){0}; /* not known is not 0 */
    assert_null(qc_block_circle(&scene.block));
    scene.nodes[NBD].in_flight = KNOWN(1);
    assert_null(qc_block_circle(&scene.block));
    scene.nodes[NBD].in_flight = KNOWN(0);
    scene.context.due = 1; /* a bottom half is about to run */
    assert_null(qc_block_circle(&scene.block));
    scene.context.due = 0;
    scene.backend.throttle.reads = KNOWN(1);
    assert_null(qc_block_circle(&scene.block));
}

/* In damaged memory, nodes can be their own grandchildren. */
static void test_loop(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    add_child(&scene, 3, NBD, RAW);
    set_busy(&scene, NBD);
    expect_drain(&scene, RAW, 0, NULL);
}

static void test_services(void **state)
{
    struct scene scene;
    struct qc_block_culprits culprits = {0};
    (void)state;
    set_up(&scene);
    scene.nodes[NBD].kind = QC_BLOCK_DRIVER_BLKDEBUG;
    scene.nodes[NBD].own.blkdebug.suspended = KNOWN(1);
    set_busy(&scene, RAW);
    scene.nodes[NUL].kind = QC_BLOCK_DRIVER_FILE;
    set_busy(&scene, NUL);
    set_busy(&scene, SSH);
    qc_block_culprits_below(&scene.process, &scene.block, NULL, &culprits);
    assert_int_equal(culprits.count, 3);
    assert_int_equal(culprits.items[0].service, QC_BLOCK_SERVICE_BLKDEBUG);
    assert_int_equal(culprits.items[1].service, QC_BLOCK_SERVICE_FILE);
    assert_int_equal(culprits.items[2].service, QC_BLOCK_SERVICE_DRIVER);
    qc_vec_free(&culprits);

    /* Requests in a backend's throttle are in flight at its node, which does not track them. */
    set_up(&scene);
    scene.nodes[RAW].in_flight = KNOWN(1);
    scene.backend.throttle.writes = KNOWN(3);
    qc_block_culprits_below(&scene.process, &scene.block, NULL, &culprits);
    assert_int_equal(culprits.count, 1);
    assert_int_equal(culprits.items[0].service, QC_BLOCK_SERVICE_THROTTLE);
    assert_ptr_equal(culprits.items[0].backend, &scene.backend);
    qc_vec_free(&culprits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deepest), cmocka_unit_test(test_job), cmocka_unit_test(test_of_job),
        cmocka_unit_test(test_circle),  cmocka_unit_test(test_loop),
        cmocka_unit_test(test_services), cmocka_unit_test(test_job_nodes),
        cmocka_unit_test(test_suspended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
