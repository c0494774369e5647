/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_request - requests, jobs and disks that wait while QEMU itself goes on
 */
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "verdict/rules/recent.h"
#include "verdict/rules/request_age.h"
#include "verdict/rules/runner.h"
#include "verdict/rules/storage.h"

static const char *seconds(struct qc_rule_context *context, uint64_t nanoseconds)
{
    return qc_rule_keep(context, qc_format("%.1f s", (double)(nanoseconds / 100000000) / 10));
}

/* ---- requests that are old ------------------------------------------------------------------ */

static struct qc_fact age_of(const struct qc_rule_context *context, struct qc_fact began)
{
    return began.is_known ? qc_clock_age(&context->state->clocks, QC_CLOCK_REALTIME,
                                         (int64_t)began.value)
                                .at_least
                          : began;
}

static bool is_old(struct qc_fact age)
{
    return age.is_known && (int64_t)age.value >= QC_REQUEST_OLD_NS;
}

/* Another rule has told of that node already. */
static bool is_told(const struct qc_rule_context *context, uint64_t address)
{
    const struct qc_verdict *verdict = context->verdict;
    for (size_t i = 0; i < verdict->findings.count; i++) {
        const struct qemucore_finding *finding = &verdict->findings.items[i];
        for (size_t j = 0; j < finding->evidence.count; j++) {
            if (finding->severity >= QC_SEVERITY_WARNING &&
                finding->evidence.items[j].address == address) {
                return true;
            }
        }
    }
    return false;
}

/* The last end of a request is long ago: of a request that began later that tells nothing. */
static struct qemucore_finding *report_silent(struct qc_rule_context *context,
                                              const struct qc_block_backend *backend,
                                              const struct qc_block_culprit *culprit)
{
    struct qc_fact silent = age_of(context, backend->last_access);
    if (!is_old(silent)) {
        return NULL;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "no request of disk %s has ended for at least %s, and %s %s at %s",
        qc_storage_backend_name(context, backend), seconds(context, silent.value),
        qc_storage_amount(context, culprit),
        qc_storage_is_one(culprit) ? "waits" : "wait",
        qc_storage_label(context, culprit));
    if (finding != NULL) {
        finding->severity = QC_SEVERITY_WARNING;
    }
    return finding;
}

/* What is slow and sound keeps a full queue for seconds, while it ends one after the other; for longer
   than that a guest does not wait either (/sys/block/DISK/device/timeout of Linux). */
#define SLOW_NS INT64_C(30000000000)

static void mind_slow(struct qemucore_finding *finding, bool flows, struct qc_fact age)
{
    if (finding != NULL && flows && (int64_t)age.value < SLOW_NS) {
        finding->severity = QC_SEVERITY_WARNING;
    }
}

static struct qemucore_finding *report_old(struct qc_rule_context *context,
                                           const struct qc_block_backend *backend,
                                           const struct qc_block_culprit *culprit,
                                           struct qc_fact oldest)
{
    static const char *const deeds[] = {
        [QC_REQUEST_FLOW_NONE] = "does not answer",
        [QC_REQUEST_FLOW_SLOW] = "answers slowly",
        [QC_REQUEST_FLOW_OTHERS] = "answers others, but not that",
    };
    struct qc_fact age = age_of(context, oldest);
    enum qc_request_flow flow = qc_request_flow(context, culprit->node, backend, oldest);
    struct qemucore_finding *finding = qc_finding_report(
        context, "disk %s has waited for at least %s for %s%s: %s %s",
        qc_storage_backend_name(context, backend), seconds(context, age.value),
        qc_storage_is_one(culprit) ? "" : "the oldest of ", qc_storage_amount(context, culprit),
        qc_storage_label(context, culprit), deeds[flow]);
    mind_slow(finding, flow == QC_REQUEST_FLOW_SLOW, age);
    return finding;
}

/* What has come to the node below is young: the old one is kept above it, as writes are that wait for each
   other's flushes (block/io.c, bdrv_co_flush). */
