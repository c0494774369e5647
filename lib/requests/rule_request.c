/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_request - requests and disks that wait while QEMU itself goes on
 */

#include "base/base.h"
#include "findings/findings.h"
#include "requests/request_age.h"
#include "requests/requests.h"
#include "requests/runner.h"

/* ---- requests that are old ------------------------------------------------------------------ */

/* An age is a lower bound, up to 3 s too low if the display's refresh tells the time (ui/console.c,
   GUI_REFRESH_INTERVAL_IDLE). No request of a sound modern disk takes this long. */
#define SLOW_NS INT64_C(2000000000)

static bool is_old(struct qc_fact age)
{
    return qc_fact_is_at_least(age, QC_REQUEST_OLD_NS);
}

/* The last request ended long ago, which tells nothing about a request that began later. */
static struct qemucore_finding *report_silent(struct qc_rule_context *context,
                                              const struct qc_block_backend *backend,
                                              const struct qc_block_culprit *culprit)
{
    struct qc_fact silent = qc_request_age(context, backend->last_access);
    if (!is_old(silent)) {
        return NULL;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "no request of disk %s has ended for at least %s, and %s %s at %s",
        qc_storage_backend_name(context, backend), qc_rule_seconds(context, silent.value),
        qc_storage_amount(context, culprit),
        qc_storage_is_single(culprit) ? "waits" : "wait",
        qc_storage_label(context, culprit));
    qc_finding_set_severity(finding, QC_SEVERITY_WARNING);
    return finding;
}

static void warn_if_slow(struct qemucore_finding *finding, bool flows, struct qc_fact age)
{
    if (flows && (int64_t)age.value < QC_SLOW_QUEUE_NS) {
        qc_finding_set_severity(finding, QC_SEVERITY_WARNING);
    }
}

static struct qemucore_finding *report_old(struct qc_rule_context *context,
                                           const struct qc_block_backend *backend,
                                           const struct qc_block_culprit *culprit,
                                           struct qc_fact oldest)
{
    static const char *const answers[] = {
        [QC_REQUEST_FLOW_NONE] = "does not answer",
        [QC_REQUEST_FLOW_SLOW] = "answers slowly",
        [QC_REQUEST_FLOW_OTHERS] = "answers others, but not that",
        [QC_REQUEST_FLOW_BESIDE] =
            "has not answered, and what has ended meanwhile may not have gone there",
    };
    struct qc_fact age = qc_request_age(context, oldest);
    enum qc_request_flow flow = qc_request_flow(context, culprit->node, backend, oldest);
    struct qemucore_finding *finding = qc_finding_report(
        context, "disk %s has waited for at least %s for %s%s: %s %s",
        qc_storage_backend_name(context, backend), qc_rule_seconds(context, age.value),
        qc_storage_is_single(culprit) ? "" : "the oldest of ", qc_storage_amount(context, culprit),
        qc_storage_label(context, culprit), answers[flow]);
    warn_if_slow(finding, flow == QC_REQUEST_FLOW_SLOW, age);
    if (flow == QC_REQUEST_FLOW_BESIDE && (int64_t)age.value < QC_SLOW_QUEUE_NS) {
        qc_finding_doubt(finding); /* it may work off a queue, or be silent */
    }
    return finding;
}

/* Reports a younger request if no other has ended since: "healthy" alone would tell too much. */
static struct qemucore_finding *report_slow(struct qc_rule_context *context,
                                            const struct qc_block_backend *backend,
                                            const struct qc_block_culprit *culprit,
                                            struct qc_fact oldest)
{
    struct qc_fact age = qc_request_age(context, oldest);
    bool has_ended = qc_fact_is_set(backend->last_access) &&
                     !qc_fact_is_at_least(qc_request_age(context, backend->last_access), SLOW_NS);
    if (!qc_fact_is_at_least(age, SLOW_NS) || has_ended) {
        return NULL;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "disk %s has waited for at least %s for %s%s: %s has not answered yet",
        qc_storage_backend_name(context, backend), qc_rule_seconds(context, age.value),
        qc_storage_is_single(culprit) ? "" : "the oldest of ", qc_storage_amount(context, culprit),
        qc_storage_label(context, culprit));
    qc_finding_set_severity(finding, QC_SEVERITY_WARNING);
    return finding;
}

/* Without a display, memory has no time after the last request began, unless others have ended since.
   The file's time is not before the dump, and much later if the file is a copy. */
