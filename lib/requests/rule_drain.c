/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_drain - drains that do not end, and writers of the block graph that do not get its lock
 */
#include <inttypes.h>

#include "base/base.h"
#include "findings/findings.h"
#include "qemu/qemu.h"
#include "requests/request_age.h"
#include "requests/requests.h"

/* Adds jobs that have not paused: they make further requests, and drained_poll waits for them. */
static size_t show_jobs(struct qemucore_finding *finding)
{
    const struct qc_block *block = &finding->context->state->block;
    size_t busy = 0;
    qc_vec_each(&block->jobs, job) {
        bool runs = qc_fact_is_zero(job->paused) && qc_fact_is_set(job->busy);
        if (runs) {
            busy++;
            qc_evidence_add(finding, (struct qc_subject){.address = job->address},
                            "job %s (%s, %s) has not paused", qc_str_or(job->id, "(internal)"),
                            qc_str_or(job->type, "?"), qc_str_or(job->status, "?"));
            qc_storage_show_coroutine(finding, "its ", job->coroutine.value);
        }
    }
    return busy;
}

static void show_drain(struct qemucore_finding *finding, struct qemucore_thread *thread,
                       struct qemucore_frame *frame)
{
    struct qc_rule_context *context = finding->context;
    const struct qemucore_lock *bql = qc_rule_bql(context);
    qc_evidence_add(finding, (struct qc_subject){.thread = thread, .frame = frame},
                    "%s is in %s (frame %u), asleep in its aio_poll",
                    qc_rule_thread_label(context, thread), qc_rule_function(context, frame),
                    frame->level);
    if (bql != NULL && bql->owner == thread) {
        qc_evidence_add(finding, (struct qc_subject){.field = bql->name, .address = bql->address},
                        "it holds the BQL meanwhile, for which %s",
                        bql->waiters.count == 0
                            ? "nobody waits"
                            : qc_rule_format(context, "%zu thread%s wait%s", bql->waiters.count,
                                             qc_noun_s(bql->waiters.count),
                                             qc_verb_s(bql->waiters.count)));
    }
    qc_finding_end_signature(finding);
    qc_evidence_add_callers(finding, thread);
    if (thread == context->state->main_loop.thread) {
        qc_evidence_add_turn(finding);
    }
    qc_evidence_add_sleepers(finding);
}

static bool is_idle(const struct qc_block *block)
{
    return block->nodes_known && block->backends_known && block->jobs_known &&
           qc_sum_is_zero(block->in_flight) && block->why_cut == NULL &&
           !qc_vec_any(&block->jobs, job,
                       !qc_fact_is_set(job->paused) && !qc_fact_is_zero(job->busy));
}

/*
 * Returns what a request of an export waits for; NULL: none is known. Its coroutine keeps the drain
 * waiting until the client has taken the answer, when no node counts the request any more: nbd/server.c,
 * nbd_drained_poll; block/export/vhost-user-blk-server.c, vu_blk_drained_poll; vduse-blk.c likewise.
 * One that waits for its client's next request (nbd_read_eof) keeps no drain waiting: a drain of its
 * node ends it. One that waits for no other coroutine tells more than those behind it.
 */
static const struct qc_coroutine_wait *export_wait(const struct qc_rule_context *context)
{
    static const char *const entries[] = {"nbd_trip", "vu_blk_virtio_process_req",
                                          "vduse_blk_virtio_process_req", NULL};
    const struct qc_coroutine_waits *waits = qc_waits_coroutines(context->graph->waits);
    const struct qc_coroutine_wait *found = NULL;
    for (size_t i = 0; waits != NULL && i < waits->count; i++) {
        const struct qc_coroutine_wait *wait = &waits->items[i];
        struct qc_stack *stack = qc_coroutine_stack(wait->coroutine);
        if (qc_str_is_one_of(wait->coroutine->entry_name, entries) && stack != NULL &&
            qc_frames_find(stack, "nbd_read_eof") == NULL &&
            (found == NULL || (found->root != NULL && wait->root == NULL))) {
            found = wait;
        }
    }
    return found;
}

