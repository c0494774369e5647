/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_state - what the machine is: migrating, stopped, running, idle; and who has to act for it to
 * go on
 */
#include <inttypes.h>
#include <string.h>

#include "wait/rule.h"

static bool is_one_of(const char *text, const char *const *list)
{
    for (; text != NULL && *list != NULL; list++) {
        if (strcmp(text, *list) == 0) {
            return true;
        }
    }
    return false;
}

static bool is(const char *text, const char *other)
{
    return text != NULL && strcmp(text, other) == 0;
}

static void show_runstate(struct qc_look *look, struct qemucore_finding *finding)
{
    if (look->state->runstate.state != NULL) {
        qc_look_show(look, finding, (struct qc_clue){.field = "current_run_state"},
                     "the run state is %s", look->state->runstate.state);
    }
}

/* "8 vCPUs are parked: ...", how the BQL is, what RCU does: that nothing else is the matter. */
static void show_calm(struct qc_look *look, struct qemucore_finding *finding)
{
    const struct qc_vcpus *vcpus = &look->state->vcpus;
    const struct qc_main_loop *main_loop = &look->state->main_loop;
    size_t parked = 0;
    for (size_t i = 0; i < vcpus->list.count; i++) {
        parked += vcpus->list.items[i].place == QC_VCPU_PARKED ||
                  vcpus->list.items[i].place == QC_VCPU_TURN;
    }
    if (parked != 0 && parked == vcpus->list.count) {
        qc_look_show(look, finding, (struct qc_clue){0},
                     "%zu vCPU%s %s parked, asleep on %s halt_cond, because of the run state", parked,
                     parked == 1 ? "" : "s", parked == 1 ? "is" : "are",
                     parked == 1 ? "its" : "their");
    }
    if (main_loop->bql == QC_MAIN_LOOP_BQL_FREE) {
        qc_look_show(look, finding, (struct qc_clue){.address = main_loop->bql_address},
                     "the BQL is free; RCU: %s",
                     look->graph->rcu.sentence == NULL ? "what RCU does is not known"
                                                       : look->graph->rcu.sentence);
    }
}

/* ---- migration ------------------------------------------------------------------------------ */

/* migration/migration.c, process_incoming_migration_co, up to its exit(). */
static bool has_exited(struct qc_look *look)
{
    static const char *const ends[] = {"exit", "_exit", "run_exit_handlers", NULL};
    struct qemucore_thread *thread = look->state->main_loop.thread;
    struct qc_stack *stack = thread == NULL ? NULL : qc_thread_stack(thread);
    for (size_t i = 0; stack != NULL && i < stack->frames.count; i++) {
        for (const char *const *end = ends; *end != NULL; end++) {
            if (qc_frame_is_libc(&stack->frames.items[i], *end)) {
                return true;
            }
        }
    }
    return false;
}

static void show_incoming(struct qc_look *look, struct qemucore_finding *finding)
{
    const struct qc_migration_incoming *incoming = &look->state->migration.incoming;
    qc_look_show(look, finding,
                 (struct qc_clue){.field = "current_incoming->state", .address = incoming->address},
                 "the incoming migration is in state %s", incoming->state);
    if (incoming->uri != NULL) {
        qc_look_show(look, finding, (struct qc_clue){0}, "QEMU was started with -incoming %s",
                     incoming->uri);
    }
    if (incoming->from_source.address.is_known) {
        qc_look_show(look, finding,
                     (struct qc_clue){.field = "current_incoming->from_src_file",
                                      .address = incoming->from_source.address.value},
                     incoming->from_source.address.value == 0 ? "no connection from the source"
                                                              : "a connection from the source");
    }
    if (qc_fact_is_set(incoming->from_source.last_error)) {
        qc_look_show(look, finding,
                     (struct qc_clue){.field = "current_incoming->from_src_file->last_error"},
                     "that connection has failed: %s",
                     strerror((int)-(int64_t)incoming->from_source.last_error.value));
    }
    show_runstate(look, finding);
}

static void incoming_is_new(struct qc_look *look)
{
    const struct qc_migration_incoming *incoming = &look->state->migration.incoming;
    bool deferred = is(incoming->uri, "defer") && qc_fact_is_zero(incoming->listener) &&
                    is(incoming->state, "none");
    struct qemucore_finding *finding = qc_look_find(
        look, deferred ? "a migration destination that has not been told yet where to listen"
                       : "a migration destination whose source has not connected");
    show_incoming(look, finding);
    if (deferred) {
        qc_look_actor(look, finding, "The management must act next: migrate-incoming must come.");
    } else {
        qc_look_actor(look, finding, "The source must act next.");
    }
    show_calm(look, finding);
    qc_look_next(look, finding,
                 "Look at the source: query-migrate there, and whether it reaches this host's port.");
}