static struct qemucore_finding *report_untold(struct qc_rule_context *context,
                                              const struct qc_block_backend *backend,
                                              const struct qc_block_culprit *culprit,
                                              struct qc_fact oldest)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    struct qc_fact most = {.is_known = clocks->latest.is_known && oldest.is_known &&
                                       clocks->latest.value > oldest.value,
                           .value = clocks->latest.value - oldest.value};
    if (clocks->refresh.is_known || !is_old(most) ||
        qc_fact_is_at_least(qc_request_age(context, oldest), SLOW_NS)) {
        return NULL;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "disk %s has waited for up to %s, by the core file's time, for %s%s: %s may not answer",
        qc_storage_backend_name(context, backend), qc_rule_seconds(context, most.value),
        qc_storage_is_single(culprit) ? "" : "the oldest of ", qc_storage_amount(context, culprit),
        qc_storage_label(context, culprit));
    qc_finding_doubt(finding);
    qc_evidence_add(finding, (struct qc_subject){0},
                    "no display is refreshed, which would tell the time; a copy of the core file may "
                    "have a later time");
    return finding;
}

/* Reports an old request that is kept above the culprit, where the requests are young: writes wait
   for each other's flushes like this (block/io.c, bdrv_co_flush). */
static struct qemucore_finding *report_above(struct qc_rule_context *context,
                                             const struct qc_block_backend *backend,
                                             struct qc_fact oldest)
{
    struct qc_fact age = qc_request_age(context, oldest);
    const struct qc_block_node *node;
    const struct qc_block_request *request =
        qc_request_began(&context->state->block, backend, oldest, &node);
    if (request == NULL) {
        return NULL;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "disk %s has waited for at least %s for a %s that node %s (%s) has not handed on",
        qc_storage_backend_name(context, backend), qc_rule_seconds(context, age.value),
        qc_str_or(request->type, "request"), qc_storage_node_name(node),
        qc_str_or(node->driver, "no driver"));
    qc_storage_show_request(finding, node, request);
    warn_if_slow(finding, qc_recent_backend(context, backend), age);
    return finding;
}

/* A loop that goes round may not have taken the answer: rule_chain doubts it. */
static bool goes_round(const struct qc_rule_context *context,
                       const struct qc_block_backend *backend)
{
    struct qemucore_thread *thread = backend->context == NULL ? NULL : backend->context->thread;
    return thread != NULL && qc_rule_wait(context, thread)->state == QC_WAIT_RUNNING &&
           qc_recent_loop_is_silent(context, thread);
}

static struct qemucore_finding *report_age(struct qc_rule_context *context,
                                           const struct qc_block_backend *backend,
                                           const struct qc_block_culprit *culprit)
{
    struct qc_fact oldest = qc_request_oldest(&context->state->block, backend);
    struct qc_fact at = qc_request_oldest_at(culprit->node, backend);
    oldest = oldest.is_known ? oldest : qc_request_flush_began(context, backend);
    struct qc_fact age = qc_request_age(context, oldest);
    if (!is_old(age) && goes_round(context, backend)) {
        return NULL;
    }
    if (!is_old(age)) {
        struct qemucore_finding *finding = age.is_known
                                               ? report_slow(context, backend, culprit, oldest)
                                               : report_silent(context, backend, culprit);
        return finding != NULL ? finding : report_untold(context, backend, culprit, oldest);
    }
    return at.is_known && !is_old(qc_request_age(context, at))
               ? report_above(context, backend, oldest)
               : report_old(context, backend, culprit, at.is_known ? at : oldest);
}

static void report_runner(struct qc_rule_context *context, const struct qc_block_backend *backend,
                          const struct qc_block_culprit *culprit, struct qemucore_thread *runner)
{
    struct qc_fact age = qc_request_age(context, qc_request_oldest(&context->state->block, backend));
    struct qemucore_finding *finding = qc_finding_report(
        context, "disk %s has waited for at least %s for %s%s of %s, and %s, %s, %s",
        qc_storage_backend_name(context, backend), qc_rule_seconds(context, age.value),
        qc_storage_is_single(culprit) ? "" : "the oldest of ", qc_storage_amount(context, culprit),
        qc_storage_label(context, culprit), qc_rule_thread_label(context, runner),
        runner->role == QC_ROLE_WORKER ? "a worker for such requests" : "which runs its event loop",
        qc_rule_doing(context, runner));
    qc_finding_doubt(finding);
    qc_finding_add_cause(finding, qc_storage_kind(culprit));
    qc_evidence_add_thread(finding, runner);
    qc_storage_show(finding, culprit);
    qc_finding_set_actor(finding, "%s must finish that.", qc_rule_thread_label(context, runner));
}

