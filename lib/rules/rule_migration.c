/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_migration - an outgoing migration: its progress, and who must act for it to go on; and threads
 * that wait for the end of another one, on both sides
 */
#include <string.h>

#include "rules/condition.h"
#include "rules/outgoing_call.h"

/* ---- outgoing ------------------------------------------------------------------------------- */

/* 9.1 renamed the thread (60ce47675d): reports and scripts may have the older name. */
static void show_older_name(struct qemucore_finding *finding, const struct qemucore_thread *thread)
{
    if (qc_str_is(thread->name, "mig/src/main")) {
        qc_evidence_add(finding, (struct qc_subject){0},
                        "mig/src/main is called live_migration up to QEMU 9.0");
    }
}

static void show_outgoing(struct qemucore_finding *finding)
{
    const struct qc_migration_outgoing *outgoing = &finding->context->state->migration.outgoing;
    qc_evidence_add(
        finding,
        (struct qc_subject){.field = "current_migration->state", .address = outgoing->address},
        "the outgoing migration is in state %s", outgoing->state);
    if (outgoing->error != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.field = "current_migration->error"},
                        "its error: %s", outgoing->error);
    }
    if (outgoing->thread != NULL) {
        qc_evidence_add_thread(finding, outgoing->thread);
        show_older_name(finding, outgoing->thread);
    }
    for (size_t i = 0; i < outgoing->multifd.channels.count; i++) {
        if (outgoing->multifd.channels.items[i].thread != NULL) {
            qc_evidence_add_thread(finding, outgoing->multifd.channels.items[i].thread);
        }
    }
}

/* Sentence and actor by the migration's state. */
static const struct outgoing_row {
    const char *state;
    enum qc_outgoing_variant variant;
    const char *sentence;
    const char *actor;
} outgoing_rows[] = {
    {"setup", QC_OUTGOING_CONNECTS, "an outgoing migration is being set up",
     "The destination must answer."},
    {"active", QC_OUTGOING_ACTIVE, "an outgoing migration is under way",
     "This process is at work on it."},
    {"device", QC_OUTGOING_ACTIVE, "an outgoing migration sends its devices",
     "This process is at work on it."},
    {"postcopy-active", QC_OUTGOING_ACTIVE, "an outgoing migration is in its postcopy phase",
     "This process is at work on it."},
    {"postcopy-device", QC_OUTGOING_ACTIVE,
     "an outgoing migration sends its devices before postcopy", "This process is at work on it."},
    {"postcopy-recover", QC_OUTGOING_ACTIVE, "an outgoing postcopy migration recovers",
     "This process is at work on it."},
    {"postcopy-recover-setup", QC_OUTGOING_CONNECTS, "an outgoing postcopy migration connects anew",
     "The destination must answer."},
    {"colo", QC_OUTGOING_ACTIVE, "COLO is under way", "This process is at work on it."},
    {"wait-unplug", QC_OUTGOING_WAITS,
     "an outgoing migration waits until the guest has released a device",
     "The guest must act next: it must unplug the device."},
    {"pre-switchover", QC_OUTGOING_WAITS,
     "an outgoing migration waits for the management before it switches over",
     "The management must act next: send migrate-continue."},
    {"postcopy-paused", QC_OUTGOING_POSTCOPY_PAUSED,
     "a postcopy migration is paused, and this is its source",
     "The management must act next: send migrate-recover to the destination, then migrate with "
     "resume here."},
    {"cancelling", QC_OUTGOING_ENDING, "an outgoing migration is being cancelled",
     "Its threads must end."},
    {"failing", QC_OUTGOING_ENDING, "an outgoing migration has failed, and is being wound up",
     "Its threads must end."},
    {"failed", QC_OUTGOING_FAILED, "the last outgoing migration has failed",
     "The management may act next: send migrate again."},
};

/* migration.c, qmp_migrate, from 10.0 on: cpr-transfer connects nothing until the destination has
   read the CPR state and closed the socket that it came by. No thread's call shows it. */
static const struct outgoing_row row_of_cpr = {
    "setup", QC_OUTGOING_CONNECTS,
    "an outgoing migration (cpr-transfer) waits until the destination has read the CPR state",
    "The destination must read the CPR state, and close its socket."};

static const struct outgoing_row row_of_lost_colo = {
    "colo", QC_OUTGOING_WAITS, "a primary of COLO has lost its secondary, and waits for a failover",
    QC_RULE_COLO_ACTOR};