static void incoming_goes_on(struct qc_look *look)
{
    const struct qc_migration_incoming *incoming = &look->state->migration.incoming;
    bool broken = qc_fact_is_set(incoming->from_source.last_error);
    struct qemucore_finding *finding = qc_look_find(
        look, "a migration destination in state %s%s", incoming->state,
        broken                   ? ": its connection has failed"
        : incoming->in_coroutine ? ": it is loading what the source has sent"
                                 : ": it waits for what the source sends next");
    show_incoming(look, finding);
    if (finding != NULL && broken) {
        finding->severity = QC_SEVERITY_STUCK;
    }
    qc_look_actor(look, finding,
                  incoming->in_coroutine ? "This process is at it." : "The source must act next.");
}

static const char *const states_new[] = {"none", "setup", NULL};
static const char *const states_active[] = {"active", "device", "postcopy-active",
                                            "postcopy-device", "postcopy-recover",
                                            "postcopy-recover-setup", "colo", NULL};
static const char *const states_failed[] = {"failed", "failing", NULL};

/* kind 0: nobody has connected; 1: under way; 2: postcopy is paused; 3: failed. */
void qc_rule_incoming(struct qc_look *look)
{
    const struct qc_migration_incoming *incoming = &look->state->migration.incoming;
    bool expects = qc_runstate_is(&look->state->runstate, "inmigrate");
    bool is_new = is_one_of(incoming->state, states_new);
    bool connected = qc_fact_is_set(incoming->from_source.address);
    bool exits = expects && has_exited(look);
    bool failed = is_one_of(incoming->state, states_failed) || exits;
    if (look->rule->kind == 0 && expects && is_new && !connected && !failed) {
        incoming_is_new(look);
    } else if (look->rule->kind == 1 && !failed &&
               (is_one_of(incoming->state, states_active) || (expects && is_new && connected))) {
        incoming_goes_on(look);
    } else if (look->rule->kind == 2 && is(incoming->state, "postcopy-paused")) {
        struct qemucore_finding *finding =
            qc_look_find(look, "a postcopy migration is paused, and this is its destination: the "
                               "guest stands still where it lacks a page");
        show_incoming(look, finding);
        qc_look_actor(look, finding, "The management must act next: migrate-recover here, then "
                                     "migrate with resume on the source.");
    } else if (look->rule->kind == 3 && failed) {
        struct qemucore_finding *finding = qc_look_find(
            look, "the incoming migration has failed%s",
            exits ? ", and QEMU is about to exit for it" : ": nothing more will come");
        show_incoming(look, finding);
        if (look->state->migration.outgoing.error != NULL) {
            qc_look_show(look, finding, (struct qc_clue){.field = "current_migration->error"},
                         "its error: %s", look->state->migration.outgoing.error);
        }
        qc_look_actor(look, finding, "The management must act next: start this destination anew.");
    }
}

static void show_outgoing(struct qc_look *look, struct qemucore_finding *finding)
{
    const struct qc_migration_outgoing *outgoing = &look->state->migration.outgoing;
    qc_look_show(look, finding,
                 (struct qc_clue){.field = "current_migration->state", .address = outgoing->address},
                 "the outgoing migration is in state %s", outgoing->state);
    if (outgoing->error != NULL) {
        qc_look_show(look, finding, (struct qc_clue){.field = "current_migration->error"},
                     "its error: %s", outgoing->error);
    }
    if (outgoing->thread != NULL) {
        qc_look_show_thread(look, finding, outgoing->thread);
    }
    for (size_t i = 0; i < outgoing->multifd.channels.count; i++) {
        if (outgoing->multifd.channels.items[i].thread != NULL) {
            qc_look_show_thread(look, finding, outgoing->multifd.channels.items[i].thread);
        }
    }
}