/* Returns the backend's most suspected culprit. NULL: there is none, or it is reported already. */
static const struct qc_block_culprit *find_first(struct qc_rule_context *context,
                                                 const struct qc_block_backend *backend,
                                                 struct qc_block_culprits *culprits)
{
    const struct qc_block *block = &context->state->block;
    qc_storage_culprits(context, qc_block_node_of(block, backend->root), culprits);
    const struct qc_block_culprit *first = culprits->count == 0 ? NULL : culprits->items;
    bool is_new = first != NULL && first->node != NULL &&
                  !qc_rule_is_reported(context, first->node->address);
    return is_new ? first : NULL;
}

/* block/nbd.c: during reconnect-delay requests are kept until the client is connected again, a
   moment if the server is there. After the delay they fail. */
static bool is_lost(const struct qc_block_culprit *culprit)
{
    return culprit->service == QC_BLOCK_SERVICE_NBD &&
           qc_str_is(culprit->node->own.nbd.state, "connecting-wait");
}

/* Reports the backend's requests, except those that a timer ends, or that wait for a server that is
   gone: for these there is a better answer than their age (qc_condition_nbd_lost). */
static void backend_report(struct qc_rule_context *context, const struct qc_block_backend *backend)
{
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    const struct qc_block_culprit *first = find_first(context, backend, &culprits);
    struct qc_fact began = qc_request_oldest(&context->state->block, backend);
    struct qemucore_thread *runner = first == NULL || !is_old(qc_request_age(context, began))
                                         ? NULL
                                         : qc_runner_of(context, first, began);
    if (runner != NULL) {
        report_runner(context, backend, first, runner);
    } else if (first != NULL && !qc_storage_ends_itself(context, first) && !is_lost(first)) {
        struct qemucore_finding *finding = report_age(context, backend, first);
        if (finding != NULL) {
            qc_storage_blame(finding, first);
            qc_storage_set_next(finding, first);
        }
    }
}

void qc_condition_request_old(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    qc_vec_each(&block->backends, backend) {
        if (backend->root != 0 && qc_fact_is_set(backend->in_flight)) {
            backend_report(context, backend);
        }
    }
}

/* ---- a server that is gone ------------------------------------------------------------------ */

/* Without reconnect-delay, or after it, requests fail at once while the client tries to connect; after
   an error of the protocol it never does so again (block/nbd.c, nbd_channel_error). A client that is
   being closed has that state, too. */
static void disconnected_report(struct qc_rule_context *context, const struct qc_block_node *node)
{
    const struct qc_block_culprit culprit = {.service = QC_BLOCK_SERVICE_NBD, .node = node};
    bool retries = qc_str_is(node->own.nbd.state, "connecting-nowait");
    bool has_ended = qc_str_is(node->own.nbd.state, "quit") &&
                     context->state->main_loop.phase == QC_MAIN_LOOP_TURNS;
    if ((!retries && !has_ended) || qc_rule_is_reported(context, node->address)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "the connection to the NBD server of %s is lost%s, and each of its requests fails%s",
        qc_storage_label(context, &culprit), retries ? "" : " for good",
        retries ? " until it is back" : "");
    qc_finding_set_severity(finding, QC_SEVERITY_WARNING);
    qc_storage_show(finding, &culprit);
    if (retries) {
        qc_storage_set_actor(finding, &culprit);
    } else {
        qc_finding_set_actor(finding, "Whoever manages QEMU must open node %s anew.",
                             qc_storage_node_name(node));
    }
    qc_storage_set_next(finding, &culprit);
}

void qc_condition_nbd_lost(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    qc_storage_culprits(context, NULL, &culprits);
    qc_vec_each(&culprits, culprit) {
        if (is_lost(culprit) && !qc_rule_is_reported(context, culprit->node->address)) {
            struct qemucore_finding *finding = qc_finding_report(
                context, "the connection to the NBD server of %s is lost, and %s %s for it",
                qc_storage_label(context, culprit), qc_storage_amount(context, culprit),
                qc_storage_is_single(culprit) ? "waits" : "wait");
            qc_storage_show(finding, culprit);
            qc_storage_set_actor(finding, culprit);
            qc_storage_set_next(finding, culprit);
        }
    }
    qc_vec_each(&block->nodes, node) {
        if (node->kind == QC_BLOCK_DRIVER_NBD) {
            disconnected_report(context, node);
        }
    }
}