static struct qemucore_finding *report_above(struct qc_rule_context *context,
                                             const struct qc_block_backend *backend,
                                             struct qc_fact oldest)
{
    struct qc_fact age = age_of(context, oldest);
    const struct qc_block_node *node;
    const struct qc_block_request *request =
        qc_request_began(&context->state->block, backend, oldest, &node);
    if (request == NULL) {
        return NULL;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "disk %s has waited for at least %s for a %s that node %s (%s) has not handed on",
        qc_storage_backend_name(context, backend), seconds(context, age.value),
        request->type == NULL ? "request" : request->type, qc_storage_node_name(node),
        node->driver == NULL ? "no driver" : node->driver);
    qc_storage_show_request(context, finding, node, request);
    mind_slow(finding, qc_recent_backend(context, backend), age);
    return finding;
}

static struct qemucore_finding *report_age(struct qc_rule_context *context,
                                           const struct qc_block_backend *backend,
                                           const struct qc_block_culprit *culprit)
{
    struct qc_fact oldest = qc_request_oldest(&context->state->block, backend);
    struct qc_fact at = qc_request_oldest_at(culprit->node, backend);
    if (!age_of(context, oldest).is_known) {
        return report_silent(context, backend, culprit);
    }
    if (!is_old(age_of(context, oldest))) {
        return NULL;
    }
    return at.is_known && !is_old(age_of(context, at))
               ? report_above(context, backend, oldest)
               : report_old(context, backend, culprit, at.is_known ? at : oldest);
}

static void report_runner(struct qc_rule_context *context, const struct qc_block_backend *backend,
                          const struct qc_block_culprit *culprit, struct qemucore_thread *runner)
{
    struct qc_fact age = age_of(context, qc_request_oldest(&context->state->block, backend));
    struct qemucore_finding *finding = qc_finding_report(
        context, "disk %s has waited for at least %s for %s%s of %s, and %s, which %s, %s",
        qc_storage_backend_name(context, backend), seconds(context, age.value),
        qc_storage_is_one(culprit) ? "" : "the oldest of ", qc_storage_amount(context, culprit),
        qc_storage_label(context, culprit), qc_rule_thread_label(context, runner),
        runner->role == QC_ROLE_WORKER ? "carries such out" : "runs its event loop",
        qc_rule_deed(context, runner));
    qc_finding_doubt(finding);
    qc_finding_add_cause(context, finding, qc_storage_kind(culprit));
    qc_evidence_add_thread(context, finding, runner);
    qc_storage_show(context, finding, culprit);
    qc_finding_set_actor(context, finding, "%s must come to an end of that.",
                         qc_rule_thread_label(context, runner));
}

/* Of what a backend waits for the first is suspected most. NULL: it is none, or was told of. */
static const struct qc_block_culprit *first_of(struct qc_rule_context *context,
                                               const struct qc_block_backend *backend,
                                               struct qc_block_culprits *culprits)
{
    const struct qc_block *block = &context->state->block;
    qc_block_culprits_below(context->process, block, qc_block_node_of(block, backend->root),
                            culprits);
    const struct qc_block_culprit *first = culprits->count == 0 ? NULL : culprits->items;
    return first != NULL && first->node != NULL && !is_told(context, first->node->address) ? first
                                                                                           : NULL;
}

/* What a timer ends is none of it. */
static void backend_report(struct qc_rule_context *context, const struct qc_block_backend *backend)
{
    struct qc_block_culprits culprits = {0};
    const struct qc_block_culprit *first = first_of(context, backend, &culprits);
    struct qc_fact began = qc_request_oldest(&context->state->block, backend);
    struct qemucore_thread *runner = first == NULL || !is_old(age_of(context, began))
                                         ? NULL
                                         : qc_runner_of(context, first, began);
    if (runner != NULL) {
        report_runner(context, backend, first, runner);
    } else if (first != NULL && !qc_block_service_is_sound(first->service)) {
        struct qemucore_finding *finding = report_age(context, backend, first);
        qc_finding_add_cause(context, finding, qc_storage_kind(first));
        qc_storage_show(context, finding, first);
        qc_storage_set_actor(context, finding, first);
        qc_storage_set_next(context, finding, first);
    }
    qc_vec_free(&culprits);
}

