/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_migration - a migration, outgoing or incoming: its progress, why it failed, and who must act
 * for it to go on
 */
#include <errno.h>
#include <string.h>

#include "verdict/rules/condition.h"
#include "verdict/rules/outgoing_call.h"
#include "verdict/verdict_limits.h"

/* ---- incoming ------------------------------------------------------------------------------- */

/* migration/migration.c, process_incoming_migration_co: after a failure it calls exit(), always up
   to 9.0, later unless told to stay (exit-on-error, dbea1c89da). */
static bool has_exited(struct qc_rule_context *context)
{
    static const char *const ends[] = {"exit", "_exit", "run_exit_handlers", NULL};
    struct qemucore_thread *thread = context->state->main_loop.thread;
    return thread != NULL && qc_vec_any(&qc_thread_stack(thread)->frames, frame,
                                        qc_frame_is_one_of_libc(frame, ends));
}

/* Why the migration failed. */
enum failure_kind {
    FAILURE_UNKNOWN,
    FAILURE_CONNECTION, /* the connection ended */
    FAILURE_STREAM,     /* the stream could not be loaded */
    FAILURE_EITHER,     /* one of the two */
};

struct failure {
    bool exits; /* QEMU is about to exit because of the failure */
    enum failure_kind kind;
    const char *what;       /* "Input/output error", or all that the text has; NULL: not known */
    struct qc_crash_message output; /* last output of the main thread, if it is about the failure */
};

static const char loading[] = "load of migration failed: ";

/* Returns the error in the text of process_incoming_migration_co, made by strerror(); 0: none. */
static int errno_of_text(const char *text)
{
    const char *start = text == NULL ? NULL : strstr(text, loading);
    int found = 0;
    size_t longest = 0;
    for (int i = 1; start != NULL && i <= QC_LIMIT_ERRNO; i++) {
        const char *name = strerrordesc_np(i);
        size_t length = name == NULL ? 0 : strlen(name);
        if (length > longest && strncmp(start + strlen(loading), name, length) == 0) {
            found = i;
            longest = length;
        }
    }
    return found;
}

static int errno_of_file(const struct qc_migration_file *file)
{
    int64_t error = (int64_t)file->last_error.value;
    bool makes_sense = file->last_error.is_known && error < 0 && error >= -QC_LIMIT_ERRNO;
    return makes_sense && strerrordesc_np((int)-error) != NULL ? (int)-error : 0;
}

/* "Read section footer failed: -5" */
static bool has_eio(const char *text)
{
    const char *found = strstr(text, ": -5");
    return found != NULL && strspn(found + 4, "0123456789") == 0;
}

/*
 * qemu_fill_buffer() reports a connection that ended, broke or was shut down as EIO, whatever
 * read() returned (migration/qemu-file.c). What can't be loaded has another error, mostly EINVAL. The
 * QEMUFile keeps the first error, also of loading (ccb783c312). The text has the error of an upper
 * layer: a section footer that does not arrive is EINVAL there; from 10.2 on the text also has some
 * of the reasons (deecb4e713).
 *
 * A QEMUFile that QEMU has closed before exit() is freed. Its last_error, after its buffer of 32
 * KiB, stays until that much memory is allocated.
 */
static void classify_failure(struct qc_rule_context *context, struct failure *failure)
{
    const char *error = context->state->migration.outgoing.error;
    const char *text = errno_of_text(error) != 0 ? error : failure->output.text;
    int number = errno_of_file(&context->state->migration.incoming.from_source);
    if (number != 0) {
        failure->kind = number == EIO ? FAILURE_CONNECTION : FAILURE_STREAM;
        failure->what = strerrordesc_np(number);
    } else if ((number = errno_of_text(text)) != 0) {
        failure->kind = number == EIO || has_eio(text) ? FAILURE_CONNECTION : FAILURE_EITHER;
        failure->what = strstr(text, loading) + strlen(loading);
    }
}

/* Returns false if the migration has not failed. A destination that is told to quit also calls
   exit(), from its main(). Without debug info only the last output tells. */