/* ---- requests whose start nobody notes ------------------------------------------------------ */

static void unaged_report(struct qc_rule_context *context, const struct qc_block_culprit *culprit)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s of %s %s not ended, and nothing tells when %s began",
        qc_storage_amount(context, culprit), qc_storage_label(context, culprit),
        qc_storage_is_single(culprit) ? "has" : "have",
        qc_storage_is_single(culprit) ? "it" : "they");
    qc_finding_doubt(finding);
    qc_storage_blame(finding, culprit);
}

/* For backends without a noted end: an export's (block/export), that of the monitor's qemu-io. */
static void check_unaged(struct qc_rule_context *context, const struct qc_block_backend *backend)
{
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    const struct qc_block_culprit *first = find_first(context, backend, &culprits);
    if (first != NULL && qc_storage_is_suspect(context, first)) {
        unaged_report(context, first);
    }
}

/* Returns an array by node: whether a backend accounts for its requests. NULL: out of memory. */
static bool *find_accounted(const struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    bool *accounted = calloc(block->nodes.count + 1, sizeof(*accounted));
    for (size_t i = 0; accounted != NULL && i < block->backends.count; i++) {
        const struct qc_block_backend *backend = &block->backends.items[i];
        const struct qc_block_node *root = qc_block_node_of(block, backend->root);
        QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
        if (root != NULL && qc_fact_is_set(backend->in_flight)) {
            qc_storage_culprits(context, root, &culprits);
        }
        for (size_t j = 0; j < culprits.count; j++) {
            accounted[culprits.items[j].node - block->nodes.items] = true;
        }
    }
    return accounted;
}

/* bdrv_co_block_status() (block/io.c) is not tracked: only the NBD client counts what it asks the
   server that way. */
static bool has_requests(const struct qc_block_node *node)
{
    return node->tracked.value != 0 || (node->kind == QC_BLOCK_DRIVER_NBD &&
                                        qc_fact_is_set(node->own.nbd.in_flight));
}

/* Reports requests that no backend counts: a coroutine of the monitor (qmp_block_resize), or a job
   that makes an image, works on nodes directly. */
static void check_unaccounted(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    if (context->state->main_loop.place != QC_MAIN_LOOP_POLL) {
        return; /* other rules report what the main loop waits for */
    }
    QC_FREE bool *accounted = find_accounted(context);
    qc_storage_culprits(context, NULL, &culprits);
    for (size_t i = 0; accounted != NULL && i < culprits.count; i++) {
        const struct qc_block_culprit *culprit = &culprits.items[i];
        const struct qc_block_node *node = culprit->node;
        if (node != NULL && qc_storage_is_suspect(context, culprit) && has_requests(node) &&
            !accounted[node - block->nodes.items] && !qc_rule_is_reported(context, node->address)) {
            unaged_report(context, culprit);
        }
    }
}

/* Tells whether a node's request would be seen. A drain holds requests back before their node. */
static bool nodes_tell_all(const struct qc_block *block)
{
    return block->nodes_known && block->backends_known && block->why_cut == NULL &&
           qc_sum_is_zero(block->drained) && qc_fact_is_zero(block->drain_all) &&
           !qc_vec_any(&block->nodes, node,
                       !node->in_flight.is_known || !node->tracked.is_known ||
                           !node->child_count.is_known);
}

static void lost_report(struct qc_rule_context *context, const struct qc_block_culprit *culprit,
                        struct qc_fact silent)
{
    const struct qc_aio_context *loop = culprit->backend->context;
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s counts %s that no node below it has, and none has ended for at least %s",
        qc_storage_label(context, culprit), qc_storage_amount(context, culprit),
        qc_rule_seconds(context, silent.value));
    qc_finding_doubt(finding);
    qc_storage_blame(finding, culprit);
    if (loop != NULL && loop->thread != NULL) {
        qc_evidence_add_thread(finding, loop->thread);
    }
}

