/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_job - block jobs that wait: for their user, or for storage
 */
#include "base/base.h"
#include "findings/findings.h"
#include "requests/request_age.h"
#include "requests/requests.h"

/* Sound storage that is at work answers some request of a job more often. */
#define SILENT_NS INT64_C(1000000000)

static bool is_cancelled(const struct qc_block_job *job)
{
    return qc_fact_is_set(job->cancelled) || qc_fact_is_set(job->force_cancel);
}

/* qapi/job.json: states in which a job waits for its user. */
static const struct {
    const char *status;
    const char *sentence;
    const char *actor;
} job_rows[] = {
    {"ready", "is ready: it keeps both sides equal until it is told to end",
     "The management must act next: send block-job-complete or block-job-cancel."},
    {"waiting", "has done its work, and waits for the other jobs of its transaction",
     "Those jobs must end, or be cancelled."},
    {"pending", "has done its work, and waits to be finalized",
     "The management must act next: send job-finalize."},
    {"concluded", "has ended, and waits to be dismissed",
     "The management may act next: send job-dismiss."},
};

static void job_show(struct qemucore_finding *finding, const struct qc_block_job *job)
{
    struct qc_rule_context *context = finding->context;
    qc_evidence_add(finding, (struct qc_subject){.address = job->address},
                    "job %s (%s) is %s, %s of %s done%s", qc_str_or(job->id, "(internal)"),
                    qc_str_or(job->type, "?"),
                    qc_str_or(job->status, "in a state that is not known"),
                    qc_rule_number(context, job->progress), qc_rule_number(context, job->total),
                    is_cancelled(job) ? ", cancelled" : "");
    qc_storage_show_coroutine(finding, "its ", job->coroutine.value);
}

/* Tells whether the job's event loop is idle: it would have processed an answer. */
static bool has_idle_loop(const struct qc_rule_context *context, const struct qc_block_job *job)
{
    struct qemucore_thread *thread = job->context == NULL ? NULL : job->context->thread;
    return thread != NULL && qc_rule_activity(context, thread) == QC_ACTIVITY_IDLE;
}

/* How long the job has waited for a request. Nothing is known if the job does not note that, or sleeps,
   or if its loop would not have told it of an end. */
static struct qc_clock_age job_age(const struct qc_rule_context *context,
                                   const struct qc_block_job *job)
{
    bool waits =
        qc_fact_is_set(job->busy) && has_idle_loop(context, job) && job->last_turn.is_known;
    return waits ? qc_clock_age(&context->state->clocks, QC_CLOCK_REALTIME,
                                (int64_t)job->last_turn.value)
                 : (struct qc_clock_age){.at_least = {0}};
}

/* The longer of the two ages, if that is old; not known: it is young, or nothing tells. */
static struct qc_fact old_age(struct qc_clock_age age)
{
    struct qc_fact longest = age.by_file.is_known ? age.by_file : age.at_least;
    return qc_fact_is_at_least(longest, QC_REQUEST_OLD_NS) ? longest : (struct qc_fact){0};
}

/* Tells whether the main loop, which polls for the job's answers, is known to have had none for a
   second. */
static bool has_waited(const struct qc_rule_context *context, const struct qc_block_job *job)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    return has_idle_loop(context, job) && clocks->idles &&
           job->context->thread == context->state->main_loop.thread &&
           qc_fact_is_at_least(clocks->polled, SILENT_NS);
}

/* Tells whether the job is where it was in an earlier dump, long ago. */
static bool stands_still(const struct qc_rule_context *context, const struct qc_block_job *job)
{
    const struct qc_comparison *comparison = context->comparison;
    const struct qc_block_job *then =
        comparison == NULL ? NULL : qc_comparison_earlier_job(comparison, job);
    return then != NULL && qc_comparison_is_long(comparison) && job->progress.is_known &&
           then->progress.is_known && job->progress.value == then->progress.value;
}

/* A job has no account of its requests. Nobody but its user waits for it, so that QEMU is healthy beside
   it. */