/* ---- drains --------------------------------------------------------------------------------- */

struct drain {
    struct qemucore_thread *thread;
    struct qemucore_frame *frame;
    bool is_of_all;                   /* its function drains all nodes */
    const struct qc_block_node *node; /* NULL: all nodes, or not known */
    struct qc_block_culprits culprits;
    const struct qc_coroutine_wait *export; /* a request of an export; NULL: none, or a node's */
};

/* bdrv_drain_all_begin() and the like have no argument; the others have a node or a backend. */
static const struct qc_block_node *drained_node(const struct qc_block *block,
                                                struct qemucore_frame *frame)
{
    uint64_t address;
    if (qc_frame_variable(frame, "bs", &address)) {
        return qc_block_node_of(block, address);
    }
    if (qc_frame_variable(frame, "blk", &address)) {
        const struct qc_block_backend *backend = qc_block_backend_of(block, address);
        return backend == NULL ? NULL : qc_block_node_of(block, backend->root);
    }
    return NULL;
}

static bool is_drain_of_all(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {"bdrv_drain_all_begin_nopoll", "bdrv_drain_all_begin",
                                            "bdrv_drain_all", "blk_drain_all", NULL};
    return qc_frame_is_one_of(frame, functions);
}

/* A compiler's clone of the function lacks the argument; its inlined original has it. */
static void drain_describe(struct qc_rule_context *context, struct drain *drain)
{
    const struct qc_block *block = &context->state->block;
    struct qc_stack *stack = qc_thread_stack(drain->thread);
    drain->is_of_all = is_drain_of_all(drain->frame);
    for (size_t i = drain->frame->level; !drain->is_of_all && drain->node == NULL &&
                                         i < stack->frames.count && i < drain->frame->level + 3u;
         i++) {
        drain->node = drained_node(block, &stack->frames.items[i]);
    }
    qc_block_culprits_of_drain(context->process, block, drain->node, &drain->culprits);
    if (drain->culprits.count == 0 && drain->node != NULL &&
        qc_frames_find(stack, "bdrv_subtree_drained_begin") != NULL) {
        /* Up to 7.2 it also waits for what is below, whoever made those requests. */
        qc_storage_culprits(context, drain->node, &drain->culprits);
    }
    drain->export =
        drain->culprits.count == 0 && is_idle(block) ? export_wait(context) : NULL;
}

static bool is_trim_circle(const struct qc_block_culprits *culprits)
{
    return culprits->count != 0 && culprits->items[0].service == QC_BLOCK_SERVICE_HELD_BACK &&
           qc_block_circle_is_trim(culprits->items[0].backend);
}

static enum qc_drain_variant drain_kind(bool idle, const struct drain *drain)
{
    return idle && drain->export == NULL      ? QC_DRAIN_MISSED_KICK
           : is_trim_circle(&drain->culprits) ? QC_DRAIN_TRIM
                                              : QC_DRAIN_REQUESTS;
}

/* "main loop (LWP 17), at the QMP command stop," */
static const char *waiter_text(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    return qc_rule_format(context, "%s%s%s", qc_rule_phase(context, thread),
                          qc_rule_thread_label(context, thread),
                          qc_rule_at_command(context, thread));
}

/* "main loop (LWP 17) drains node vda (bdrv_do_drained_begin)" */
static const char *drain_text(struct qc_rule_context *context, const struct drain *drain)
{
    const char *function = qc_rule_function(context, drain->frame);
    const char *who = waiter_text(context, drain->thread);
    return drain->node == NULL
               ? qc_rule_format(context, "%s drains%s (%s)", who,
                                drain->is_of_all ? " all disks" : "", function)
               : qc_rule_format(context, "%s drains node %s (%s)", who,
                                qc_storage_node_name(drain->node), function);
}

