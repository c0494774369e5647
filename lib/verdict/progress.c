/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict/progress.h"

#include <string.h>

#include "base/base.h"
#include "findings/findings.h"
#include "requests/requests.h"
#include "rules/rules.h"

/* For storage that answers, but slowly. */
#define IS_SLOW "but requests have ended since the earlier dump: it is slow, or stuck only since then"

/* Shorter CPU times would be printed as 0.0 s. */
#define TOLD_TIME_US 100000

/* "at least 12.3 s apart" */
static const char *apart_label(struct qc_rule_context *context)
{
    const struct qc_comparison *comparison = context->comparison;
    return qc_fact_is_at_least(comparison->apart, QC_LATELY_NS)
             ? qc_rule_format(context, "at least %s apart",
                              qc_rule_seconds(context, comparison->apart.value))
             : qc_rule_format(context, "%s apart by their files",
                              qc_rule_seconds(context, comparison->apart_by_files.value));
}

/* Returns the thread that the finding is about: the first one in its evidence. NULL: none. */
static struct qemucore_thread *subject_of(const struct qemucore_finding *finding)
{
    const struct qemucore_evidence *first =
        qc_vec_find(&finding->evidence, evidence, evidence->thread != NULL);
    return first == NULL ? NULL : first->thread;
}

/* ---- evidence ------------------------------------------------------------------------------- */

static void show_thread(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_thread_motion *motion = qc_comparison_of(context->comparison, thread);
    const char *label = qc_rule_thread_label(context, thread);
    struct qc_subject subject = {.thread = thread};
    const char *function = motion->common == NULL ? NULL : motion->common->function;
    switch (motion->motion) {
    case QC_MOTION_NONE:
        qc_evidence_add(finding, subject,
                        motion->is_proved ? "%s has not been on a CPU since the earlier snapshot"
                                          : "the earlier dump has %s in the same frames",
                        label);
        break;
    case QC_MOTION_RAN:
        qc_evidence_add(
            finding, subject, "the earlier dump has %s in the same frames; it has %s since", label,
            motion->cpu_time.is_known && motion->cpu_time.value >= TOLD_TIME_US
                ? qc_rule_format(context, "used %s of CPU time",
                                 qc_rule_seconds(context, motion->cpu_time.value * 1000))
                : "been on a CPU");
        break;
    case QC_MOTION_WITHIN:
        qc_evidence_add(finding, subject,
                        "the earlier dump has %s in %s, too, but elsewhere within it", label,
                        qc_str_or(function, "the same call"));
        break;
    case QC_MOTION_ELSEWHERE:
        qc_evidence_add(finding, subject, "the earlier dump has %s elsewhere", label);
        break;
    case QC_MOTION_NEW:
        qc_evidence_add(finding, subject, "the earlier dump does not have %s", label);
        break;
    case QC_MOTION_UNKNOWN:
        break;
    }
}

static void show_turn(struct qemucore_finding *finding)
{
    const struct qc_comparison *comparison = finding->context->comparison;
    if (comparison->turn != QC_TURN_UNKNOWN) {
        qc_evidence_add(finding, (struct qc_subject){.thread = NULL},
                        comparison->turn == QC_TURN_SEEN
                            ? "the main loop has turned since the earlier dump"
                            : "the main loop has not turned since before the earlier dump");
    }
}

static void show_requests(struct qemucore_finding *finding)
{
    const struct qc_comparison *comparison = finding->context->comparison;
    size_t left = comparison->requests_left;
    size_t ended = comparison->requests_ended;
    if (left + ended != 0) {
        qc_evidence_add(
            finding, (struct qc_subject){.thread = NULL},
            "of %zu request%s of the earlier dump %zu ha%s ended, and %zu %s still there",
            left + ended, qc_noun_s(left + ended), ended, ended == 1 ? "s" : "ve", left,
            left == 1 ? "is" : "are");
    }
}