static struct qemucore_finding *report_unaged(struct qc_rule_context *context,
                                              const struct qc_block_job *job,
                                              const struct qc_block_culprit *first)
{
    bool waited = has_waited(context, job);
    uint64_t polled = context->state->clocks.polled.value;
    struct qemucore_finding *finding = qc_finding_report(
        context, "job %s (%s) is %s, and %s of %s %s not ended%s%s", job->id,
        qc_str_or(job->type, "?"), qc_str_or(job->status, "at work"),
        qc_storage_amount(context, first), qc_storage_label(context, first),
        qc_storage_is_single(first) ? "has" : "have",
        waited ? "; nothing has come for " : "", waited ? qc_rule_seconds(context, polled) : "");
    if (stands_still(context, job)) {
        qc_finding_doubt(finding);
    }
    if (waited) {
        qc_evidence_add(finding, (struct qc_subject){.thread = job->context->thread},
                        "%s, which would take the answer, has slept for %s",
                        qc_rule_main_label(context), qc_rule_seconds(context, polled));
    }
    return finding;
}

/* A cancelled job still waits for its requests. Who has cancelled it sees that it does not end, so that
   it is no doubt while a slow target may take so long. */
static void job_report_cancelled(struct qc_rule_context *context, const struct qc_block_job *job)
{
    const struct qc_block *block = &context->state->block;
    const struct qc_block_node *target = qc_block_node_of(block, job->target);
    struct qc_clock_age age = {.at_least = job_age(context, job).at_least};
    bool is_old = qc_fact_is_at_least(age.at_least, QC_REQUEST_OLD_NS);
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    if (target != NULL) {
        qc_storage_culprits(context, target, &culprits);
    }
    const char *whose = culprits.count != 0 ? "its target, " : "";
    if (culprits.count == 0 && is_old) {
        qc_block_culprits_of_job(context->process, block, job, &culprits);
    }
    struct qemucore_finding *finding =
        culprits.count == 0
            ? qc_finding_report(context, "job %s (%s) is cancelled, and has not ended yet", job->id,
                                qc_str_or(job->type, "?"))
            : qc_finding_report(context, "job %s (%s) is cancelled, and %s%s for %s of %s%s", job->id,
                                qc_str_or(job->type, "?"),
                                is_old ? "has waited for at least " : "still waits",
                                is_old ? qc_rule_seconds(context, age.at_least.value) : "",
                                qc_storage_amount(context, culprits.items), whose,
                                qc_storage_label(context, culprits.items));
    qc_finding_add_cause(finding, "cancelled");
    job_show(finding, job);
    if (culprits.count != 0) {
        qc_storage_blame(finding, culprits.items);
        if (qc_fact_is_at_least(age.at_least, QC_SLOW_QUEUE_NS)) {
            qc_finding_set_severity(finding, QC_SEVERITY_STUCK);
        }
    }
}

static struct qemucore_finding *report_requests(struct qc_rule_context *context,
                                                const struct qc_block_job *job,
                                                const struct qc_block_culprit *first)
{
    struct qc_clock_age ages = job_age(context, job);
    struct qc_fact age = old_age(ages);
    const char *type = qc_str_or(job->type, "?");
    if (!age.is_known) {
        return report_unaged(context, job, first);
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "job %s (%s) has waited for at least %s%s for %s%s of %s", job->id, type,
        qc_rule_seconds(context, age.value),
        ages.by_file.is_known && !context->state->clocks.file_is_named
            ? " (if the core file is no copy)"
            : "",
        qc_storage_is_single(first) ? "" : "one of ", qc_storage_amount(context, first),
        qc_storage_label(context, first));
    if (qc_fact_is_at_least(ages.at_least, QC_SLOW_QUEUE_NS)) {
        qc_finding_set_severity(finding, QC_SEVERITY_STUCK);
    } else {
        qc_finding_doubt(finding); /* a slow target takes long for one part, maybe a megabyte */
    }
    return finding;
}

/* Reports the job's requests, which no account has: block/accounting.c counts those of devices. The
   file's time counts against suspects alone: any sound job has requests, and files are copied.
   Returns whether it reported any. */
static bool job_report_waiting(struct qc_rule_context *context, const struct qc_block_job *job)
{
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    qc_block_culprits_of_job(context->process, &context->state->block, job, &culprits);
    const struct qc_block_culprit *first = culprits.items;
    bool waits = (qc_str_is(job->status, "running") || qc_str_is(job->status, "ready")) &&
                 culprits.count != 0 &&
                 (qc_storage_is_suspect(context, first) ||
                  ((has_waited(context, job) ||
                    qc_fact_is_at_least(job_age(context, job).at_least, QC_REQUEST_OLD_NS)) &&
                   !qc_block_service_is_sound(first->service))) &&
                 (first->node == NULL || !qc_rule_is_reported(context, first->node->address));
    if (waits) {
        struct qemucore_finding *finding = report_requests(context, job, first);
        job_show(finding, job);
        qc_storage_blame(finding, first);
        qc_finding_set_next(finding, "%s", QC_RULE_SECOND_DUMP);
    }
    return waits;
}