static struct qemucore_finding *report_trim(struct qc_rule_context *context,
                                            const struct drain *drain)
{
    return qc_finding_report(context,
                             "deadlock: %s and waits for the TRIM of %s, whose next discard the "
                             "drain itself holds back",
                             drain_text(context, drain),
                             qc_storage_backend_name(context, drain->culprits.items[0].backend));
}

/* Only a channel shows that the client is to act; its descriptor is then that of the connection. */
static struct qemucore_finding *report_export(struct qc_rule_context *context,
                                              const struct drain *drain)
{
    const struct qc_coroutine_wait *wait = drain->export;
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s, and waits for a request of an export's client (%s), which waits for %s",
        drain_text(context, drain), wait->coroutine->entry_name,
        qc_str_or(wait->sentence, "something that is not known"));
    if (wait->kind == QC_COROUTINE_WAIT_CHANNEL) {
        qc_finding_set_actor(finding,
                             "The client of that export must go on, or its connection must end.");
    }
    return finding;
}

/* What ends by itself is no reason to call anybody. */
static struct qemucore_finding *report_requests(struct qc_rule_context *context,
                                                const struct drain *drain)
{
    const struct qc_block_culprit *first = drain->culprits.items;
    if (drain->export != NULL) {
        return report_export(context, drain);
    } else if (drain->culprits.count == 0) {
        return qc_finding_report(context, "%s, and waits for requests to end",
                                 drain_text(context, drain));
    }
    bool is_sound = qc_storage_ends_itself(context, first);
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s, and %swaits for %s of %s", drain_text(context, drain),
        is_sound ? "" : "still ", qc_storage_amount(context, first),
        qc_storage_label(context, first));
    if (is_sound) {
        qc_storage_set_ending(finding, drain->thread);
    }
    qc_storage_set_actor(finding, first);
    qc_storage_set_next(finding, first);
    return finding;
}

/* gdb stops threads one after the other, and a request that has just ended may be the one awaited. */
static bool may_be_woken(const struct qc_rule_context *context)
{
    return qc_recent_is_by_debugger(context) || qc_recent_end(context);
}

static struct qemucore_finding *report_missed_kick(struct qc_rule_context *context,
                                                   const struct drain *drain)
{
    return qc_finding_report(context,
                             "%s and is asleep, though no request is in flight and no job runs: "
                             "the wake-up at the end of the last one was missed%s",
                             drain_text(context, drain),
                             may_be_woken(context) ? ", or is on its way" : "");
}

static void show_culprits(struct qemucore_finding *finding, const struct drain *drain)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_block *block = &context->state->block;
    for (size_t i = 0; i < drain->culprits.count; i++) {
        qc_storage_show(finding, &drain->culprits.items[i]);
    }
    size_t jobs = show_jobs(finding);
    qc_finding_add_cause(finding, drain->culprits.count != 0
                                      ? qc_storage_kind(drain->culprits.items)
                                  : jobs != 0             ? "job"
                                  : drain->export != NULL ? "export"
                                                          : NULL);
    if (drain->export != NULL) {
        qc_storage_show_coroutine(finding, "", drain->export->coroutine->address);
    } else if (drain->culprits.count + jobs == 0) {
        qc_unknown_report(context, "which request the drain waits for: %s",
                          context->state->why_absent != NULL ? context->state->why_absent
                          : block->why_absent != NULL        ? block->why_absent
                                                             : "none is found");
    } else if (drain->node == NULL && !drain->is_of_all) {
        qc_unknown_report(context, "which node %s drains: its argument is lost",
                          qc_rule_function(context, drain->frame));
    }
}