static const struct outgoing_row row_of_ack = {
    "active", QC_OUTGOING_WAITS,
    "an outgoing migration could switch over, but its destination has not allowed that yet "
    "(switchover-ack)",
    "The destination must answer."};

/* No target has larger pages (TARGET_PAGE_BITS of target/arm/cpu-param.h). */
#define LARGEST_PAGE (64 << 10)

/*
 * migration.c, migration_iteration_run: as long as the guest runs, the source goes on sending what
 * the guest writes, and begins no postcopy, until the destination has sent
 * MIG_RP_MSG_SWITCHOVER_ACK. That comes at once, or when the destination's devices (VFIO) have
 * loaded their first data.
 */
static bool awaits_ack(const struct qc_rule_context *context)
{
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    const struct qc_migration_progress *progress = &outgoing->progress;
    struct qc_fact left = progress->remaining_bytes;
    if (!left.is_known && progress->dirty_pages.is_known &&
        progress->dirty_pages.value < UINT64_MAX / LARGEST_PAGE) {
        left = (struct qc_fact){.is_known = true,
                                .value = progress->dirty_pages.value * LARGEST_PAGE};
    }
    return outgoing->capabilities != NULL &&
           strstr(outgoing->capabilities, "switchover-ack") != NULL &&
           qc_fact_is_zero(outgoing->switchover_acked) &&
           context->state->runstate.state == QC_RUN_STATE_RUNNING &&
           (qc_fact_is_set(outgoing->start_postcopy) ||
            (left.is_known && outgoing->threshold_bytes.is_known &&
             left.value < outgoing->threshold_bytes.value));
}

/* Returns the row of a special case of the state, or the row itself. */
static const struct outgoing_row *refine_row(const struct qc_rule_context *context,
                                             const struct outgoing_row *row)
{
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    bool has_lost_peer = qc_rule_file_error(&outgoing->to_destination) != 0 ||
                         qc_rule_file_error(&outgoing->from_destination) != 0;
    return qc_fact_is_set(outgoing->hup_source) && row->variant == QC_OUTGOING_CONNECTS
               ? &row_of_cpr
           : has_lost_peer && qc_str_is(row->state, "colo")     ? &row_of_lost_colo
           : qc_str_is(row->state, "active") && awaits_ack(context) ? &row_of_ack
                                                                     : row;
}

static void show_ack(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    qc_finding_end_signature(finding);
    qc_evidence_add(finding, (struct qc_subject){.field = "current_migration->capabilities"},
                    "switchover-ack is on, and no such answer has come; pages of RAM left: %s, and "
                    "the guest may be stopped for up to %s bytes",
                    qc_rule_number(context, outgoing->progress.dirty_pages),
                    qc_rule_number(context, outgoing->threshold_bytes));
    qc_finding_set_next(finding, "%s", QC_OUTGOING_CALL_NEXT);
}

/* "is in sendmsg, fd 21", "is asleep on QemuSemaphore current_migration->rp_state.rp_sem". */
static const char *call_text(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    return qc_rule_format(context, "%s %s",
                          wait->state == QC_WAIT_BLOCKED ? "is asleep on" : "is in",
                          wait->sentence);
}

/* cancelling shuts a socket down, which ends the call, but no pipe (migrate_cancel). */
static struct qc_outgoing_call call_of_row(struct qc_rule_context *context,
                                           const struct outgoing_row *row)
{
    bool sends = row->variant == QC_OUTGOING_ACTIVE || row->variant == QC_OUTGOING_CONNECTS ||
                 row->variant == QC_OUTGOING_ENDING;
    return sends ? qc_outgoing_call_find(context, row->variant == QC_OUTGOING_CONNECTS)
                 : (struct qc_outgoing_call){0};
}

/* Longer than a sound source computes at a time, as for the pages that a large guest has written. */
#define REST_NS INT64_C(5000000000)

/*
 * Returns for how long the thread has not gone on; not known: not for long. It asks for its share of
 * the bandwidth after at most 50 ms of work, and notes the time every 100 ms then (migration.c,
 * migration_update_counters, BUFFER_DELAY; ram.c, MAX_WAIT). COLO's checkpoints note none.
 */