/* blockjob.c, block_job_error_action: an error policy of "stop" pauses the job as a user does. */
static void job_report_error(struct qc_rule_context *context, const struct qc_block_job *job)
{
    bool is_full = qc_str_is(job->iostatus, "nospace");
    struct qemucore_finding *finding =
        qc_finding_report(context, "job %s (%s) is paused because of an I/O error: %s", job->id,
                          qc_str_or(job->type, "?"), qc_storage_error(job->iostatus));
    qc_finding_add_cause(finding, job->iostatus);
    job_show(finding, job);
    qc_finding_set_actor(finding, "Somebody must %s, then send block-job-resume.",
                         is_full ? "make room at its target" : "repair what it reads or writes");
}

static void job_report_paused(struct qc_rule_context *context, const struct qc_block_job *job)
{
    struct qemucore_finding *finding =
        qc_finding_report(context, "job %s (%s) is paused by its user", job->id,
                          qc_str_or(job->type, "?"));
    qc_finding_add_cause(finding, "paused");
    job_show(finding, job);
    qc_finding_set_actor(finding, "The management must act next: send job-resume.");
}

/* Tells whether the job is paused, and not by its user (qapi/job.json; "standby" is a ready job). */
static bool is_held(const struct qc_block_job *job)
{
    static const char *const paused[] = {"paused", "standby", NULL};
    return qc_str_is_one_of(job->status, paused) && qc_fact_is_zero(job->user_paused);
}

/* blockjob.c, child_job_drained_begin: QEMU itself pauses the jobs of a node while it drains it. */
static void job_report_held(struct qc_rule_context *context, const struct qc_block_job *job)
{
    bool is_left = context->state->main_loop.place == QC_MAIN_LOOP_POLL &&
                   qc_sum_is_zero(context->state->block.drained);
    struct qemucore_finding *finding = qc_finding_report(
        context, "job %s (%s) is paused by QEMU itself, which does so for a drained section%s",
        job->id, qc_str_or(job->type, "?"), is_left ? ", and nothing is drained" : "");
    qc_finding_add_cause(finding, "held");
    job_show(finding, job);
    if (is_left) {
        qc_finding_doubt(finding);
    }
}

static void job_report_status(struct qc_rule_context *context, const struct qc_block_job *job)
{
    for (size_t i = 0; i < qc_count(job_rows); i++) {
        if (qc_str_is(job->status, job_rows[i].status)) {
            struct qemucore_finding *finding =
                qc_finding_report(context, "job %s (%s) %s", job->id, qc_str_or(job->type, "?"),
                                  job_rows[i].sentence);
            qc_finding_add_cause(finding, job_rows[i].status);
            job_show(finding, job);
            qc_finding_set_actor(finding, "%s", job_rows[i].actor);
        }
    }
}

/* A ready mirror is not in sync while its target does not answer: waiting is reported first. */
static void job_report(struct qc_rule_context *context, const struct qc_block_job *job)
{
    static const char *const done[] = {"waiting", "pending", "concluded", NULL};
    bool has_worked = qc_str_is_one_of(job->status, done);
    if (qc_fact_is_set(job->user_paused) && qc_storage_error(job->iostatus) != NULL) {
        job_report_error(context, job);
    } else if (qc_fact_is_set(job->user_paused)) {
        job_report_paused(context, job);
    } else if (has_worked) {
        job_report_status(context, job);
    } else if (is_cancelled(job)) {
        job_report_cancelled(context, job);
    } else if (is_held(job)) {
        job_report_held(context, job);
    } else if (!job_report_waiting(context, job)) {
        job_report_status(context, job);
    }
}

/* Internal jobs have no id, so that nobody outside can act on them. */
void qc_condition_job(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    for (size_t i = 0; i < block->jobs.count; i++) {
        if (block->jobs.items[i].id != NULL) {
            job_report(context, &block->jobs.items[i]);
        }
    }
}

void qc_condition_job_running(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    qc_vec_each(&block->jobs, job) {
        if (job->id != NULL && qc_str_is(job->status, "running") &&
            !qc_rule_is_reported(context, job->address)) {
            struct qemucore_finding *finding =
                qc_finding_report(context, "job %s (%s) is at work", job->id,
                                  qc_str_or(job->type, "?"));
            job_show(finding, job);
        }
    }
}