/* State, how it is put, and who has to act. */
static const struct outgoing_row {
    const char *state;
    int kind; /* of the rule: 0 goes on, 1 waits for somebody, 2 is paused, 3 comes to no end */
    const char *sentence;
    const char *actor;
} outgoing_rows[] = {
    {"setup", 0, "an outgoing migration is being set up", "The destination must answer."},
    {"active", 0, "an outgoing migration is under way", "This process is at it."},
    {"device", 0, "an outgoing migration sends its devices", "This process is at it."},
    {"postcopy-active", 0, "an outgoing migration is in its postcopy phase",
     "This process is at it."},
    {"postcopy-device", 0, "an outgoing migration sends its devices before postcopy",
     "This process is at it."},
    {"postcopy-recover", 0, "an outgoing postcopy migration recovers", "This process is at it."},
    {"postcopy-recover-setup", 0, "an outgoing postcopy migration connects anew",
     "The destination must answer."},
    {"colo", 0, "COLO is under way", "This process is at it."},
    {"wait-unplug", 1, "an outgoing migration waits until the guest has let go of a device",
     "The guest must act next: it must unplug the device."},
    {"pre-switchover", 1, "an outgoing migration waits for the management before it switches over",
     "The management must act next: migrate-continue must come."},
    {"postcopy-paused", 2, "a postcopy migration is paused, and this is its source",
     "The management must act next: migrate-recover on the destination, then migrate with resume "
     "here."},
    {"cancelling", 3, "an outgoing migration is being cancelled", "Its threads must come to an end."},
    {"failing", 3, "an outgoing migration has failed, and is being wound up",
     "Its threads must come to an end."},
};

void qc_rule_outgoing(struct qc_look *look)
{
    const struct qc_migration_outgoing *outgoing = &look->state->migration.outgoing;
    for (size_t i = 0; i < sizeof(outgoing_rows) / sizeof(outgoing_rows[0]); i++) {
        const struct outgoing_row *row = &outgoing_rows[i];
        if (is(outgoing->state, row->state) && row->kind == look->rule->kind) {
            struct qemucore_finding *finding = qc_look_find(look, "%s", row->sentence);
            show_outgoing(look, finding);
            qc_look_actor(look, finding, "%s", row->actor);
        }
    }
}

/* ---- who waits for the end of a thread ------------------------------------------------------ */

/* migration/multifd.c and migration.c, at the end of a migration. */
void qc_rule_join(struct qc_look *look)
{
    static const char *const functions[] = {
        "multifd_save_cleanup", "multifd_send_shutdown",  "multifd_load_cleanup",
        "multifd_recv_cleanup", "migrate_fd_cleanup",     "migration_cleanup",
        "migration_shutdown",   "await_return_path_close_on_source", "close_return_path_on_source",
        "postcopy_ram_incoming_cleanup", NULL,
    };
    const struct qc_wait_graph *graph = look->graph;
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        struct qemucore_frame *frame = qc_look_frame(edge->waiter, functions);
        const struct qemucore_wait *wait =
            edge->holder == NULL ? NULL : qc_look_wait(look, edge->holder);
        if (edge->lock->kind != QC_LOCK_THREAD || frame == NULL || wait == NULL ||
            (wait->state != QC_WAIT_SYSCALL && wait->state != QC_WAIT_BLOCKED)) {
            continue;
        }
        struct qemucore_finding *finding =
            qc_look_find(look, "%s winds up a migration (%s) and waits for the end of %s, which "
                               "is asleep",
                         qc_look_who(look, edge->waiter), frame->function,
                         qc_look_who(look, edge->holder));
        qc_look_show_thread(look, finding, edge->waiter);
        qc_look_show_thread(look, finding, edge->holder);
    }
}

/* ---- the machine ---------------------------------------------------------------------------- */