void qc_condition_request_old(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    for (size_t i = 0; i < block->backends.count; i++) {
        const struct qc_block_backend *backend = &block->backends.items[i];
        if (backend->root != 0 && qc_fact_is_set(backend->in_flight)) {
            backend_report(context, backend);
        }
    }
}

/* ---- a server that is gone ------------------------------------------------------------------ */

/* block/nbd.c: while reconnect-delay lasts requests are kept until it is connected again, and with a server
   that is there that takes a moment; when the delay is over they fail. */
static bool is_lost(const struct qc_block_culprit *culprit)
{
    return culprit->service == QC_BLOCK_SERVICE_NBD && culprit->node->own.nbd.state != NULL &&
           strcmp(culprit->node->own.nbd.state, "connecting-wait") == 0;
}

void qc_condition_nbd_lost(struct qc_rule_context *context)
{
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_below(context->process, &context->state->block, NULL, &culprits);
    for (size_t i = 0; i < culprits.count; i++) {
        const struct qc_block_culprit *culprit = &culprits.items[i];
        if (is_lost(culprit) && !is_told(context, culprit->node->address)) {
            struct qemucore_finding *finding = qc_finding_report(
                context, "the connection to the NBD server of %s is lost, and %s %s for it",
                qc_storage_label(context, culprit), qc_storage_amount(context, culprit),
                qc_storage_is_one(culprit) ? "waits" : "wait");
            qc_storage_show(context, finding, culprit);
            qc_storage_set_actor(context, finding, culprit);
            qc_storage_set_next(context, finding, culprit);
        }
    }
    qc_vec_free(&culprits);
}

/* ---- requests of which nobody notes when they began ----------------------------------------- */

/* What nobody can tell the age of: only what is known to sleep, or lies with somebody outside. */
static bool is_suspect(const struct qc_rule_context *context,
                       const struct qc_block_culprit *culprit)
{
    return culprit->service == QC_BLOCK_SERVICE_NBD ||
           culprit->service == QC_BLOCK_SERVICE_BLKDEBUG ||
           (culprit->service == QC_BLOCK_SERVICE_WORKERS &&
            qc_rule_server_asleep(context) != NULL);
}

static void unaged_report(struct qc_rule_context *context, const struct qc_block_culprit *culprit)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s of %s %s not ended, and nothing tells when %s began",
        qc_storage_amount(context, culprit), qc_storage_label(context, culprit),
        qc_storage_is_one(culprit) ? "has" : "have", qc_storage_is_one(culprit) ? "it" : "they");
    qc_finding_doubt(finding);
    qc_finding_add_cause(context, finding, qc_storage_kind(culprit));
    qc_storage_show(context, finding, culprit);
    qc_storage_set_actor(context, finding, culprit);
}

/* Of a backend that has never had an end noted: an export's (block/export), of the monitor's qemu-io. */
static void unaged_find(struct qc_rule_context *context, const struct qc_block_backend *backend)
{
    struct qc_block_culprits culprits = {0};
    const struct qc_block_culprit *first = first_of(context, backend, &culprits);
    if (first != NULL && is_suspect(context, first)) {
        unaged_report(context, first);
    }
    qc_vec_free(&culprits);
}

/* The nodes whose requests a backend has in its account. NULL: no memory. */
static bool *accounted_find(const struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    bool *accounted = calloc(block->nodes.count + 1, sizeof(*accounted));
    for (size_t i = 0; accounted != NULL && i < block->backends.count; i++) {
        const struct qc_block_backend *backend = &block->backends.items[i];
        const struct qc_block_node *root = qc_block_node_of(block, backend->root);
        struct qc_block_culprits culprits = {0};
        if (root != NULL && qc_fact_is_set(backend->in_flight)) {
            qc_block_culprits_below(context->process, block, root, &culprits);
        }
        for (size_t j = 0; j < culprits.count; j++) {
            accounted[culprits.items[j].node - block->nodes.items] = true;
        }
        qc_vec_free(&culprits);
    }
    return accounted;
}

/* bdrv_co_block_status() (block/io.c) is tracked nowhere: of what an NBD server is asked by it only the
   client has a count. */