/* Reports requests that only their backend counts: their end was lost, or does not come to it
   (block/block-backend.c, blk_inc_in_flight). A sound disk hands a request on at once. */
static void check_lost(struct qc_rule_context *context)
{
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    if (context->state->main_loop.place != QC_MAIN_LOOP_POLL ||
        !nodes_tell_all(&context->state->block)) {
        return; /* other rules report what the main loop waits for */
    }
    qc_storage_culprits(context, NULL, &culprits);
    for (size_t i = 0; i < culprits.count; i++) {
        const struct qc_block_backend *backend = culprits.items[i].backend;
        if (culprits.items[i].service == QC_BLOCK_SERVICE_BACKEND && backend->root != 0 &&
            qc_fact_is_set(backend->last_access) &&
            is_old(qc_request_age(context, backend->last_access))) {
            lost_report(context, &culprits.items[i],
                        qc_request_age(context, backend->last_access));
        }
    }
}

void qc_condition_request_unaged(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    if (qc_tool_is_at_rest(context)) {
        return; /* the program waits for them, which qc_tool_report tells */
    }
    qc_vec_each(&block->backends, backend) {
        if (backend->root != 0 && qc_fact_is_set(backend->in_flight) &&
            qc_fact_is_zero(backend->last_access) && !qc_request_oldest(block, backend).is_known) {
            check_unaged(context, backend);
        }
    }
    check_unaccounted(context);
    check_lost(context);
}

/* Tells whether no node, and so nothing with an age, has what the thread does for a guest: hw/9pfs,
   hw/virtio/virtio-pmem.c, hw/ppc/spapr_nvdimm.c, scsi/pr-manager.c, backends/tpm/. */
static bool is_of_no_node(struct qemucore_thread *thread)
{
    static const char *const begins[] = {"v9fs_", "worker_cb", "flush_worker_cb",
                                         "pr_manager_worker", "tpm_backend_worker_thread"};
    const struct qc_stack *stack = qc_thread_stack(thread);
    return qc_vec_any(&stack->frames, frame,
                      qc_array_any(begins, begin, qc_str_begins(frame->function, *begin)));
}

static struct qemucore_thread *worker_in_call(const struct qc_rule_context *context,
                                              enum qc_activity activity)
{
    struct qc_threads *threads = context->process->threads;
    return qc_vec_find(threads, thread,
                       qc_rule_is_server(context, thread) &&
                           qc_rule_serves_in_call(context, thread) &&
                           qc_rule_activity(context, thread) == activity && is_of_no_node(thread));
}

static void worker_report(struct qc_rule_context *context, struct qemucore_thread *server)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "a thread that %s requests sleeps in %s: %s",
        server->role == QC_ROLE_UNKNOWN ? "may serve" : "serves",
        qc_rule_wait(context, server)->sentence, qc_rule_thread_label(context, server));
    qc_finding_add_cause(finding, qc_rule_wait(context, server)->syscall.name);
    qc_evidence_add_thread(finding, server);
    qc_evidence_add_callers(finding, server);
    qc_finding_set_actor_of(finding, server);
}

/* A call that the kernel lets end before it dumps may have lasted since long before. */
static void returned_report(struct qc_rule_context *context, struct qemucore_thread *server)
{
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "a thread that serves requests was in %s, and came back when it was dumped: %s; %s whether "
        "it had slept there for long",
        qc_rule_wait(context, server)->sentence, qc_rule_thread_label(context, server),
        qc_rule_dumps_dont_tell(context));
    qc_evidence_add_thread(finding, server);
    qc_evidence_add_callers(finding, server);
}

/* Without debug info only threads show who serves requests; with it, the block layer tells of its
   own. Only a call that a signal can interrupt is known to have slept: on network and user-space
   file systems, sockets, pipes. */
void qc_condition_worker_asleep(struct qc_rule_context *context)
{
    bool has_types = context->state->has_types;
    struct qemucore_thread *asleep = has_types ? worker_in_call(context, QC_ACTIVITY_ASLEEP)
                                               : qc_rule_server_asleep(context);
    struct qemucore_thread *returned =
        has_types && asleep == NULL ? worker_in_call(context, QC_ACTIVITY_RETURNED) : NULL;
    if (asleep != NULL) {
        worker_report(context, asleep);
    } else if (returned != NULL) {
        returned_report(context, returned);
    }
}

/* ---- what holds requests back on purpose ---------------------------------------------------- */