static bool find_failure(struct qc_rule_context *context, struct failure *failure)
{
    static const char *const states[] = {"failed", "failing", NULL};
    *failure = (struct failure){0};
    if (has_exited(context)) {
        qc_printed_find(context->process, context->state->main_loop.thread,
                        &failure->output);
        if (errno_of_text(failure->output.text) == 0) {
            failure->output = (struct qc_crash_message){0};
        }
        failure->exits =
            context->state->migration.incoming.in_coroutine || failure->output.text != NULL;
    }
    if (!failure->exits && !qc_text_is_one_of(context->state->migration.incoming.state, states)) {
        return false;
    }
    classify_failure(context, failure);
    return true;
}

static void show_incoming(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    const struct qc_migration_incoming *incoming = &context->state->migration.incoming;
    if (incoming->state != NULL) {
        qc_evidence_add(
            context, finding,
            (struct qc_subject){.field = "current_incoming->state", .address = incoming->address},
            "the incoming migration is in state %s", incoming->state);
    }
    if (incoming->uri != NULL) {
        qc_evidence_add(context, finding, (struct qc_subject){0},
                        "QEMU was started with -incoming %s", incoming->uri);
    }
    if (incoming->from_source.address.is_known) {
        qc_evidence_add(context, finding,
                        (struct qc_subject){.field = "current_incoming->from_src_file",
                                            .address = incoming->from_source.address.value},
                        incoming->from_source.address.value == 0 ? "no connection from the source"
                                                                 : "a connection from the source");
    }
    int number = errno_of_file(&incoming->from_source);
    if (number != 0) {
        qc_evidence_add(
            context, finding,
            (struct qc_subject){.field = "current_incoming->from_src_file->last_error"}, "%s: %s",
            number == EIO ? "that connection has failed" : "what came by it could not be loaded",
            strerrordesc_np(number));
    }
    qc_evidence_add_run_state(context, finding);
}

static void incoming_report_idle(struct qc_rule_context *context)
{
    const struct qc_migration_incoming *incoming = &context->state->migration.incoming;
    bool deferred = qc_text_is(incoming->uri, "defer") && qc_fact_is_zero(incoming->listener) &&
                    qc_text_is(incoming->state, "none");
    struct qemucore_finding *finding = qc_finding_report(
        context, deferred ? "a migration destination that has not been told yet where to listen"
                          : "a migration destination whose source has not connected");
    show_incoming(context, finding);
    if (deferred) {
        qc_finding_set_actor(context, finding,
                             "The management must act next: migrate-incoming must come.");
    } else {
        qc_finding_set_actor_side(context, finding, "The source must act next.");
    }
    qc_evidence_add_at_rest(context, finding);
    qc_finding_set_next(
        context, finding,
        "Look at the source: query-migrate there, and whether it reaches this host's port.");
}

/* migration/colo.c: a side that has lost the other keeps its state and waits until the management
   decides which of the two shall live on. Nothing else ends that. */
#define COLO_ACTOR "The management must act next: x-colo-lost-heartbeat must come to the side that shall live on."

static void incoming_report_alone(struct qc_rule_context *context)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "a secondary of COLO has lost its primary, and waits for a failover");
    show_incoming(context, finding);
    qc_finding_set_actor(context, finding, COLO_ACTOR);
}

/* An error noted means that the migration ends, or that its postcopy phase is paused: at once, as a
   rule, so that only a second dump tells whether that hangs. Up to the postcopy phase the source has
   the whole guest; from then on neither side has it (docs/devel/migration/postcopy.rst). */
static void incoming_report_broken(struct qc_rule_context *context, int number)
{
    const struct qc_migration_incoming *incoming = &context->state->migration.incoming;
    bool is_postcopy = qc_text_begins(incoming->state, "postcopy");
    struct qemucore_finding *finding = qc_finding_report(
        context, "a migration destination in state %s: %s", incoming->state,
        number == EIO ? "its connection has failed"
                      : "what the source has sent could not be loaded");
    show_incoming(context, finding);
    qc_finding_doubt(finding);
    qc_finding_set_actor(context, finding, "This process must %s the migration.",
                         is_postcopy ? "pause" : "end");
    qc_finding_set_next(context, finding, "%s %s",
                        is_postcopy ? "Do not end this process: the guest runs here, and only here "
                                      "are the pages that it has written since. Look at the source's "
                                      "query-migrate, and at the network in between."
                                    : "Look at the source: query-status there tells whether it still "
                                      "has the guest; if so, this destination can be ended, and "
                                      "started anew.",
                        QC_RULE_SECOND_DUMP);
}