static bool is_asked(const struct qc_block_node *node)
{
    return node->tracked.value != 0 || (node->kind == QC_BLOCK_DRIVER_NBD &&
                                        qc_fact_is_set(node->own.nbd.in_flight));
}

/* Of no account: a coroutine of the monitor's goes to nodes directly (qmp_block_resize), and so do jobs that
   make an image. */
static void unaccounted_find(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    struct qc_block_culprits culprits = {0};
    if (context->state->main_loop.place != QC_MAIN_LOOP_POLL) {
        return; /* what the main loop waits for meanwhile, others tell */
    }
    QC_FREE bool *accounted = accounted_find(context);
    qc_block_culprits_below(context->process, block, NULL, &culprits);
    for (size_t i = 0; accounted != NULL && i < culprits.count; i++) {
        const struct qc_block_culprit *culprit = &culprits.items[i];
        const struct qc_block_node *node = culprit->node;
        if (node != NULL && is_suspect(context, culprit) && is_asked(node) &&
            !accounted[node - block->nodes.items] && !is_told(context, node->address)) {
            unaged_report(context, culprit);
        }
    }
    qc_vec_free(&culprits);
}

void qc_condition_request_unaged(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    if (qc_tool_is_at_rest(context)) {
        return; /* it waits for them, then */
    }
    for (size_t i = 0; i < block->backends.count; i++) {
        const struct qc_block_backend *backend = &block->backends.items[i];
        if (backend->root != 0 && qc_fact_is_set(backend->in_flight) &&
            qc_fact_is_zero(backend->last_access) && !qc_request_oldest(block, backend).is_known) {
            unaged_find(context, backend);
        }
    }
    unaccounted_find(context);
}

/* Without debug info threads are all that shows who serves requests. Only a call that a signal can
   interrupt is known to have slept: of network and user-space file systems, sockets, pipes. */
void qc_condition_worker_asleep(struct qc_rule_context *context)
{
    struct qemucore_thread *server = qc_rule_server_asleep(context);
    if (server == NULL || context->state->has_types) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "a thread that serves requests sleeps in %s: %s",
        qc_rule_wait(context, server)->sentence, qc_rule_thread_label(context, server));
    qc_finding_add_cause(context, finding, qc_rule_wait(context, server)->syscall.name);
    qc_evidence_add_thread(context, finding, server);
    qc_evidence_add_path(context, finding, server);
    qc_finding_set_actor_of(context, finding, server);
}

/* ---- what holds requests back on purpose ---------------------------------------------------- */

void qc_condition_throttled(struct qc_rule_context *context)
{
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_below(context->process, &context->state->block, NULL, &culprits);
    for (size_t i = 0; i < culprits.count; i++) {
        const struct qc_block_culprit *culprit = &culprits.items[i];
        if (culprit->service == QC_BLOCK_SERVICE_THROTTLE) {
            struct qemucore_finding *finding = qc_finding_report(
                context, "requests of %s are throttled: %s",
                culprit->backend != NULL ? qc_storage_backend_name(context, culprit->backend)
                                         : qc_storage_label(context, culprit),
                qc_storage_served(context, culprit));
            qc_finding_add_cause(context, finding, qc_storage_kind(culprit));
            qc_storage_show(context, finding, culprit);
            qc_storage_set_actor(context, finding, culprit);
        }
    }
    qc_vec_free(&culprits);
}

/* ---- jobs ----------------------------------------------------------------------------------- */

static bool is_cancelled(const struct qc_block_job *job)
{
    return qc_fact_is_set(job->cancelled) || qc_fact_is_set(job->force_cancel);
}

/* BlockDeviceIoStatus (qapi/block-core.json), as block/block-backend.c and blockjob.c set it. NULL: no
   error. */
static const char *iostatus_sentence(const char *iostatus)
{
    return qc_text_is(iostatus, "nospace")  ? "no space is left (ENOSPC)"
           : qc_text_is(iostatus, "failed") ? "a request has failed"
                                    : NULL;
}