/* The group's timer wakes the first request, which sees to the timer of the next one
   (block/throttle-groups.c, schedule_next_request). */
static bool is_forgotten(const struct qc_block_throttle *throttle)
{
    return (qc_fact_is_set(throttle->reads) && qc_fact_is_zero(throttle->reads_armed)) ||
           (qc_fact_is_set(throttle->writes) && qc_fact_is_zero(throttle->writes_armed));
}

void qc_condition_throttled(struct qc_rule_context *context)
{
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    qc_storage_culprits(context, NULL, &culprits);
    qc_vec_each(&culprits, culprit) {
        if (culprit->service != QC_BLOCK_SERVICE_THROTTLE) {
            continue;
        }
        const char *name = culprit->backend != NULL
                             ? qc_storage_backend_name(context, culprit->backend)
                             : qc_storage_label(context, culprit);
        bool forgotten = is_forgotten(culprit->throttle);
        struct qemucore_finding *finding = qc_finding_report(
            context, "requests of %s are throttled%s%s", name,
            forgotten ? ", and no timer of their throttle group is armed to wake them" : ": ",
            forgotten ? "" : qc_storage_served(context, culprit));
        if (forgotten) {
            qc_evidence_add(finding, (struct qc_subject){.field = "ThrottleGroup.any_timer_armed"},
                            "any_timer_armed of the group is false");
            qc_finding_doubt(finding);
        } else {
            qc_storage_blame(finding, culprit);
        }
    }
}

/* ---- disks that have failed ----------------------------------------------------------------- */

static void show_policy(struct qemucore_finding *finding, const struct qc_block_backend *backend)
{
    const struct qc_block_node *node =
        qc_block_node_of(&finding->context->state->block, backend->root);
    qc_evidence_add(
        finding, (struct qc_subject){.field = "BlockBackend.iostatus", .address = backend->address},
        "its iostatus is %s; on errors of reads it is to %s, of writes to %s",
        qc_str_or(backend->iostatus, "?"), qc_str_or(backend->on_read_error, "?"),
        qc_str_or(backend->on_write_error, "?"));
    if (node != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.address = node->address},
                        "its node is %s (%s)%s%s", qc_storage_node_name(node),
                        qc_str_or(node->driver, "?"),
                        node->filename == NULL || *node->filename == '\0' ? "" : ", ",
                        qc_str_or(node->filename, ""));
    }
    qc_evidence_add_run_state(finding);
}

void qc_condition_io_error(struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    if (context->state->runstate.state != QC_RUN_STATE_IO_ERROR) {
        return;
    }
    qc_vec_each(&block->backends, backend) {
        const char *what = qc_storage_error(backend->iostatus);
        if (what == NULL) {
            continue;
        }
        struct qemucore_finding *finding = qc_finding_report(
            context, "the guest is stopped because of an I/O error of disk %s: %s",
            qc_storage_backend_name(context, backend), what);
        qc_finding_add_cause(finding, backend->iostatus);
        show_policy(finding, backend);
        qc_finding_set_actor(finding, "Somebody must %s, then send cont.",
                             qc_str_is(backend->iostatus, "nospace") ? "make room for it"
                                                                      : "repair its storage");
    }
}

/* openEuler's QEMU has rerror=retry and werror=retry: the device keeps a request that has failed, and
   a timer of the backend makes it again (block/block-backend.c, blk_error_action). The guest runs,
   and no request is in flight meanwhile. */
static bool is_retrying(struct qc_fields *fields, const struct qc_block_backend *backend)
{
    struct qc_fact timer = qc_fact_field(fields, QC_FIELD_BACKEND_RETRY_TIMER, backend->address, NULL);
    struct qc_fact expire = qc_fact_behind(fields, timer, QC_FIELD_TIMER_EXPIRE);
    return expire.is_known && (int64_t)expire.value >= 0;
}

void qc_condition_io_retry(struct qc_rule_context *context)
{
    qc_vec_each(&context->state->block.backends, backend) {
        if (!is_retrying(context->process->fields, backend)) {
            continue;
        }
        struct qemucore_finding *finding = qc_finding_report(
            context, "disk %s has failed, and QEMU makes its requests again and again",
            qc_storage_backend_name(context, backend));
        qc_finding_add_cause(finding, "retry");
        show_policy(finding, backend);
        qc_finding_set_actor(finding, "Somebody must repair its storage.");
    }
}