static struct qc_fact rest_of(const struct qc_rule_context *context, const struct outgoing_row *row)
{
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    struct qc_fact began = qc_fact_field(context->process->fields, QC_FIELD_MIGRATION_ITERATION,
                                         outgoing->address, NULL);
    if (row->variant != QC_OUTGOING_ACTIVE || qc_str_is(row->state, "colo") ||
        outgoing->thread == NULL || !qc_fact_is_set(began) || began.value > INT64_MAX / 1000000) {
        return (struct qc_fact){0};
    }
    struct qc_clock_age age = qc_clock_age(&context->state->clocks, QC_CLOCK_REALTIME,
                                           (int64_t)began.value * 1000000);
    struct qc_fact rest = age.by_file.is_known && context->state->clocks.file_is_named
                              ? age.by_file
                              : age.at_least;
    return qc_fact_is_at_least(rest, REST_NS) ? rest : (struct qc_fact){0};
}

/* ", but live_migration (LWP 17) has not gone on for at least 8.4 s: it is running". */
static const char *rest_text(struct qc_rule_context *context, struct qc_fact rest)
{
    struct qemucore_thread *thread = context->state->migration.outgoing.thread;
    return qc_rule_format(context, ", but %s has not gone on for at least %s: it %s",
                          qc_rule_thread_label(context, thread),
                          qc_rule_seconds(context, rest.value), qc_rule_doing(context, thread));
}

/* Returns a channel's thread that runs while the migration's own sleeps, as if it waited for that
   (migration/multifd.c, multifd_send_sync_main); NULL: none. Before the first iteration no time is
   noted that would tell for how long. */
static struct qemucore_thread *find_busy_channel(const struct qc_rule_context *context,
                                                 const struct outgoing_row *row)
{
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    bool waits = row->variant == QC_OUTGOING_CONNECTS && outgoing->thread != NULL &&
                 qc_rule_wait(context, outgoing->thread)->state == QC_WAIT_BLOCKED;
    return qc_vec_find(context->process->threads, thread,
                       waits && thread->role == QC_ROLE_MULTIFD_SEND &&
                           qc_rule_wait(context, thread)->state == QC_WAIT_RUNNING);
}

/* The end of the sentence, which tells what is wrong; "": nothing is known to be. */
static const char *more_text(struct qc_rule_context *context, const struct outgoing_row *row,
                             bool is_lost, struct qc_fact rest)
{
    const char *error = context->state->migration.outgoing.error;
    struct qemucore_thread *busy = find_busy_channel(context, row);
    return is_lost         ? ", and its thread is not there"
           : rest.is_known ? rest_text(context, rest)
           : busy != NULL
               ? qc_rule_format(context, ", and %s %s; %s whether it makes progress",
                                qc_rule_thread_label(context, busy), qc_rule_doing(context, busy),
                                qc_rule_dumps_dont_tell(context))
           : row->variant == QC_OUTGOING_FAILED && error != NULL
               ? qc_rule_format(context, ": %s", error)
               : "";
}

static void outgoing_report(struct qc_rule_context *context, const struct outgoing_row *row)
{
    /* The thread itself sets these states, and the next one. */
    bool is_lost = row->variant == QC_OUTGOING_ACTIVE &&
                   context->state->migration.outgoing.thread == NULL;
    struct qc_fact rest = rest_of(context, row);
    const char *more = more_text(context, row, is_lost, rest);
    struct qc_outgoing_call call = call_of_row(context, row);
    struct qemucore_finding *finding =
        call.thread == NULL
            ? qc_finding_report(context, "%s%s", row->sentence, more)
            : qc_finding_report(context, "%s: %s %s until %s", row->sentence,
                                qc_rule_thread_label(context, call.thread),
                                call_text(context, call.thread), call.until);
    show_outgoing(finding);
    bool may_rest = rest.is_known || find_busy_channel(context, row) != NULL;
    if (is_lost || (may_rest && call.thread == NULL)) {
        qc_finding_doubt(finding);
    } else {
        qc_finding_set_actor_side(finding, call.thread == NULL ? row->actor : call.actor);
    }
    if (call.thread != NULL && row->variant == QC_OUTGOING_CONNECTS) {
        qc_evidence_add_thread(finding, call.thread);
    }
    if (call.thread != NULL || row == &row_of_cpr) {
        qc_finding_set_severity(finding, QC_SEVERITY_WAITING);
    }
    if (call.thread != NULL) {
        qc_finding_set_next(finding, "%s", call.next);
    }
    if (row == &row_of_ack) {
        show_ack(finding);
    }
}