/* qapi/job.json: the states in which a job waits for its user. */
static const struct {
    const char *status;
    const char *sentence;
    const char *actor;
} job_rows[] = {
    {"ready", "is ready: it keeps both sides equal until it is told to end",
     "The management must act next: block-job-complete, or block-job-cancel, must come."},
    {"pending", "has done its work, and waits to be finalized",
     "The management must act next: job-finalize must come."},
    {"concluded", "has ended, and waits to be dismissed",
     "The management may act next: job-dismiss."},
};

static void job_show(struct qc_rule_context *context, struct qemucore_finding *finding,
                     const struct qc_block_job *job)
{
    qc_evidence_add(context, finding, (struct qc_subject){.address = job->address},
                    "job %s (%s) is %s, %s of %s done%s",
                    job->id == NULL ? "(internal)" : job->id,
                    job->type == NULL ? "?" : job->type,
                    job->status == NULL ? "in a state that is not known" : job->status,
                    qc_rule_number(context, job->progress), qc_rule_number(context, job->total),
                    is_cancelled(job) ? ", cancelled" : "");
    qc_storage_show_coroutine(context, finding, "its ", job->coroutine.value);
}

/* Cancelled, it still waits for what it has under way. */
static void job_report_cancelled(struct qc_rule_context *context, const struct qc_block_job *job)
{
    const struct qc_block *block = &context->state->block;
    const struct qc_block_node *target = qc_block_node_of(block, job->target);
    struct qc_block_culprits culprits = {0};
    if (target != NULL) {
        qc_block_culprits_below(context->process, block, target, &culprits);
    }
    struct qemucore_finding *finding =
        culprits.count == 0
            ? qc_finding_report(context, "job %s (%s) is cancelled, and has not ended yet", job->id,
                                job->type == NULL ? "?" : job->type)
            : qc_finding_report(context,
                                "job %s (%s) is cancelled, and still waits for %s of its target, "
                                "%s",
                                job->id, job->type == NULL ? "?" : job->type,
                                qc_storage_amount(context, culprits.items),
                                qc_storage_label(context, culprits.items));
    qc_finding_add_cause(context, finding, "cancelled");
    job_show(context, finding, job);
    if (culprits.count != 0) {
        qc_finding_add_cause(context, finding, qc_storage_kind(culprits.items));
        qc_storage_show(context, finding, culprits.items);
        qc_storage_set_actor(context, finding, culprits.items);
    }
    qc_vec_free(&culprits);
}

/* The requests of jobs are in nobody's account: block/accounting.c counts those of devices. Whether
   there was something to report. */
static bool job_report_waiting(struct qc_rule_context *context, const struct qc_block_job *job)
{
    struct qc_block_culprits culprits = {0};
    qc_block_culprits_of_job(context->process, &context->state->block, job, &culprits);
    const struct qc_block_culprit *first = culprits.items;
    bool waits = (qc_text_is(job->status, "running") || qc_text_is(job->status, "ready")) &&
                 culprits.count != 0 && is_suspect(context, first) &&
                 (first->node == NULL || !is_told(context, first->node->address));
    if (waits) {
        struct qemucore_finding *finding = qc_finding_report(
            context, "job %s (%s) is %s, and %s of %s %s not ended", job->id,
            job->type == NULL ? "?" : job->type, job->status == NULL ? "at work" : job->status,
            qc_storage_amount(context, first), qc_storage_label(context, first),
            qc_storage_is_one(first) ? "has" : "have");
        job_show(context, finding, job);
        qc_storage_show(context, finding, first);
        qc_storage_set_actor(context, finding, first);
        qc_finding_set_next(context, finding,
                            "A second dump, some seconds later, tells whether they are the same.");
    }
    qc_vec_free(&culprits);
    return waits;
}

/* blockjob.c, block_job_error_action: an error on which it is to stop pauses it as a user does. */
static void job_report_error(struct qc_rule_context *context, const struct qc_block_job *job)
{
    bool is_full = qc_text_is(job->iostatus, "nospace");
    struct qemucore_finding *finding = qc_finding_report(
        context, "job %s (%s) is paused because of an I/O error: %s", job->id,
        job->type == NULL ? "?" : job->type, iostatus_sentence(job->iostatus));
    qc_finding_add_cause(context, finding, job->iostatus);
    job_show(context, finding, job);
    qc_finding_set_actor(context, finding, "Somebody must %s, then block-job-resume must come.",
                         is_full ? "make room at its target" : "repair what it reads or writes");
}