/* qapi/run-state.json. */
static const struct runstate_row {
    const char *state;
    enum qc_severity severity;
    const char *sentence;
    const char *actor;
} runstate_rows[] = {
    {"running", QC_SEVERITY_NORMAL, "the guest is running", NULL},
    {"paused", QC_SEVERITY_WAITING, "the guest is paused",
     "Who has paused it must act next: cont must come."},
    {"prelaunch", QC_SEVERITY_WAITING, "the guest has not been started (-S)",
     "The management must act next: cont must come."},
    {"io-error", QC_SEVERITY_WAITING,
     "the guest is stopped because of an I/O error of one of its disks",
     "Somebody must repair its storage, then cont must come."},
    {"internal-error", QC_SEVERITY_WAITING,
     "the guest is stopped because its CPU could not be emulated any further",
     "Somebody must reset or end it: it can't go on."},
    {"guest-panicked", QC_SEVERITY_WAITING, "the guest has panicked, and is stopped",
     "Somebody must reset or end it."},
    {"watchdog", QC_SEVERITY_WAITING, "the guest is stopped by its watchdog",
     "Somebody must reset or continue it."},
    {"shutdown", QC_SEVERITY_WAITING, "the guest has shut down, and QEMU stays (-no-shutdown)",
     "The management must act next: quit or system_reset must come."},
    {"suspended", QC_SEVERITY_WAITING, "the guest sleeps (S3)",
     "Something must wake it: system_wakeup, or a device."},
    {"postmigrate", QC_SEVERITY_WAITING, "the guest has been migrated away",
     "The management must act next: quit must come."},
    {"finish-migrate", QC_SEVERITY_NORMAL, "the guest is stopped for the end of a migration", NULL},
    {"save-vm", QC_SEVERITY_NORMAL, "the guest's state is being saved", NULL},
    {"restore-vm", QC_SEVERITY_NORMAL, "the guest's state is being restored", NULL},
    {"debug", QC_SEVERITY_WAITING, "the guest is stopped for a debugger",
     "The debugger must act next."},
    {"colo", QC_SEVERITY_WAITING, "the guest is stopped by COLO", "The primary must act next."},
    {"preconfig", QC_SEVERITY_WAITING, "the machine is not made yet (-preconfig)",
     "The management must act next: x-exit-preconfig must come."},
};

void qc_rule_runstate(struct qc_look *look)
{
    const struct qc_runstate *runstate = &look->state->runstate;
    if (runstate->state == NULL) {
        qc_look_unknown(look, "whether the guest runs or is stopped: %s",
                        runstate->why_absent == NULL ? "the run state is not known"
                                                     : runstate->why_absent);
    }
    for (size_t i = 0; i < sizeof(runstate_rows) / sizeof(runstate_rows[0]); i++) {
        const struct runstate_row *row = &runstate_rows[i];
        if (!is(runstate->state, row->state)) {
            continue;
        }
        struct qemucore_finding *finding = qc_look_find(look, "%s", row->sentence);
        if (finding != NULL) {
            finding->severity = row->severity;
        }
        show_runstate(look, finding);
        if (row->severity == QC_SEVERITY_WAITING) {
            show_calm(look, finding);
        }
        if (row->actor != NULL) {
            qc_look_actor(look, finding, "%s", row->actor);
        }
    }
}

/* Without the run state, the command line is all that tells. */
static void show_incoming_argument(struct qc_look *look, struct qemucore_finding *finding)
{
    const char *uri = look->state->migration.incoming.uri;
    if (look->state->runstate.state == NULL && uri != NULL) {
        qc_look_show(look, finding, (struct qc_clue){0},
                     "QEMU was started with -incoming %s: if its source has not connected or not "
                     "finished, that is whom it waits for",
                     uri);
    }
}

/* Where the main loop is, when nothing is the matter with it. */
void qc_rule_idle(struct qc_look *look)
{
    const struct qc_main_loop *main_loop = &look->state->main_loop;
    struct qemucore_finding *finding = NULL;
    switch (main_loop->place) {
    case QC_MAIN_LOOP_POLL:
        finding = qc_look_find(look, "the main loop waits for something to do%s",
                               look->state->runstate.state != NULL
                                   ? ""
                                   : ", and no thread is found stuck; but whether the guest runs, is "
                                     "stopped, or is being migrated can't be told");
        show_incoming_argument(look, finding);
        break;
    case QC_MAIN_LOOP_LOCK:
        finding = qc_look_find(look, "the main loop goes round, and is about to take the BQL");
        break;
    case QC_MAIN_LOOP_CALLBACK:
        finding = qc_look_find(look, "the main loop is at work%s%s",
                               main_loop->function == NULL ? "" : ", in ",
                               main_loop->function == NULL ? "" : main_loop->function);
        break;
    case QC_MAIN_LOOP_STARTING:
        finding = qc_look_find(look, "QEMU is starting or ending%s%s",
                               main_loop->function == NULL ? "" : ", in ",
                               main_loop->function == NULL ? "" : main_loop->function);
        break;
    case QC_MAIN_LOOP_NESTED:
        return;
    case QC_MAIN_LOOP_UNKNOWN:
        qc_look_unknown(look, "what the main loop does: %s",
                        main_loop->why_absent == NULL ? "it is not found" : main_loop->why_absent);
        return;
    }
    qc_look_show_thread(look, finding, main_loop->thread);
}