/* Without debug info only the thread and its call show a migration. */
static void outgoing_report_thread(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    qc_vec_each(threads, thread) {
        if (thread->role != QC_ROLE_MIGRATION ||
            qc_rule_wait(context, thread)->state != QC_WAIT_SYSCALL) {
            continue;
        }
        struct qemucore_finding *finding = qc_finding_report(
            context, "an outgoing migration: %s is in %s", qc_rule_thread_label(context, thread),
            qc_rule_wait(context, thread)->sentence);
        qc_finding_set_severity(finding, QC_SEVERITY_WARNING);
        qc_evidence_add_thread(finding, thread);
        qc_finding_set_actor(finding, "%s", qc_outgoing_call_of(context, thread).actor);
    }
}

/* savevm also sets the state, and sends to nobody (migration/savevm.c, qemu_savevm_state). */
static bool saves_snapshot(const struct qc_rule_context *context)
{
    struct qemucore_thread *thread = context->state->main_loop.thread;
    return thread != NULL && (qc_thread_find_frame(thread, "save_snapshot") != NULL ||
                              qc_thread_find_frame(thread, "qemu_savevm_state") != NULL);
}

void qc_condition_outgoing(struct qc_rule_context *context)
{
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    if (outgoing->state == NULL && context->rule->variant.outgoing == QC_OUTGOING_ACTIVE) {
        outgoing_report_thread(context);
    }
    const struct outgoing_row *row =
        qc_array_find(outgoing_rows, at, qc_str_is(outgoing->state, at->state));
    row = row == NULL ? NULL : refine_row(context, row);
    if (row != NULL && row->variant == context->rule->variant.outgoing &&
        !saves_snapshot(context)) {
        outgoing_report(context, row);
    }
}

/* ---- threads that wait for the end of a thread ---------------------------------------------- */

/* The thread of the return path ends with the destination's last word (MIG_RP_MSG_SHUT). While only
   the migration's own thread waits for that, and without the BQL, QEMU itself goes on. */
static void join_blame(struct qemucore_finding *finding, const struct qemucore_edge *edge)
{
    struct qc_rule_context *context = finding->context;
    const struct qemucore_lock *bql = qc_rule_bql(context);
    if (edge->holder->role != QC_ROLE_MIGRATION_RETURN_PATH ||
        !qc_outgoing_call_receives(qc_rule_wait(context, edge->holder))) {
        qc_finding_set_actor_of(finding, edge->holder);
        return;
    }
    qc_finding_set_actor_side(finding, "The destination must answer.");
    qc_finding_set_next(finding, "%s", QC_OUTGOING_CALL_NEXT);
    if (edge->waiter->role == QC_ROLE_MIGRATION && (bql == NULL || bql->owner != edge->waiter)) {
        qc_finding_set_severity(finding, QC_SEVERITY_WAITING);
    }
}

/* migration/multifd.c and migration.c, at the end of a migration. */
void qc_condition_migration_join(struct qc_rule_context *context)
{
    static const char *const functions[] = {
        "multifd_save_cleanup", "multifd_send_shutdown",  "multifd_load_cleanup",
        "multifd_recv_cleanup", "migrate_fd_cleanup",     "migration_cleanup",
        "migration_shutdown",   "await_return_path_close_on_source", "close_return_path_on_source",
        "postcopy_ram_incoming_cleanup", "stop_return_path_thread_on_source",
        "multifd_send_terminate_threads", "postcopy_incoming_cleanup", "colo_incoming_co",
        "compress_threads_save_cleanup", "compress_threads_load_cleanup", NULL,
    };
    const struct qc_wait_graph *graph = context->graph;
    qc_vec_each(&graph->edges, edge) {
        struct qemucore_frame *frame = qc_rule_frame(edge->waiter, functions);
        const struct qemucore_wait *wait =
            edge->holder == NULL ? NULL : qc_rule_wait(context, edge->holder);
        if (edge->lock->kind != QC_LOCK_THREAD || frame == NULL || wait == NULL ||
            (wait->state != QC_WAIT_SYSCALL && wait->state != QC_WAIT_BLOCKED)) {
            continue;
        }
        struct qemucore_finding *finding =
            qc_finding_report(context,
                              "%s winds up a migration (%s) and waits for the end of %s, which "
                              "is asleep",
                              qc_rule_thread_label(context, edge->waiter),
                              qc_rule_function(context, frame),
                              qc_rule_thread_label(context, edge->holder));
        qc_evidence_add_thread(finding, edge->waiter);
        qc_evidence_add_thread(finding, edge->holder);
        join_blame(finding, edge);
    }
}
