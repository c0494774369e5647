/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_run_state - the run state of the machine: running, stopped, and who must act for it to go on
 */
#include <inttypes.h>

#include "base/base.h"
#include "findings/findings.h"
#include "requests/requests.h"
#include "rules/condition.h"

/* ---- the machine ---------------------------------------------------------------------------- */

/* qapi/run-state.json. */
static const struct runstate_row {
    enum qc_run_state state;
    enum qc_severity severity;
    const char *sentence;
    const char *actor;
} runstate_rows[] = {
    {QC_RUN_STATE_RUNNING, QC_SEVERITY_NORMAL, "the guest is running", NULL},
    {QC_RUN_STATE_PAUSED, QC_SEVERITY_WAITING, "the guest is paused",
     "Whoever has paused it must act next: send cont."},
    {QC_RUN_STATE_PRELAUNCH, QC_SEVERITY_WAITING, "the guest has not been started",
     "The management must act next: send cont."},
    {QC_RUN_STATE_IO_ERROR, QC_SEVERITY_WAITING,
     "the guest is stopped because of an I/O error of one of its disks",
     "Somebody must repair its storage, then send cont."},
    {QC_RUN_STATE_INTERNAL_ERROR, QC_SEVERITY_WAITING,
     "the guest is stopped because its CPU could not be emulated any further",
     "Somebody must reset or end it: it can't go on."},
    {QC_RUN_STATE_GUEST_PANICKED, QC_SEVERITY_WAITING, "the guest has panicked, and is stopped",
     "Somebody must reset or end it."},
    {QC_RUN_STATE_WATCHDOG, QC_SEVERITY_WAITING, "the guest is stopped by its watchdog",
     "Somebody must reset or continue it."},
    {QC_RUN_STATE_SHUTDOWN, QC_SEVERITY_WAITING, "the guest has shut down",
     "The management must act next: send quit or system_reset."},
    {QC_RUN_STATE_SUSPENDED, QC_SEVERITY_WAITING, "the guest sleeps (S3)",
     "Something must wake it: system_wakeup, or a device."},
    {QC_RUN_STATE_POSTMIGRATE, QC_SEVERITY_WAITING, "the guest has been migrated away",
     "The management must act next: send quit."},
    {QC_RUN_STATE_FINISH_MIGRATE, QC_SEVERITY_NORMAL,
     "the guest is stopped for the end of a migration", NULL},
    {QC_RUN_STATE_SAVE_VM, QC_SEVERITY_NORMAL, "the guest's state is being saved", NULL},
    {QC_RUN_STATE_RESTORE_VM, QC_SEVERITY_NORMAL, "the guest's state is being restored", NULL},
    {QC_RUN_STATE_DEBUG, QC_SEVERITY_WAITING, "the guest is stopped for a debugger",
     "The debugger must act next."},
    {QC_RUN_STATE_COLO, QC_SEVERITY_WAITING, "the guest is stopped for a checkpoint of COLO",
     "The primary and the secondary must end that checkpoint."},
    {QC_RUN_STATE_PRECONFIG, QC_SEVERITY_WAITING, "the machine is not made yet (-preconfig)",
     "The management must act next: send x-exit-preconfig."},
};

/*
 * QEMU leaves these states by itself, once what they were set for is done. Here nobody does it.
 * hmp_loadvm(), snapshot_load_job_bh() and replay_seek() let the guest go on only if its state could
 * be loaded. At the end of a migration, cont is refused (monitor/qmp-cmds.c, qmp_cont).
 */
static const struct abandoned_row {
    struct runstate_row row;
    const char *workers[4]; /* functions of the main thread that do it; NULL ends the list */
} abandoned_rows[] = {
    {{QC_RUN_STATE_INMIGRATE, QC_SEVERITY_WARNING,
      "the guest has come in by a migration that is over, and has not been started", NULL},
     {"process_incoming_migration_bh", NULL}},
    {{QC_RUN_STATE_FINISH_MIGRATE, QC_SEVERITY_WARNING,
      "the guest is stopped for the end of a migration, and none is under way", NULL},
     {NULL}},
    {{QC_RUN_STATE_SAVE_VM, QC_SEVERITY_WARNING,
      "the guest is stopped for its state to be saved, and nothing saves it",
      "The management may act next: send cont."},
     {"save_snapshot", "qmp_dump_guest_memory", "qmp_xen_save_devices_state", NULL}},
    {{QC_RUN_STATE_RESTORE_VM, QC_SEVERITY_WAITING,
      "the guest is stopped, since its state could not be restored (loadvm, snapshot-load)",
      "The management must act next: send cont, or a loadvm that succeeds."},
     {"load_snapshot", "hmp_loadvm", "snapshot_load_job_bh", NULL}},
};