static void incoming_report_active(struct qc_rule_context *context)
{
    const struct qc_migration_incoming *incoming = &context->state->migration.incoming;
    int number = errno_of_file(&incoming->from_source);
    if (number != 0 && qc_text_is(incoming->state, "colo")) {
        incoming_report_alone(context);
        return;
    } else if (number != 0) {
        incoming_report_broken(context, number);
        return;
    }
    struct qemucore_finding *finding =
        qc_finding_report(context, "a migration destination in state %s: %s", incoming->state,
                          incoming->in_coroutine ? "it is loading what the source has sent"
                                                 : "it waits for what the source sends next");
    show_incoming(context, finding);
    qc_finding_set_actor_side(context, finding,
                              incoming->in_coroutine ? "This process is at work on it."
                                                     : "The source must act next.");
}

static const char *const states_new[] = {"none", "setup", NULL};
static const char *const states_active[] = {"active", "device", "postcopy-active",
                                            "postcopy-device", "postcopy-recover",
                                            "postcopy-recover-setup", "colo", NULL};

static void incoming_report_paused(struct qc_rule_context *context)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "a postcopy migration is paused, and this is its destination: the "
                 "guest stands still where it lacks a page");
    show_incoming(context, finding);
    qc_finding_set_actor(context, finding,
                         "The management must act next: migrate-recover here, then migrate "
                         "with resume on the source.");
}

static void incoming_report_failed(struct qc_rule_context *context, const struct failure *failure)
{
    static const char *const sentences[] = {
        [FAILURE_UNKNOWN] = "",
        [FAILURE_CONNECTION] = ": the connection from the source has ended half-way",
        [FAILURE_STREAM] = ": what the source has sent could not be loaded",
        [FAILURE_EITHER] = ": what the source has sent could not be loaded, or has ended too early",
    };
    if ((context->rule->variant.incoming == QC_INCOMING_CUT) !=
        (failure->kind == FAILURE_CONNECTION)) {
        return;
    }
    struct qemucore_finding *finding =
        qc_finding_report(context, "the incoming migration has failed%s%s%s%s, and %s",
                          sentences[failure->kind], failure->what == NULL ? "" : " (",
                          qc_text_or(failure->what, ""), failure->what == NULL ? "" : ")",
                          failure->exits ? "QEMU is about to exit for it"
                                         : "nothing more will come");
    show_incoming(context, finding);
    if (context->state->migration.outgoing.error != NULL) {
        qc_evidence_add(context, finding, (struct qc_subject){.field = "current_migration->error"},
                        "its error: %s", context->state->migration.outgoing.error);
    }
    if (failure->output.text != NULL) {
        qc_evidence_add(context, finding, (struct qc_subject){.address = failure->output.address},
                        "printed last, by %s: %s", failure->output.from, failure->output.text);
    }
    qc_finding_set_actor(context, finding,
                         "The management must act next: start this destination anew.");
}

static bool is_connected(const struct qc_rule_context *context)
{
    static const char *const connecting[] = {"migration_channel_process_incoming",
                                             "migration_ioc_process_incoming",
                                             "migration_channel_read_peek", NULL};
    struct qemucore_thread *thread = context->state->main_loop.thread;
    return qc_fact_is_set(context->state->migration.incoming.from_source.address) ||
           (thread != NULL && qc_rule_frame(thread, connecting) != NULL);
}

static void incoming_check_failed(struct qc_rule_context *context)
{
    struct failure failure;
    if (find_failure(context, &failure)) {
        incoming_report_failed(context, &failure);
    }
}