/* ---- revision ------------------------------------------------------------------------------- */

/* Tells whether all earlier requests have ended: the storage is slow, not dead. */
static bool all_ended(const struct qc_comparison *comparison)
{
    return comparison->requests_known && comparison->requests_left == 0 &&
           comparison->requests_ended != 0;
}

/* Tells whether the finding is about storage: it names a node, or its thread polls, perhaps for one
   request after the other. Requests that have ended say nothing about a thread in another call. */
static bool awaits_requests(const struct qemucore_finding *finding,
                            const struct qemucore_thread *culprit)
{
    const struct qc_rule_context *context = finding->context;
    return (culprit != NULL && qc_activity_is_poll(qc_rule_wait(context, culprit))) ||
           qc_vec_any(&finding->evidence, evidence,
                      qc_block_node_of(&context->state->block, evidence->address) != NULL);
}

/* Tells whether a node in the evidence has completed requests, even if others are left or new: that
   node is slow. This says nothing about other nodes. */
static bool node_moves(const struct qemucore_finding *finding)
{
    const struct qc_rule_context *context = finding->context;
    return qc_vec_any(&finding->evidence, evidence,
                      evidence->address != 0 &&
                          qc_comparison_ended_of(context->comparison,
                                                 &context->state->block, evidence->address) != 0);
}

static bool has_moved(const struct qc_comparison *comparison,
                      const struct qemucore_thread *culprit)
{
    return culprit != NULL && qc_motion_is_seen(qc_comparison_of(comparison, culprit)) &&
           qc_comparison_of(comparison, culprit)->motion != QC_MOTION_RAN;
}

/* Appends an end to the finding's sentence. It replaces QC_RULE_ONE_DUMP if that is there. */
static void sentence_extend(struct qemucore_finding *finding, const char *end)
{
    const char *one_dump = strstr(finding->sentence, QC_RULE_ONE_DUMP);
    size_t length = one_dump == NULL ? strlen(finding->sentence)
                                     : (size_t)(one_dump - finding->sentence);
    finding->sentence =
        qc_rule_format(finding->context, "%.*s; %s", (int)length, finding->sentence, end);
}

static void stuck_revise(struct qemucore_finding *finding, bool may_doubt)
{
    const struct qc_comparison *comparison = finding->context->comparison;
    struct qemucore_thread *culprit = subject_of(finding);
    bool is_slow =
        node_moves(finding) || (all_ended(comparison) && awaits_requests(finding, culprit));
    if (culprit != NULL) {
        show_thread(finding, culprit);
    }
    show_requests(finding);
    if ((is_slow || has_moved(comparison, culprit)) && may_doubt) {
        sentence_extend(finding,
                        is_slow ? IS_SLOW
                                : "but the earlier dump has it elsewhere: it is slow or busy, or "
                                  "stuck only since then");
        qc_finding_doubt(finding);
    }
}

/* Tells whether the main thread is still inside the same turn of the main loop. The smallest
   endless loop is one instruction, whose frames never change. */
static bool runs_within(const struct qc_rule_context *context, struct qemucore_thread *culprit)
{
    if (culprit == NULL || culprit != context->state->main_loop.thread) {
        return false;
    }
    const struct qc_thread_motion *motion = qc_comparison_of(context->comparison, culprit);
    return motion->motion == QC_MOTION_RAN || motion->motion == QC_MOTION_WITHIN ||
           (motion->motion == QC_MOTION_NONE &&
            qc_rule_activity(context, culprit) == QC_ACTIVITY_MOVING);
}