/* Proxmox VE (migration/savevm-async.c): savevm-start without a file stops the guest while others take
   snapshots of its disks. */
static const struct runstate_row snapshot_row = {
    QC_RUN_STATE_SAVE_VM, QC_SEVERITY_WAITING,
    "the guest is stopped for snapshots of its disks (savevm-start)",
    "The management must act next: send savevm-end."};

static bool has_savevm_end(const struct qc_rule_context *context)
{
    struct qemucore_module *executable = qc_modules_executable(context->process->modules);
    struct qc_symbol symbol;
    return executable != NULL && qc_symbols_by_name(executable, "qmp_savevm_end", &symbol);
}

/* One that has failed, or not begun, is another rule's. */
static bool is_incoming_over(const struct qc_migration_incoming *incoming)
{
    static const char *const ended[] = {"completed", "cancelled", NULL};
    return incoming->state == NULL || qc_str_is_one_of(incoming->state, ended);
}

static bool is_outgoing_over(const struct qc_migration_outgoing *outgoing)
{
    static const char *const ended[] = {"none", "completed", "cancelled", "failed", NULL};
    return outgoing->thread == NULL &&
           (outgoing->state == NULL || qc_str_is_one_of(outgoing->state, ended));
}

/* The main thread may be in a coroutine that one of them has entered. */
static bool is_at_work(struct qemucore_thread *thread, const char *const *workers)
{
    while (*workers != NULL && qc_thread_find_frame(thread, *workers) == NULL) {
        workers++;
    }
    return *workers != NULL;
}

static bool is_abandoned(struct qc_rule_context *context, const struct abandoned_row *row)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    const struct qc_migration *migration = &context->state->migration;
    const struct qc_threads *threads = context->process->threads;
    bool is_seen = main_loop->place != QC_MAIN_LOOP_UNKNOWN &&
                   main_loop->phase == QC_MAIN_LOOP_TURNS;
    bool is_over = row->row.state == QC_RUN_STATE_INMIGRATE ? is_incoming_over(&migration->incoming)
                   : row->row.state == QC_RUN_STATE_FINISH_MIGRATE
                     ? is_outgoing_over(&migration->outgoing)
                     : !qc_vec_any(threads, thread, thread->role == QC_ROLE_DUMP);
    return is_seen && is_over && !is_at_work(main_loop->thread, row->workers);
}

static bool is_before_run(enum qc_run_state state)
{
    return state == QC_RUN_STATE_PRELAUNCH || state == QC_RUN_STATE_PRECONFIG ||
           state == QC_RUN_STATE_INMIGRATE;
}

/* Returns a sentence if QEMU starts or ends, when nobody cares for the run state; else NULL. If the
   main thread's stack is lost, it may (system/runstate.c, vm_shutdown, and the initial value). */
static const char *find_phase_sentence(struct qc_rule_context *context)
{
    enum qc_main_loop_phase phase = context->state->main_loop.phase;
    enum qc_run_state state = context->state->runstate.state;
    if (context->state->main_loop.place == QC_MAIN_LOOP_UNKNOWN) {
        return state == QC_RUN_STATE_SHUTDOWN ? "the guest is down, or QEMU is ending"
               : is_before_run(state) ? "the guest has not begun to run, or QEMU is still starting"
                               : NULL;
    }
    return phase == QC_MAIN_LOOP_STARTS && is_before_run(state) ? "QEMU is still starting"
           : phase == QC_MAIN_LOOP_ENDS
               ? qc_rule_format(context, "%s: it cleans up", qc_rule_ending(context))
               : NULL;
}

/* Returns the option that led to the run state; "": none, or not known. */
static const char *run_state_cause(const struct qc_runstate *runstate)
{
    bool stays = qc_str_is(runstate->shutdown_action, "pause");
    return runstate->state == QC_RUN_STATE_PRELAUNCH && qc_fact_is_zero(runstate->autostart) &&
                   runstate->has_option_s
             ? " (-S)"
           : runstate->state == QC_RUN_STATE_SHUTDOWN && stays
             ? ", and QEMU stays (-no-shutdown)"
             : "";
}