void qc_condition_incoming(struct qc_rule_context *context)
{
    const char *state = context->state->migration.incoming.state;
    bool is_awaited = context->state->runstate.state == QC_RUN_STATE_INMIGRATE &&
                      qc_text_is_one_of(state, states_new);
    switch (context->rule->variant.incoming) {
    case QC_INCOMING_IDLE:
        if (is_awaited && !is_connected(context) && !has_exited(context)) {
            incoming_report_idle(context);
        }
        break;
    case QC_INCOMING_ACTIVE:
        if ((qc_text_is_one_of(state, states_active) || (is_awaited && is_connected(context))) &&
            !has_exited(context)) {
            incoming_report_active(context);
        }
        break;
    case QC_INCOMING_POSTCOPY_PAUSED:
        if (qc_text_is(state, "postcopy-paused")) {
            incoming_report_paused(context);
        }
        break;
    case QC_INCOMING_FAILED:
    case QC_INCOMING_CUT:
        incoming_check_failed(context);
        break;
    }
}

/* ---- outgoing ------------------------------------------------------------------------------- */

/* 9.1 renamed the thread (60ce47675d): reports and scripts may have the older name. */
static void show_older_name(struct qc_rule_context *context, struct qemucore_finding *finding,
                            const struct qemucore_thread *thread)
{
    if (qc_text_is(thread->name, "mig/src/main")) {
        qc_evidence_add(context, finding, (struct qc_subject){0},
                        "mig/src/main is called live_migration up to QEMU 9.0");
    }
}

static void show_outgoing(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    qc_evidence_add(
        context, finding,
        (struct qc_subject){.field = "current_migration->state", .address = outgoing->address},
        "the outgoing migration is in state %s", outgoing->state);
    if (outgoing->error != NULL) {
        qc_evidence_add(context, finding, (struct qc_subject){.field = "current_migration->error"},
                        "its error: %s", outgoing->error);
    }
    if (outgoing->thread != NULL) {
        qc_evidence_add_thread(context, finding, outgoing->thread);
        show_older_name(context, finding, outgoing->thread);
    }
    for (size_t i = 0; i < outgoing->multifd.channels.count; i++) {
        if (outgoing->multifd.channels.items[i].thread != NULL) {
            qc_evidence_add_thread(context, finding, outgoing->multifd.channels.items[i].thread);
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
     "The management must act next: migrate-continue must come."},
    {"postcopy-paused", QC_OUTGOING_POSTCOPY_PAUSED,
     "a postcopy migration is paused, and this is its source",
     "The management must act next: migrate-recover on the destination, then migrate with resume "
     "here."},
    {"cancelling", QC_OUTGOING_ENDING, "an outgoing migration is being cancelled",
     "Its threads must end."},
    {"failing", QC_OUTGOING_ENDING, "an outgoing migration has failed, and is being wound up",
     "Its threads must end."},
    {"failed", QC_OUTGOING_FAILED, "the last outgoing migration has failed",
     "The management may act next: migrate again."},
};

/* migration.c, qmp_migrate, from 10.0 on: cpr-transfer connects nothing until the destination has
   read the CPR state and closed the socket that it came by. No thread's call shows it. */
static const struct outgoing_row row_of_cpr = {
    "setup", QC_OUTGOING_CONNECTS,
    "an outgoing migration (cpr-transfer) waits until the destination has read the CPR state",
    "The destination must read the CPR state, and close its socket."};

static const struct outgoing_row row_of_lost_colo = {
    "colo", QC_OUTGOING_WAITS, "a primary of COLO has lost its secondary, and waits for a failover",
    COLO_ACTOR};

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
    bool has_lost_peer = errno_of_file(&outgoing->to_destination) != 0 ||
                         errno_of_file(&outgoing->from_destination) != 0;
    return qc_fact_is_set(outgoing->hup_source) && row->variant == QC_OUTGOING_CONNECTS
               ? &row_of_cpr
           : has_lost_peer && qc_text_is(row->state, "colo")     ? &row_of_lost_colo
           : qc_text_is(row->state, "active") && awaits_ack(context) ? &row_of_ack
                                                                     : row;
}

static void show_ack(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    qc_finding_end_signature(finding);
    qc_evidence_add(context, finding,
                    (struct qc_subject){.field = "current_migration->capabilities"},
                    "switchover-ack is on, and no such answer has come; pages of RAM left: %s, and "
                    "the guest may be stopped for up to %s bytes",
                    qc_rule_number(context, outgoing->progress.dirty_pages),
                    qc_rule_number(context, outgoing->threshold_bytes));
    qc_finding_set_next(context, finding, "%s", QC_OUTGOING_CALL_NEXT);
}