static void drain_report(struct qc_rule_context *context, const struct drain *drain)
{
    struct qemucore_finding *finding = NULL;
    switch (context->rule->variant.drain) {
    case QC_DRAIN_MISSED_KICK:
        finding = report_missed_kick(context, drain);
        break;
    case QC_DRAIN_TRIM:
        finding = report_trim(context, drain);
        qc_storage_set_actor(finding, drain->culprits.items);
        break;
    case QC_DRAIN_REQUESTS:
        finding = report_requests(context, drain);
        break;
    }
    show_drain(finding, drain->thread, drain->frame);
    if (context->rule->variant.drain != QC_DRAIN_TRIM) {
        qc_poll_doubt_if_moving(finding, drain->thread, &drain->culprits);
    }
    if (context->rule->variant.drain == QC_DRAIN_MISSED_KICK && may_be_woken(context)) {
        qc_finding_doubt(finding);
    }
    if (context->rule->variant.drain != QC_DRAIN_MISSED_KICK) {
        show_culprits(finding, drain);
    }
}

void qc_condition_drain(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    bool idle = is_idle(&context->state->block);
    for (size_t i = 0; i < threads->count; i++) {
        struct drain drain = {.thread = &threads->items[i]};
        drain.frame = qc_poll_caller(context, drain.thread, qc_poll_drain_functions);
        if (drain.frame != NULL) {
            drain_describe(context, &drain);
            if (drain_kind(idle, &drain) == context->rule->variant.drain) {
                drain_report(context, &drain);
            }
            qc_vec_free(&drain.culprits);
        }
    }
}

/* ---- drains that nobody ends ---------------------------------------------------------------- */

/* Tells whether it is a disk of the guest that may make no request now. */
static bool is_drained_disk(const struct qc_block_backend *backend)
{
    return backend->root != 0 && backend->path != NULL && qc_fact_is_set(backend->quiesce_counter);
}

/* Tells whether a thread has just begun a drained section, or is about to end one. */
static bool is_at_drain(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    static const char *const ends[] = {"bdrv_do_drained_end", "bdrv_drained_end",
                                       "bdrv_drain_all_end", NULL};
    return qc_rule_activity(context, thread) == QC_ACTIVITY_MOVING &&
           (qc_rule_frame(thread, qc_poll_drain_functions) != NULL ||
            qc_rule_frame(thread, qc_poll_wrlock_functions) != NULL ||
            qc_rule_frame(thread, ends) != NULL);
}

static bool is_draining(const struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    return context->state->main_loop.place != QC_MAIN_LOOP_POLL ||
           qc_vec_any(threads, thread,
                      qc_poll_caller(context, thread, qc_poll_drain_functions) != NULL ||
                          qc_poll_caller(context, thread, qc_poll_wrlock_functions) != NULL ||
                          is_at_drain(context, thread));
}

/* Returns the job that keeps the disk drained; NULL: none is known. block/mirror.c, mirror_run: once
   both sides are equal, the source is drained until the job is finalized, so that they stay equal.
   An active commit is such a job, too. The job's filter is above its source, and is the disk's root
   or below it: below the user's own filters. Another commit has no such filter, and drains nothing. */
static const struct qc_block_job *find_unfinalized(const struct qc_block *block,
                                                   const struct qc_block_backend *disk)
{
    static const char *const types[] = {"mirror", "commit", NULL};
    return qc_vec_find(&block->jobs, job,
                       qc_str_is(job->status, "pending") && qc_str_is_one_of(job->type, types) &&
                           qc_block_is_above(block, disk->root, job->filter));
}

static struct qemucore_finding *report_unfinalized(struct qc_rule_context *context,
                                                   const char *disk,
                                                   const struct qc_block_job *job)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "disk %s stands still until job %s (%s), which has done its work, is finalized",
        disk, qc_str_or(job->id, "(internal)"), job->type);
    qc_finding_set_severity(finding, QC_SEVERITY_WAITING);
    qc_finding_set_actor(finding,
                         "The management must act next: send job-finalize.");
    qc_evidence_add(finding, (struct qc_subject){.address = job->address},
                    "job %s is pending", qc_str_or(job->id, "(internal)"));
    return finding;
}

/* Returns how long a request of the disk's guest has been held back, at least; not known: none is known,
   or not its start. */
static struct qc_fact held_age(const struct qc_rule_context *context,
                               const struct qc_block_backend *disk)
{
    struct qc_fact oldest = {0};
    qc_vec_each(&disk->queued, origin) {
        oldest = origin->start.value == 0 ? oldest : qc_fact_least(oldest, origin->start);
    }
    return qc_request_age(context, oldest);
}

