/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_incoming - an incoming migration: what it waits for, and why it failed
 */
#include <errno.h>
#include <string.h>

#include "rules/condition.h"
#include "rules/incoming_channels.h"
#include "rules/receiver.h"

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
    int number = qc_rule_file_error(&context->state->migration.incoming.from_source);
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
    if (!failure->exits && !qc_str_is_one_of(context->state->migration.incoming.state, states)) {
        return false;
    }
    classify_failure(context, failure);
    return true;
}

static void show_incoming(struct qemucore_finding *finding)
{
    const struct qc_migration_incoming *incoming = &finding->context->state->migration.incoming;
    if (incoming->state != NULL) {
        qc_evidence_add(
            finding,
            (struct qc_subject){.field = "current_incoming->state", .address = incoming->address},
            "the incoming migration is in state %s", incoming->state);
    }
    if (incoming->uri != NULL) {
        qc_evidence_add(finding, (struct qc_subject){0}, "QEMU was started with -incoming %s",
                        incoming->uri);
    }
    if (incoming->from_source.address.is_known) {
        qc_evidence_add(finding,
                        (struct qc_subject){.field = "current_incoming->from_src_file",
                                            .address = incoming->from_source.address.value},
                        incoming->from_source.address.value == 0 ? "no connection from the source"
                                                                 : "a connection from the source");
    }
    int number = qc_rule_file_error(&incoming->from_source);
    if (number != 0) {
        qc_evidence_add(
            finding, (struct qc_subject){.field = "current_incoming->from_src_file->last_error"},
            "%s: %s",
            number == EIO ? "that connection has failed" : "what came by it could not be loaded",
            strerrordesc_np(number));
    }
    qc_evidence_add_run_state(finding);
}

static void incoming_report_idle(struct qc_rule_context *context)
{
    const struct qc_migration_incoming *incoming = &context->state->migration.incoming;
    bool deferred = qc_str_is(incoming->uri, "defer") && qc_fact_is_zero(incoming->listener) &&
                    qc_str_is(incoming->state, "none");
    struct qemucore_finding *finding = qc_finding_report(
        context, deferred ? "a migration destination that has not been told yet where to listen"
                          : "a migration destination whose source has not connected");
    show_incoming(finding);
    if (deferred) {
        qc_finding_set_actor(finding,
                             "The management must act next: send migrate-incoming.");
    } else {
        qc_finding_set_actor_side(finding, "The source must act next.");
    }
    qc_evidence_add_at_rest(finding);
    qc_finding_set_next(
        finding,
        "Look at the source: query-migrate there, and whether it reaches this host's port.");
}

static void incoming_report_alone(struct qc_rule_context *context)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "a secondary of COLO has lost its primary, and waits for a failover");
    show_incoming(finding);
    qc_finding_set_actor(finding, QC_RULE_COLO_ACTOR);
}

/* An error noted means that the migration ends, or that its postcopy phase is paused: at once, as a
   rule, so that only a second dump tells whether that hangs. Up to the postcopy phase the source has
   the whole guest; from then on neither side has it (docs/devel/migration/postcopy.rst). */
static void incoming_report_broken(struct qc_rule_context *context, int number)
{
    const struct qc_migration_incoming *incoming = &context->state->migration.incoming;
    struct qemucore_finding *finding =
        qc_finding_report(context, "a migration destination in state %s: %s", incoming->state,
                          number == EIO ? "its connection has failed"
                                        : "what the source has sent could not be loaded");
    bool is_postcopy = qc_str_begins(incoming->state, "postcopy");
    show_incoming(finding);
    qc_finding_doubt(finding);
    qc_finding_set_actor(finding, "This process must %s the migration.",
                         is_postcopy ? "pause" : "end");
    qc_finding_set_next(finding, "%s %s",
                        is_postcopy
                            ? "Do not end this process: the guest runs here, and only here "
                              "are the pages that it has written since. Look at the source's "
                              "query-migrate, and at the network in between."
                            : "Look at the source: query-status there tells whether it still "
                              "has the guest; if so, this destination can be ended, and "
                              "started anew.",
                        QC_RULE_SECOND_DUMP);
}

/* How long the network takes for what is on its way is not known: no peer is called dead for it. */
static void incoming_report_channels(struct qc_rule_context *context,
                                     const struct qc_channels *channels)
{
    bool receives = channels->state == QC_CHANNELS_RECEIVE;
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "a migration destination in state %s: the main loop waits until the channels of multifd "
        "have received what the source sends%s",
        context->state->migration.incoming.state, receives ? "" : QC_RULE_ONE_DUMP);
    show_incoming(finding);
    qc_evidence_add_main(finding);
    qc_evidence_add_thread(finding, channels->thread);
    qc_evidence_add(finding, (struct qc_subject){0}, "QMP does not answer until then");
    qc_finding_set_actor_side(finding, "The source must send that.");
    qc_finding_set_next(finding, "Look at the source, and at the network in between. %s",
                        QC_RULE_SECOND_DUMP);
    if (!receives) {
        qc_finding_doubt(finding);
    }
}

static void incoming_report_active(struct qc_rule_context *context)
{
    const struct qc_migration_incoming *incoming = &context->state->migration.incoming;
    struct qc_channels channels = qc_incoming_channels(context);
    int number = qc_rule_file_error(&incoming->from_source);
    if (number != 0 && qc_str_is(incoming->state, "colo")) {
        incoming_report_alone(context);
        return;
    } else if (number != 0) {
        incoming_report_broken(context, number);
        return;
    } else if (channels.state != QC_CHANNELS_UNAWAITED) {
        incoming_report_channels(context, &channels);
        return;
    }
    bool is_at_work = incoming->in_coroutine || qc_receiver_of_incoming(context) != NULL;
    struct qemucore_finding *finding =
        qc_finding_report(context, "a migration destination in state %s: %s", incoming->state,
                          is_at_work ? "it is loading what the source has sent"
                                     : "it waits for what the source sends next");
    show_incoming(finding);
    qc_finding_set_actor_side(finding, is_at_work ? "This process is at work on it."
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
    show_incoming(finding);
    qc_finding_set_actor(finding,
                         "The management must act next: send migrate-recover here, then "
                         "migrate with resume to the source.");
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
                          qc_str_or(failure->what, ""), failure->what == NULL ? "" : ")",
                          failure->exits ? "QEMU is about to exit for it"
                                         : "nothing more will come");
    show_incoming(finding);
    if (context->state->migration.outgoing.error != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.field = "current_migration->error"},
                        "its error: %s", context->state->migration.outgoing.error);
    }
    if (failure->output.text != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.address = failure->output.address},
                        "printed last, by %s: %s", failure->output.from, failure->output.text);
    }
    qc_finding_set_actor(finding, "The management must act next: start this destination anew.");
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
                      qc_str_is_one_of(state, states_new);
    switch (context->rule->variant.incoming) {
    case QC_INCOMING_IDLE:
        if (is_awaited && !is_connected(context) && !has_exited(context)) {
            incoming_report_idle(context);
        }
        break;
    case QC_INCOMING_ACTIVE:
        if ((qc_str_is_one_of(state, states_active) || (is_awaited && is_connected(context))) &&
            !has_exited(context)) {
            incoming_report_active(context);
        }
        break;
    case QC_INCOMING_POSTCOPY_PAUSED:
        if (qc_str_is(state, "postcopy-paused")) {
            incoming_report_paused(context);
        }
        break;
    case QC_INCOMING_FAILED:
    case QC_INCOMING_CUT:
        incoming_check_failed(context);
        break;
    }
}