/* "is in sendmsg, fd 21", "is asleep on QemuSemaphore current_migration->rp_state.rp_sem". */
static const char *call_text(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    return qc_rule_format(context, "%s %s",
                          wait->state == QC_WAIT_BLOCKED ? "is asleep on" : "is in",
                          wait->sentence);
}

static void outgoing_report(struct qc_rule_context *context, const struct outgoing_row *row)
{
    const char *error = context->state->migration.outgoing.error;
    /* The thread itself sets these states, and the next one. */
    bool is_lost = row->variant == QC_OUTGOING_ACTIVE &&
                   context->state->migration.outgoing.thread == NULL;
    const char *more = is_lost ? ", and its thread is not there"
                       : row->variant == QC_OUTGOING_FAILED && error != NULL
                           ? qc_rule_format(context, ": %s", error)
                           : "";
    /* cancelling shuts a socket down, which ends the call, but no pipe (migrate_cancel). */
    bool sends = row->variant == QC_OUTGOING_ACTIVE || row->variant == QC_OUTGOING_CONNECTS ||
                 row->variant == QC_OUTGOING_ENDING;
    struct qc_outgoing_call call = {0};
    if (sends) {
        call = qc_outgoing_call_find(context, row->variant == QC_OUTGOING_CONNECTS);
    }
    struct qemucore_finding *finding =
        call.thread == NULL
            ? qc_finding_report(context, "%s%s", row->sentence, more)
            : qc_finding_report(context, "%s: %s %s until %s", row->sentence,
                                qc_rule_thread_label(context, call.thread),
                                call_text(context, call.thread), call.until);
    show_outgoing(context, finding);
    if (is_lost) {
        qc_finding_doubt(finding);
    } else {
        qc_finding_set_actor_side(context, finding, call.thread == NULL ? row->actor : call.actor);
    }
    if (call.thread != NULL && row->variant == QC_OUTGOING_CONNECTS) {
        qc_evidence_add_thread(context, finding, call.thread);
    }
    if (call.thread != NULL || row == &row_of_cpr) {
        qc_finding_set_severity(finding, QC_SEVERITY_WAITING);
    }
    if (call.thread != NULL) {
        qc_finding_set_next(context, finding, "%s", call.next);
    }
    if (row == &row_of_ack) {
        show_ack(context, finding);
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
        qc_evidence_add_thread(context, finding, thread);
        qc_finding_set_actor(context, finding, "%s", qc_outgoing_call_of(context, thread).actor);
    }
}

void qc_condition_outgoing(struct qc_rule_context *context)
{
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    if (outgoing->state == NULL && context->rule->variant.outgoing == QC_OUTGOING_ACTIVE) {
        outgoing_report_thread(context);
    }
    const struct outgoing_row *row =
        qc_array_find(outgoing_rows, at, qc_text_is(outgoing->state, at->state));
    row = row == NULL ? NULL : refine_row(context, row);
    if (row != NULL && row->variant == context->rule->variant.outgoing) {
        outgoing_report(context, row);
    }
}

/* ---- threads that wait for the end of a thread ---------------------------------------------- */

/* The thread of the return path ends with the destination's last word (MIG_RP_MSG_SHUT). While only
   the migration's own thread waits for that, and without the BQL, QEMU itself goes on. */
static void join_blame(struct qc_rule_context *context, struct qemucore_finding *finding,
                       const struct qemucore_edge *edge)
{
    const struct qemucore_lock *bql = qc_rule_bql(context);
    if (edge->holder->role != QC_ROLE_MIGRATION_RETURN_PATH ||
        !qc_outgoing_call_receives(qc_rule_wait(context, edge->holder))) {
        qc_finding_set_actor_of(context, finding, edge->holder);
        return;
    }
    qc_finding_set_actor_side(context, finding, "The destination must answer.");
    qc_finding_set_next(context, finding, "%s", QC_OUTGOING_CALL_NEXT);
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
        qc_evidence_add_thread(context, finding, edge->waiter);
        qc_evidence_add_thread(context, finding, edge->holder);
        join_blame(context, finding, edge);
    }
}