static void phase_report(struct qc_rule_context *context, const char *sentence)
{
    struct qemucore_finding *finding = qc_finding_report(context, "%s", sentence);
    bool ends = context->state->main_loop.phase == QC_MAIN_LOOP_ENDS ||
                !is_before_run(context->state->runstate.state);
    qc_finding_add_cause(finding, ends ? "ending" : "starting");
    qc_evidence_add_run_state(finding);
}

/* The rules that speak against health are evaluated before this one. */
static bool is_proven(const struct qc_findings *findings)
{
    return !qc_vec_any(&findings->list, finding,
                       finding->severity >= QC_SEVERITY_STUCK || finding->is_doubt);
}

/* Adds what health rests on, besides that no rule speaks against it. */
static void show_proof(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    const struct qc_block *block = &context->state->block;
    bool polls = main_loop->place == QC_MAIN_LOOP_POLL;
    if (polls && main_loop->bql == QC_MAIN_LOOP_BQL_FREE) {
        qc_evidence_add(finding, (struct qc_subject){.thread = main_loop->thread},
                        "the main loop was seen at its own poll, and the BQL is free");
    } else if (polls) {
        qc_evidence_add(finding, (struct qc_subject){.thread = main_loop->thread},
                        "the main loop was seen at its own poll");
    } else if (qc_recent_turn(context)) {
        qc_evidence_add(finding, (struct qc_subject){.thread = main_loop->thread},
                        "the main loop has turned within the last seconds");
    }
    if (context->crash->ending == QC_ENDING_SNAPSHOT && context->crash->signal != 0) {
        const char *name = sigabbrev_np(context->crash->signal);
        qc_evidence_add(finding, (struct qc_subject){.thread = context->crash->thread},
                        "it did not crash: %s%s was sent to it from outside",
                        name == NULL ? "a signal" : "SIG", qc_str_or(name, ""));
    }
    if (qc_sum_is_zero(block->in_flight) && block->nodes_known && block->why_cut == NULL) {
        qc_evidence_add(finding, (struct qc_subject){0}, "no block request is in flight");
    }
    if (context->state->has_types) {
        qc_evidence_add_unseen_rings(finding);
    }
    qc_evidence_add(finding, (struct qc_subject){0},
                    "no thread waits for another one that is stuck");
}

/* linux/kvm.h: with this exit_reason the union in kvm_run holds `internal`. */
#define KVM_EXIT_INTERNAL_ERROR 17

/* KVM_INTERNAL_ERROR_* and the comments there, in words. */
static const char *suberror_words(uint64_t suberror)
{
    static const char *const words[] = {
        [1] = ": an instruction could not be emulated",
        [2] = ": two exceptions that can't occur together",
        [3] = ": an exit while an event was delivered",
        [4] = ": an exit for no known reason",
    };
    return suberror == 0 || suberror >= qc_count(words) ? "" : words[suberror];
}

/* Few dumps have the pages that the kernel shares with QEMU for a vCPU: it leaves them out. */
static void show_suberror(struct qemucore_finding *finding, const struct qc_vcpu *vcpu)
{
    struct qc_fields *fields = finding->context->process->fields;
    struct qc_fact run = qc_fact_field(fields, QC_FIELD_CPU_KVM_RUN, vcpu->cpu->address, NULL);
    struct qc_fact reason = qc_fact_behind(fields, run, QC_FIELD_KVM_RUN_EXIT);
    struct qc_fact suberror =
        qc_fact_is(reason, KVM_EXIT_INTERNAL_ERROR)
            ? qc_fact_field(fields, QC_FIELD_KVM_RUN_SUBERROR, run.value, NULL)
            : (struct qc_fact){0};
    if (suberror.is_known) {
        qc_evidence_add(
            finding,
            (struct qc_subject){.field = "kvm_run.internal.suberror", .address = run.value},
            "KVM gave up CPU %d, suberror %" PRIu64 "%s", vcpu->cpu->index, suberror.value,
            suberror_words(suberror.value));
    }
}