/* Blames who keeps requests below the disk: a coroutine that drains may wait for them. */
static void held_blame(struct qemucore_finding *finding, const struct qc_block_backend *disk)
{
    struct qc_rule_context *context = finding->context;
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    qc_storage_culprits(context, qc_block_node_of(&context->state->block, disk->root), &culprits);
    const struct qc_block_culprit *first = culprits.items;
    if (culprits.count == 0) {
        qc_finding_set_actor(finding, "Whoever has drained it must end that.");
        return;
    }
    qc_storage_blame(finding, first);
    if (qc_storage_ends_itself(context, first)) {
        qc_finding_doubt(finding);
    }
}

static struct qemucore_finding *report_held(struct qc_rule_context *context,
                                            const struct qc_block_backend *disk, const char *name,
                                            struct qc_fact age)
{
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "disk %s is drained, though no thread drains, and has held back a request of its guest for "
        "at least %s",
        name, qc_rule_seconds(context, age.value));
    qc_finding_set_severity(finding, QC_SEVERITY_STUCK);
    held_blame(finding, disk);
    return finding;
}

/* A coroutine may have begun the drained section and have yielded since, for a moment. */
static struct qemucore_finding *report_left(struct qc_rule_context *context,
                                            const struct qc_block_backend *disk, const char *name)
{
    const struct qc_block *block = &context->state->block;
    struct qc_fact age = held_age(context, disk);
    bool may_be_a_jobs = qc_vec_any(&block->jobs, job, qc_str_is(job->status, "pending"));
    if (qc_fact_is_at_least(age, QC_REQUEST_OLD_NS) && !may_be_a_jobs) {
        return report_held(context, disk, name, age);
    }
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "disk %s is drained, and so its guest's requests are held back, though no thread "
        "drains: that lasts until whoever began it ends it",
        name);
    qc_finding_doubt(finding);
    return finding;
}

static void drained_report(struct qc_rule_context *context, const struct qc_block_backend *disk)
{
    const char *name = qc_storage_backend_name(context, disk);
    const struct qc_block_job *job = find_unfinalized(&context->state->block, disk);
    struct qemucore_finding *finding =
        job != NULL ? report_unfinalized(context, name, job) : report_left(context, disk, name);
    qc_evidence_add(
        finding,
        (struct qc_subject){.field = "BlockBackend.quiesce_counter", .address = disk->address},
        "%s: quiesce_counter %s, held back %s", name,
        qc_rule_number(context, disk->quiesce_counter),
        qc_rule_number(context, disk->queued_requests));
    qc_evidence_add_run_state(finding);
    if (job == NULL) {
        qc_finding_set_next(finding, QC_RULE_SECOND_DUMP);
    }
}

void qc_condition_drain_left(struct qc_rule_context *context)
{
    if (context->state->runstate.state != QC_RUN_STATE_RUNNING || is_draining(context)) {
        return;
    }
    qc_vec_each(&context->state->block.backends, backend) {
        if (is_drained_disk(backend)) {
            drained_report(context, backend);
        }
    }
}

/* ---- the graph lock ------------------------------------------------------------------------- */

/* Tells whether the first culprit is a reader, which is a request of any node. If only one node has
   requests, it is; of several, one that awaits a server or file is (block/io.c calls drivers with
   the lock), and nobody else can end it. A request that no node has need not be a reader. */
static bool is_reader(const struct qc_block_culprits *culprits)
{
    const struct qc_block_culprit *first = culprits->items;
    return culprits->count == 1 ||
           (culprits->count != 0 && first->node != NULL &&
            first->service != QC_BLOCK_SERVICE_HELD_BACK &&
            !qc_block_service_is_sound(first->service));
}

