/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_progress - how an earlier dump weakens a finding that says "stuck"
 *
 * The main thread sleeps in the same frames in both dumps. Node 0x10 is a disk.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/base.h"
#include "verdict/progress.h"

#define KNOWN(number) ((struct qc_fact){.is_known = true, .value = (number)})
#define DISK 0x10

struct scene {
    struct qc_thread core_thread;
    struct qemucore_thread thread;
    struct qc_process process;
    struct qemucore_wait wait;
    struct qc_waits waits;
    struct qc_wait_graph graph;
    struct qc_thread_motion motion;
    struct qc_block_request requests[2]; /* in the earlier dump and in the later one */
    struct qc_block_node nodes[2];
    struct qc_state states[2];
    struct qc_comparison comparison;
    struct qemucore_evidence evidence[8];
    struct qemucore_finding finding;
    struct qc_findings findings;
    struct qc_rule_context context;
};

/* Makes a finding that rests on a thread which sleeps in this system call. */
static void set_up(struct scene *scene, const char *call)
{
    memset(scene, 0, sizeof(*scene));
    scene->core_thread.lwp = 17;
    scene->thread.core_thread = &scene->core_thread;
    scene->wait = (struct qemucore_wait){.state = QC_WAIT_SYSCALL, .syscall.name = call};
    scene->waits.items = &scene->wait;
    scene->graph.waits = &scene->waits;
    scene->motion = (struct qc_thread_motion){.thread = &scene->thread, .motion = QC_MOTION_NONE};
    scene->comparison.threads.items = &scene->motion;
    scene->comparison.threads.count = 1;
    scene->comparison.earlier.state = &scene->states[0];
    for (size_t i = 0; i < 2; i++) {
        scene->requests[i] = (struct qc_block_request){
            .type = "read", .offset = KNOWN(i * 512), .bytes = KNOWN(512)};
        scene->nodes[i] = (struct qc_block_node){.address = DISK, .tracked = KNOWN(1)};
        scene->nodes[i].requests.items = &scene->requests[i];
        scene->nodes[i].requests.count = 1;
        scene->states[i].block.nodes.items = &scene->nodes[i];
        scene->states[i].block.nodes.count = 1;
    }
    scene->findings.list.items = &scene->finding;
    scene->findings.list.count = 1;
    scene->finding = (struct qemucore_finding){
        .context = &scene->context, .rule = "bql-held", .severity = QC_SEVERITY_STUCK};
    scene->finding.sentence = "the main loop sleeps";
    assert_int_equal(qc_fields_new(NULL, &scene->process.fields, NULL), QEMUCORE_OK);
    scene->context = (struct qc_rule_context){.findings = &scene->findings,
                                              .comparison = &scene->comparison,
                                              .graph = &scene->graph,
                                              .process = &scene->process,
                                              .state = &scene->states[1]};
    qc_evidence_add(&scene->finding, (struct qc_subject){.thread = &scene->thread}, "it sleeps");
}

static void tear_down(struct scene *scene)
{
    qc_vec_free(&scene->finding.evidence);
    qc_fields_free(scene->process.fields);
}

/* All requests of the earlier dump have ended: they are those of the disk. */
static void all_end(struct scene *scene)
{
    scene->comparison.requests_known = true;
    scene->comparison.requests_ended = 1;
}

static void assert_revised(struct scene *scene, enum qc_severity severity, const char *sentence)
{
    qc_progress_revise(&scene->context, &scene->finding);
    assert_false(scene->context.failed);
    assert_int_equal(scene->finding.severity, severity);
    assert_non_null(strstr(scene->finding.sentence, sentence));
    tear_down(scene);
}

/* ---- requests that have ended --------------------------------------------------------------- */

#define SLEEPS "the main loop sleeps"
#define SLOW "but requests have ended since the earlier dump: it is slow, or stuck only since then"
#define ELSEWHERE "but the earlier dump has it elsewhere"

static void test_another_disk(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "flock");
    all_end(&scene);
    assert_revised(&scene, QC_SEVERITY_STUCK, SLEEPS);
}

static void test_its_disk(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "flock");
    all_end(&scene);
    qc_evidence_add(&scene.finding, (struct qc_subject){.address = DISK}, "its disk");
    assert_revised(&scene, QC_SEVERITY_WARNING, SLOW);
}

/* A nested poll may have waited for a different request each time. */
static void test_poll(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "ppoll");
    all_end(&scene);
    assert_revised(&scene, QC_SEVERITY_WARNING, SLOW);
}

static void test_moved(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "flock");
    scene.motion.motion = QC_MOTION_ELSEWHERE;
    assert_revised(&scene, QC_SEVERITY_WARNING, ELSEWHERE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_disk),
        cmocka_unit_test(test_its_disk),
        cmocka_unit_test(test_poll),
        cmocka_unit_test(test_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