/* Adds where a guest stands that was stopped by its own doing: what one wants to know first. */
static void show_guest(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    enum qc_run_state state = context->state->runstate.state;
    bool is_its_doing = state == QC_RUN_STATE_INTERNAL_ERROR ||
                        state == QC_RUN_STATE_GUEST_PANICKED || state == QC_RUN_STATE_WATCHDOG;
    for (size_t i = 0; is_its_doing && i < vcpus->list.count; i++) {
        const struct qc_vcpu *vcpu = &vcpus->list.items[i];
        if (state == QC_RUN_STATE_INTERNAL_ERROR) {
            show_suberror(finding, vcpu);
        }
        if (vcpu->pc.is_known && qc_fact_is_zero(vcpu->halted)) {
            qc_evidence_add(finding, (struct qc_subject){.address = vcpu->cpu->address},
                            "CPU %d has stopped with the guest at 0x%" PRIx64, vcpu->cpu->index,
                            vcpu->pc.value);
        }
    }
}

/* A debugger that connects, or interrupts the guest, pauses it (gdbstub/system.c, gdb_chr_event, and
   gdbstub.c, gdb_read_byte). */
static const char paused_by_debugger[] =
    "Whoever has paused it must act next: the guest's debugger, which is connected to QEMU's gdbstub, "
    "must continue it, or the management send cont.";

static void run_state_report(struct qc_rule_context *context, const struct runstate_row *row)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s%s", row->sentence, run_state_cause(&context->state->runstate));
    qc_finding_set_severity(finding, row->severity);
    qc_finding_add_cause(finding, context->state->runstate.name);
    qc_evidence_add_run_state(finding);
    show_guest(finding);
    if (row->severity == QC_SEVERITY_WAITING) {
        qc_evidence_add_at_rest(finding);
    } else if (is_proven(context->findings)) {
        show_proof(finding);
    }
    if (row->state == QC_RUN_STATE_PAUSED && qc_rule_is_debugged(context)) {
        qc_finding_set_actor(finding, "%s", paused_by_debugger);
    } else if (row->actor != NULL) {
        qc_finding_set_actor(finding, "%s", row->actor);
    }
}

/* In a callback, the main thread may be in a coroutine whose callers are not known: what is seen then
   is no proof. */
static void abandoned_report(struct qc_rule_context *context, const struct runstate_row *row)
{
    enum qc_main_loop_place place = context->state->main_loop.place;
    struct qemucore_finding *finding = qc_finding_report(context, "%s", row->sentence);
    qc_finding_set_severity(finding, row->severity);
    qc_finding_add_cause(finding, context->state->runstate.name);
    qc_evidence_add_run_state(finding);
    qc_evidence_add_at_rest(finding);
    if (row->actor != NULL) {
        qc_finding_set_actor(finding, "%s", row->actor);
    }
    if (row->severity == QC_SEVERITY_WARNING ||
        (place != QC_MAIN_LOOP_POLL && place != QC_MAIN_LOOP_LOCK)) {
        qc_finding_doubt(finding);
    }
}

/* From 6.0 on -preconfig is a phase, not a run state (hw/core/qdev.c, phase_advance). */
static enum qc_run_state effective_state(const struct qc_runstate *runstate)
{
    static const char *const made[] = {"machine-initialized", "machine-ready", NULL};
    bool is_made = runstate->phase == NULL || qc_str_is_one_of(runstate->phase, made);
    return is_made ? runstate->state : QC_RUN_STATE_PRECONFIG;
}

void qc_condition_run_state(struct qc_rule_context *context)
{
    const char *tool = qc_process_tool(context->process);
    if (tool != NULL) {
        qc_tool_report(context, tool);
        return;
    }
    const struct qc_runstate *runstate = &context->state->runstate;
    const char *phase_sentence = runstate->name == NULL ? NULL : find_phase_sentence(context);
    if (runstate->name == NULL) {
        qc_unknown_report(context, "whether the guest runs, is stopped or is being migrated: %s",
                          context->state->why_absent != NULL
                              ? context->state->why_absent
                              : qc_str_or(runstate->why_absent, "the run state is not known"));
    }
    if (phase_sentence != NULL) {
        phase_report(context, phase_sentence);
        return;
    }
    enum qc_run_state state = effective_state(runstate);
    const struct abandoned_row *abandoned =
        qc_array_find(abandoned_rows, row, row->row.state == state);
    const struct runstate_row *known = qc_array_find(runstate_rows, row, row->state == state);
    if (abandoned != NULL && is_abandoned(context, abandoned)) {
        abandoned_report(context, state == QC_RUN_STATE_SAVE_VM && has_savevm_end(context)
                                      ? &snapshot_row
                                      : &abandoned->row);
    } else if (known != NULL) {
        run_state_report(context, known);
    }
}