static void graph_lock_blame(struct qemucore_finding *finding, struct qemucore_thread *writer)
{
    struct qc_rule_context *context = finding->context;
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    qc_storage_culprits(context, NULL, &culprits);
    if (context->rule->variant.graph_lock != QC_GRAPH_LOCK_DRAIN) {
        qc_poll_doubt_if_moving(finding, writer, &culprits);
    }
    if (is_reader(&culprits)) {
        qc_storage_set_actor(finding, culprits.items);
        qc_storage_set_next(finding, culprits.items);
        if (culprits.count == 1 && qc_storage_gives_up(context, culprits.items->node)) {
            qc_storage_set_ending(finding, writer);
        }
    }
    qc_poll_show_in_flight(finding, &culprits);
}

/* Returns NULL if the writer has not the variant's problem. */
static struct qemucore_finding *writer_report(struct qc_rule_context *context,
                                              struct qemucore_thread *thread,
                                              const struct qemucore_frame *frame)
{
    const struct qc_block_graph_lock *lock = &context->state->block.graph_lock;
    enum qc_graph_lock_variant variant = context->rule->variant.graph_lock;
    const char *label = waiter_text(context, thread);
    const char *function = qc_rule_function(context, frame);
    if (variant == QC_GRAPH_LOCK_READER && qc_fact_is_set(lock->readers)) {
        return qc_finding_report(
            context, "%s waits to write the block graph (%s) until %" PRIu64 " reader%s end%s",
            label, function, lock->readers.value, qc_noun_s(lock->readers.value),
            qc_verb_s(lock->readers.value));
    }
    if (variant == QC_GRAPH_LOCK_MISSED_WAKE && qc_fact_is_zero(lock->readers) &&
        qc_fact_is_zero(lock->has_writer)) {
        return qc_finding_report(context,
                                 "%s waits to write the block graph (%s) though no reader is left: "
                                 "the wake-up by the last one was missed%s",
                                 label, function,
                                 may_be_woken(context) ? ", or is on its way" : "");
    }
    return NULL;
}

static struct qemucore_finding *writing_drain_report(struct qc_rule_context *context,
                                                     struct qemucore_thread *thread,
                                                     const struct qemucore_frame *frame)
{
    const struct qc_block *block = &context->state->block;
    bool is_deadlock = context->rule->variant.graph_lock == QC_GRAPH_LOCK_DRAIN &&
                       qc_fact_is_set(block->graph_lock.has_writer) &&
                       qc_fact_is_set(block->graph_lock.waiting_reader) &&
                       block->in_flight.value != 0;
    return !is_deadlock
               ? NULL
               : qc_finding_report(context,
                                   "deadlock: %s drains (%s) while it holds the block graph's "
                                   "write lock, for which a request in flight waits",
                                   qc_rule_thread_label(context, thread),
                                   qc_rule_function(context, frame));
}

static void graph_lock_show(struct qemucore_finding *finding, struct qemucore_thread *thread,
                            struct qemucore_frame *frame)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_block_graph_lock *lock = &context->state->block.graph_lock;
    show_drain(finding, thread, frame);
    qc_evidence_add(finding, (struct qc_subject){.address = lock->waiting_reader.value},
                    "has_writer %s, readers %s, first waiting reader (coroutine) %s",
                    qc_rule_number(context, lock->has_writer),
                    qc_rule_number(context, lock->readers),
                    qc_rule_address(context, lock->waiting_reader));
    graph_lock_blame(finding, thread);
}

/* block/graph-lock.c, 8.1 on. */
void qc_condition_graph_lock(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    qc_vec_each(threads, thread) {
        struct qemucore_frame *writer = qc_poll_caller(context, thread, qc_poll_wrlock_functions);
        struct qemucore_frame *frame =
            writer != NULL ? writer : qc_poll_caller(context, thread, qc_poll_drain_functions);
        struct qemucore_finding *finding = frame == NULL ? NULL
                                           : writer != NULL
                                               ? writer_report(context, thread, frame)
                                               : writing_drain_report(context, thread, frame);
        if (finding != NULL) {
            graph_lock_show(finding, thread, frame);
        }
    }
}