/* Copying a file changes its time: the files' times alone decide nothing. */
static void running_revise(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_comparison *comparison = context->comparison;
    if (comparison->turn == QC_TURN_NONE) {
        sentence_extend(finding, "two dumps tell: the main loop is in an endless loop, and "
                                 "has not turned in between");
        finding->severity = QC_SEVERITY_STUCK;
        finding->is_doubt = false;
    } else if (comparison->turn == QC_TURN_UNKNOWN && comparison->refresh_is_same &&
               qc_comparison_is_long(comparison)) {
        sentence_extend(
            finding,
            qc_rule_format(context,
                           "in two dumps, %s, it is there, and the display was not refreshed in "
                           "between: it is in an endless loop, if neither file is a copy",
                           apart_label(context)));
    }
}

/* Returns what replaces QC_RULE_ONE_DUMP for a thread that runs. Progress of other threads, or
   motion within its call, does not tell an endless loop from work. */
static const char *doubt_end(const struct qc_rule_context *context,
                             const struct qemucore_thread *culprit)
{
    bool is_main = culprit != NULL && culprit == context->state->main_loop.thread;
    return is_main && context->comparison->turn == QC_TURN_SEEN
               ? "the main loop has turned since the earlier dump: it is busy, or stuck only since "
                 "then"
               : "two dumps do not tell either whether it makes progress";
}

/* Tells whether the thread sleeps where the earlier dump has it, while no request has ended. */
static bool is_still_asleep(const struct qc_rule_context *context, struct qemucore_thread *culprit)
{
    const struct qc_comparison *comparison = context->comparison;
    return culprit != NULL && qc_comparison_of(comparison, culprit)->motion == QC_MOTION_NONE &&
           qc_rule_activity(context, culprit) != QC_ACTIVITY_MOVING && comparison->requests_known &&
           comparison->requests_left != 0 && comparison->requests_ended == 0 &&
           qc_comparison_is_long(comparison);
}

/* When only the files' times tell how long it lasts, the sentence says so: that is no certainty. */
static void asleep_revise(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_comparison *comparison = context->comparison;
    bool is_noted = qc_fact_is_at_least(comparison->apart, QC_LATELY_NS);
    size_t left = comparison->requests_left;
    sentence_extend(
        finding,
        qc_rule_format(context,
                       "in two dumps, %s, it is there, and of %zu request%s none has ended%s",
                       apart_label(context), left, qc_noun_s(left),
                       is_noted ? "" : ": it is stuck, if neither file is a copy"));
}

/* Tells whether a rule with the condition has reported the finding. */
static bool is_by(const struct qemucore_finding *finding,
                  void (*condition)(struct qc_rule_context *context))
{
    return qc_find(qc_rules, qc_rule_count, rule,
                   rule->condition == condition && strcmp(rule->name, finding->rule) == 0) != NULL;
}

/* Returns the job that the finding is about; NULL: it is about none. */
static const struct qc_block_job *job_of(const struct qemucore_finding *finding)
{
    return !is_by(finding, qc_condition_job)
             ? NULL
             : qc_vec_find(&finding->context->state->block.jobs, job,
                           qc_vec_any(&finding->evidence, evidence,
                                      evidence->address == job->address));
}

/* Tells what a job has done in between: a snapshot of requests that come and go does not. Nobody but
   its user waits for a job, so that one at work is no doubt. */
static void job_revise(struct qemucore_finding *finding, const struct qc_block_job *job)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_comparison *comparison = context->comparison;
    const struct qc_block_job *then = qc_comparison_earlier_job(comparison, job);
    if (then == NULL || !then->progress.is_known || !job->progress.is_known) {
        return;
    }
    if (job->progress.value != then->progress.value) {
        sentence_extend(finding, "but it has gone on since the earlier dump");
        finding->is_doubt = false;
    } else if (qc_comparison_is_long(comparison)) {
        sentence_extend(finding,
                        qc_rule_format(context, "in two dumps, %s, it is where it was",
                                       apart_label(context)));
    }
}