static void job_report_paused(struct qc_rule_context *context, const struct qc_block_job *job)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "job %s (%s) is paused by its user", job->id, job->type == NULL ? "?" : job->type);
    qc_finding_add_cause(context, finding, "paused");
    job_show(context, finding, job);
    qc_finding_set_actor(context, finding, "The management must act next: job-resume must come.");
}

static void job_report_status(struct qc_rule_context *context, const struct qc_block_job *job)
{
    for (size_t i = 0; i < sizeof(job_rows) / sizeof(job_rows[0]); i++) {
        if (qc_text_is(job->status, job_rows[i].status)) {
            struct qemucore_finding *finding =
                qc_finding_report(context, "job %s (%s) %s", job->id,
                                  job->type == NULL ? "?" : job->type, job_rows[i].sentence);
            qc_finding_add_cause(context, finding, job_rows[i].status);
            job_show(context, finding, job);
            qc_finding_set_actor(context, finding, "%s", job_rows[i].actor);
        }
    }
}

/* A mirror that is ready keeps nothing equal while its target does not answer. */
static void job_report(struct qc_rule_context *context, const struct qc_block_job *job)
{
    bool has_worked = qc_text_is(job->status, "pending") || qc_text_is(job->status, "concluded");
    if (qc_fact_is_set(job->user_paused) && iostatus_sentence(job->iostatus) != NULL) {
        job_report_error(context, job);
    } else if (qc_fact_is_set(job->user_paused)) {
        job_report_paused(context, job);
    } else if (has_worked) {
        job_report_status(context, job);
    } else if (is_cancelled(job)) {
        job_report_cancelled(context, job);
    } else if (!job_report_waiting(context, job)) {
        job_report_status(context, job);
    }
}

/* Internal jobs have no id: nobody outside can do anything for them. */
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
    for (size_t i = 0; i < block->jobs.count; i++) {
        const struct qc_block_job *job = &block->jobs.items[i];
        if (job->id != NULL && qc_text_is(job->status, "running") && !is_told(context, job->address)) {
            struct qemucore_finding *finding =
                qc_finding_report(context, "job %s (%s) is at work", job->id,
                                  job->type == NULL ? "?" : job->type);
            job_show(context, finding, job);
        }
    }
}

/* ---- disks that have failed ----------------------------------------------------------------- */

void qc_condition_io_error(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    if (context->state->runstate.state != QC_RUN_STATE_IO_ERROR) {
        return;
    }
    for (size_t i = 0; i < block->backends.count; i++) {
        const struct qc_block_backend *backend = &block->backends.items[i];
        const char *what = iostatus_sentence(backend->iostatus);
        const struct qc_block_node *node = qc_block_node_of(block, backend->root);
        if (what == NULL) {
            continue;
        }
        struct qemucore_finding *finding = qc_finding_report(
            context, "the guest is stopped because of an I/O error of disk %s: %s",
            qc_storage_backend_name(context, backend), what);
        qc_finding_add_cause(context, finding, backend->iostatus);
        qc_evidence_add(context, finding,
                        (struct qc_subject){.field = "BlockBackend.iostatus",
                                            .address = backend->address},
                        "its iostatus is %s; on errors of reads it is to %s, of writes to %s",
                        backend->iostatus,
                        backend->on_read_error == NULL ? "?" : backend->on_read_error,
                        backend->on_write_error == NULL ? "?" : backend->on_write_error);
        if (node != NULL) {
            qc_evidence_add(context, finding, (struct qc_subject){.address = node->address},
                            "its node is %s (%s)%s%s", qc_storage_node_name(node),
                            node->driver == NULL ? "?" : node->driver,
                            node->filename == NULL || *node->filename == '\0' ? "" : ", ",
                            node->filename == NULL ? "" : node->filename);
        }
        qc_evidence_add_run_state(context, finding);
        qc_finding_set_actor(context, finding, "Somebody must %s, then cont must come.",
                             qc_text_is(backend->iostatus, "nospace") ? "make room for it"
                                                              : "repair its storage");
    }
}