static void doubt_revise(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    struct qemucore_thread *culprit = subject_of(finding);
    const struct qc_block_job *job = job_of(finding);
    if (culprit != NULL) {
        show_thread(finding, culprit);
    }
    show_turn(finding);
    show_requests(finding);
    /* A thread that polls in a loop and gets its requests done is slow. */
    if (job != NULL) {
        job_revise(finding, job);
    } else if (node_moves(finding)) {
        sentence_extend(finding, IS_SLOW);
    } else if (runs_within(context, culprit) && !all_ended(context->comparison)) {
        running_revise(finding);
    } else if (is_still_asleep(context, culprit)) {
        asleep_revise(finding);
    }
    if (finding->sentence != NULL && strstr(finding->sentence, QC_RULE_ONE_DUMP) != NULL) {
        sentence_extend(finding, doubt_end(context, culprit));
    }
}

/* A request that is in both dumps is old, even if no device has noted when it began. */
static void sound_revise(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_comparison *comparison = context->comparison;
    show_turn(finding);
    show_requests(finding);
    if (comparison->left != NULL && qc_comparison_is_long(comparison)) {
        sentence_extend(finding, qc_rule_format(context, "but a %s of node %s is in both dumps, %s",
                                                comparison->left->type,
                                                qc_storage_node_name(comparison->left_in),
                                                apart_label(context)));
        qc_finding_doubt(finding);
    } else if (comparison->turn == QC_TURN_NONE && qc_comparison_is_long(comparison)) {
        sentence_extend(finding,
                        qc_rule_format(context,
                                       "but the main loop has not turned between the two dumps, %s",
                                       apart_label(context)));
        qc_finding_doubt(finding);
    }
}

/* Drops the advice to make a second dump: there is one. */
static void next_shorten(struct qemucore_finding *finding)
{
    const char *advice =
        finding->next == NULL ? NULL : strstr(finding->next, QC_RULE_SECOND_DUMP);
    if (advice == finding->next) {
        finding->next = NULL;
    } else if (advice != NULL) {
        finding->next = qc_rule_format(finding->context, "%.*s", (int)(advice - finding->next - 1),
                                       finding->next);
    }
}

/* Tells whether the main thread is in a nested poll and was on a CPU a moment ago. */
static bool has_just_begun(const struct qc_rule_context *context,
                           const struct qemucore_thread *thread)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    return thread == main_loop->thread && main_loop->place == QC_MAIN_LOOP_NESTED &&
           thread->core_thread->task.ran_lately;
}

/* Tells whether the thread may have run, but the kernel does not count its runs. */
static bool is_unsure(const struct qemucore_thread *thread)
{
    return thread->core_thread->caught == QC_CAUGHT_RAN && !qc_thread_ran(thread->core_thread);
}

/* A thread that ran while the snapshot was taken is not stuck where its stack is, and may never
   have been there. */
static void caught_revise(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    struct qemucore_thread *culprit = subject_of(finding);
    if (culprit != NULL &&
        (culprit->core_thread->caught == QC_CAUGHT_RAN || has_just_begun(context, culprit))) {
        sentence_extend(finding, qc_rule_format(context, "but %s %s while the snapshot was taken",
                                                qc_rule_thread_label(context, culprit),
                                                is_unsure(culprit) ? "may have run" : "ran"));
        qc_finding_doubt(finding);
    }
}

void qc_progress_revise_caught(struct qc_rule_context *context)
{
    qc_vec_each(&context->findings->list, finding) {
        if (finding->severity == QC_SEVERITY_STUCK) {
            caught_revise(finding);
        }
    }
}

void qc_progress_revise(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    if (context->comparison == NULL) {
        return;
    }
    if (finding->severity == QC_SEVERITY_STUCK) {
        /* Threads that wait for each other do so forever, wherever they were before. */
        stuck_revise(finding, !is_by(finding, qc_condition_cycle));
    } else if (finding->is_doubt) {
        doubt_revise(finding);
    } else if (finding->severity != QC_SEVERITY_CRASH) {
        sound_revise(finding);
    }
    next_shorten(finding);
}
