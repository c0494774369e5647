/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_state - the state of the machine: stopped, running, idle; and who must act for it to go on
 */
#include <inttypes.h>

#include "base/base.h"
#include "verdict/rules/condition.h"
#include "verdict/rules/recent.h"

void qc_evidence_add_run_state(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    if (context->state->runstate.name != NULL) {
        qc_evidence_add(context, finding, (struct qc_subject){.field = "current_run_state"},
                        "the run state is %s", context->state->runstate.name);
    }
}

void qc_evidence_add_at_rest(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    size_t parked = 0;
    for (size_t i = 0; i < vcpus->list.count; i++) {
        parked += vcpus->list.items[i].place == QC_VCPU_PARKED ||
                  vcpus->list.items[i].place == QC_VCPU_TURN;
    }
    if (parked != 0 && parked == vcpus->list.count) {
        qc_evidence_add(context, finding, (struct qc_subject){0},
                        "%zu vCPU%s %s parked, asleep on %s halt_cond, because of the run state",
                        parked, qc_noun_s(parked), parked == 1 ? "is" : "are",
                        parked == 1 ? "its" : "their");
    }
    if (main_loop->bql == QC_MAIN_LOOP_BQL_FREE) {
        qc_evidence_add(context, finding, (struct qc_subject){.address = main_loop->bql_address},
                        "the BQL is free; RCU: %s",
                        qc_text_or(context->graph->rcu->sentence, "what RCU does is not known"));
    }
}

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
     "Whoever has paused it must act next: cont must come."},
    {QC_RUN_STATE_PRELAUNCH, QC_SEVERITY_WAITING, "the guest has not been started",
     "The management must act next: cont must come."},
    {QC_RUN_STATE_IO_ERROR, QC_SEVERITY_WAITING,
     "the guest is stopped because of an I/O error of one of its disks",
     "Somebody must repair its storage, then cont must come."},
    {QC_RUN_STATE_INTERNAL_ERROR, QC_SEVERITY_WAITING,
     "the guest is stopped because its CPU could not be emulated any further",
     "Somebody must reset or end it: it can't go on."},
    {QC_RUN_STATE_GUEST_PANICKED, QC_SEVERITY_WAITING, "the guest has panicked, and is stopped",
     "Somebody must reset or end it."},
    {QC_RUN_STATE_WATCHDOG, QC_SEVERITY_WAITING, "the guest is stopped by its watchdog",
     "Somebody must reset or continue it."},
    {QC_RUN_STATE_SHUTDOWN, QC_SEVERITY_WAITING, "the guest has shut down",
     "The management must act next: quit or system_reset must come."},
    {QC_RUN_STATE_SUSPENDED, QC_SEVERITY_WAITING, "the guest sleeps (S3)",
     "Something must wake it: system_wakeup, or a device."},
    {QC_RUN_STATE_POSTMIGRATE, QC_SEVERITY_WAITING, "the guest has been migrated away",
     "The management must act next: quit must come."},
    {QC_RUN_STATE_FINISH_MIGRATE, QC_SEVERITY_NORMAL,
     "the guest is stopped for the end of a migration", NULL},
    {QC_RUN_STATE_SAVE_VM, QC_SEVERITY_NORMAL, "the guest's state is being saved", NULL},
    {QC_RUN_STATE_RESTORE_VM, QC_SEVERITY_NORMAL, "the guest's state is being restored", NULL},
    {QC_RUN_STATE_DEBUG, QC_SEVERITY_WAITING, "the guest is stopped for a debugger",
     "The debugger must act next."},
    {QC_RUN_STATE_COLO, QC_SEVERITY_WAITING, "the guest is stopped for a checkpoint of COLO",
     "The primary and the secondary must end that checkpoint."},
    {QC_RUN_STATE_PRECONFIG, QC_SEVERITY_WAITING, "the machine is not made yet (-preconfig)",
     "The management must act next: x-exit-preconfig must come."},
};

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
    bool stays = qc_text_is(runstate->shutdown_action, "pause");
    return runstate->state == QC_RUN_STATE_PRELAUNCH && qc_fact_is_zero(runstate->autostart)
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
    qc_finding_add_cause(context, finding, ends ? "ending" : "starting");
    qc_evidence_add_run_state(context, finding);
}

/* The rules that speak against health are evaluated before this one. */
static bool is_proven(const struct qc_verdict *verdict)
{
    return !qc_vec_any(&verdict->findings, finding,
                       finding->severity >= QC_SEVERITY_STUCK || finding->is_doubt);
}

/* Adds what health rests on, besides that no rule speaks against it. */
static void show_proof(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    const struct qc_block *block = &context->state->block;
    bool polls = main_loop->place == QC_MAIN_LOOP_POLL;
    if (polls && main_loop->bql == QC_MAIN_LOOP_BQL_FREE) {
        qc_evidence_add(context, finding, (struct qc_subject){.thread = main_loop->thread},
                        "the main loop was seen at its own poll, and the BQL is free");
    } else if (polls) {
        qc_evidence_add(context, finding, (struct qc_subject){.thread = main_loop->thread},
                        "the main loop was seen at its own poll");
    } else if (qc_recent_turn(context)) {
        qc_evidence_add(context, finding, (struct qc_subject){.thread = main_loop->thread},
                        "the main loop has turned within the last seconds");
    }
    if (context->crash->ending == QC_ENDING_SNAPSHOT && context->crash->signal != 0) {
        qc_evidence_add(context, finding, (struct qc_subject){.thread = context->crash->thread},
                        "it did not crash: signal %s was sent to it from outside",
                        sigabbrev_np(context->crash->signal) == NULL
                            ? "?"
                            : sigabbrev_np(context->crash->signal));
    }
    if (qc_sum_is_zero(block->in_flight) && block->nodes_known && block->why_cut == NULL) {
        qc_evidence_add(context, finding, (struct qc_subject){0}, "no block request is in flight");
    }
    qc_evidence_add(context, finding, (struct qc_subject){0},
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
static void show_suberror(struct qc_rule_context *context, struct qemucore_finding *finding,
                          const struct qc_vcpu *vcpu)
{
    struct qc_fields *fields = context->process->fields;
    struct qc_fact run = qc_fact_field(fields, QC_FIELD_CPU_KVM_RUN, vcpu->cpu->address, NULL);
    struct qc_fact reason = qc_fact_is_set(run)
                                ? qc_fact_field(fields, QC_FIELD_KVM_RUN_EXIT, run.value, NULL)
                                : (struct qc_fact){0};
    struct qc_fact suberror =
        qc_fact_is(reason, KVM_EXIT_INTERNAL_ERROR)
            ? qc_fact_field(fields, QC_FIELD_KVM_RUN_SUBERROR, run.value, NULL)
            : (struct qc_fact){0};
    if (suberror.is_known) {
        qc_evidence_add(context, finding,
                        (struct qc_subject){.field = "kvm_run.internal.suberror",
                                            .address = run.value},
                        "KVM gave up CPU %d, suberror %" PRIu64 "%s", vcpu->cpu->index,
                        suberror.value, suberror_words(suberror.value));
    }
}

/* Adds where a guest stands that was stopped by its own doing: what one wants to know first. */
static void show_guest(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    enum qc_run_state state = context->state->runstate.state;
    bool is_its_doing = state == QC_RUN_STATE_INTERNAL_ERROR ||
                        state == QC_RUN_STATE_GUEST_PANICKED || state == QC_RUN_STATE_WATCHDOG;
    for (size_t i = 0; is_its_doing && i < vcpus->list.count; i++) {
        const struct qc_vcpu *vcpu = &vcpus->list.items[i];
        if (state == QC_RUN_STATE_INTERNAL_ERROR) {
            show_suberror(context, finding, vcpu);
        }
        if (vcpu->pc.is_known && qc_fact_is_zero(vcpu->halted)) {
            qc_evidence_add(context, finding, (struct qc_subject){.address = vcpu->cpu->address},
                            "CPU %d has stopped with the guest at 0x%" PRIx64, vcpu->cpu->index,
                            vcpu->pc.value);
        }
    }
}

static void run_state_report(struct qc_rule_context *context, const struct runstate_row *row)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s%s", row->sentence, run_state_cause(&context->state->runstate));
    qc_finding_set_severity(finding, row->severity);
    qc_finding_add_cause(context, finding, context->state->runstate.name);
    qc_evidence_add_run_state(context, finding);
    show_guest(context, finding);
    if (row->severity == QC_SEVERITY_WAITING) {
        qc_evidence_add_at_rest(context, finding);
    } else if (is_proven(context->verdict)) {
        show_proof(context, finding);
    }
    if (row->actor != NULL) {
        qc_finding_set_actor(context, finding, "%s", row->actor);
    }
}

/* From 6.0 on -preconfig is a phase, not a run state (hw/core/qdev.c, phase_advance). */
static enum qc_run_state effective_state(const struct qc_runstate *runstate)
{
    static const char *const made[] = {"machine-initialized", "machine-ready", NULL};
    bool is_made = runstate->phase == NULL || qc_text_is_one_of(runstate->phase, made);
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
                              : qc_text_or(runstate->why_absent, "the run state is not known"));
    }
    if (phase_sentence != NULL) {
        phase_report(context, phase_sentence);
        return;
    }
    for (size_t i = 0; i < qc_count(runstate_rows); i++) {
        if (effective_state(runstate) == runstate_rows[i].state) {
            run_state_report(context, &runstate_rows[i]);
        }
    }
}

/* Returns the option by which this process has forked another, which it reads from until that is
   up: os-posix.c, and main() of qemu-nbd.c, which reads nothing else. NULL: it has forked none. */
static const char *forked_by(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    static const char *const daemonize[] = {"os_daemonize", NULL};
    static const char *const calls[] = {"read", NULL};
    if (thread == NULL || !qc_wait_is_in(qc_rule_wait(context, thread), calls)) {
        return NULL;
    }
    const struct qemucore_frame *own = qc_stack_own_frame(qc_thread_stack(thread));
    bool is_nbd = qc_text_is(qc_process_tool(context->process), "qemu-nbd") && own != NULL &&
                  qc_frame_is(own, "main");
    return qc_rule_frame(thread, daemonize) != NULL ? "-daemonize" : is_nbd ? "--fork" : NULL;
}

void qc_condition_daemonize(struct qc_rule_context *context)
{
    const char *option = forked_by(context, context->state->main_loop.thread);
    if (option == NULL) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "this process has forked a daemon (%s), and waits until that has started",
        option);
    qc_evidence_add_main(context, finding);
    qc_finding_set_actor(context, finding, "The daemon must start, or fail.");
}

/* ---- what somebody has asked for ------------------------------------------------------------ */

static struct qemucore_thread *thread_of_role(const struct qc_rule_context *context,
                                              enum qc_role role)
{
    struct qc_threads *threads = context->process->threads;
    return qc_vec_find(threads, thread, thread->role == role);
}

/* dump-guest-memory with `detach`: a thread writes the dump while the guest is stopped. */
void qc_condition_guest_dump(struct qc_rule_context *context)
{
    struct qemucore_thread *thread = thread_of_role(context, QC_ROLE_DUMP);
    const char *status = context->state->runstate.dump;
    if (thread == NULL || (status != NULL && !qc_text_is(status, "active"))) {
        return;
    }
    bool sleeps = qc_rule_activity(context, thread) == QC_ACTIVITY_ASLEEP;
    struct qemucore_finding *finding = qc_finding_report(
        context, "the guest stands still while its memory is being dumped (dump-guest-memory)%s%s",
        sleeps ? ": dump_thread is in " : "",
        sleeps ? qc_rule_wait(context, thread)->sentence : "");
    qc_evidence_add_thread(context, finding, thread);
    qc_evidence_add_run_state(context, finding);
    if (sleeps) {
        qc_finding_set_actor_of(context, finding, thread);
    }
}

/* Reports devices that the guest was asked to release (device_del). */
void qc_condition_unplug(struct qc_rule_context *context)
{
    const struct qc_unplugs *unplugs = &context->state->unplugs;
    for (size_t i = 0; i < unplugs->list.count; i++) {
        const struct qc_unplug *unplug = &unplugs->list.items[i];
        struct qemucore_finding *finding = qc_finding_report(
            context, "the unplug of device %s waits for the guest, which has not released it yet",
            qc_text_or(unplug->id, "?"));
        qc_finding_add_cause(context, finding, qc_text_or(unplug->type, "?"));
        qc_evidence_add(context, finding,
                        (struct qc_subject){.field = unplug->field, .address = unplug->address},
                        "%s (%s) has been asked to go (device_del)", qc_text_or(unplug->id, "?"),
                        qc_text_or(unplug->type, "?"));
        qc_finding_set_actor(context, finding, "The guest's driver must release the device.");
    }
}

/* ---- the main loop -------------------------------------------------------------------------- */

static bool is_asleep_until_kicked(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    static const char *const functions[] = {"qemu_wait_io_event", "qemu_process_cpu_events",
                                            "qemu_tcg_wait_io_event", "rr_wait_io_event", NULL};
    return qc_rule_wait(context, thread)->state == QC_WAIT_BLOCKED &&
           qc_rule_frame(thread, functions) != NULL;
}

/* Without QEMU's list of vCPUs, reports what their threads do, by exported functions. A guest with
   vCPUs outside that wait is not stopped, or not yet. */
static void show_vcpu_threads(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    struct qc_threads *threads = context->process->threads;
    size_t count = 0;
    size_t asleep = 0;
    size_t run = 0;
    for (size_t i = 0; i < threads->count; i++) {
        if (threads->items[i].role == QC_ROLE_VCPU) {
            enum qc_wait_state state = qc_rule_wait(context, &threads->items[i])->state;
            count++;
            asleep += is_asleep_until_kicked(context, &threads->items[i]);
            run += state == QC_WAIT_RUNNING || state == QC_WAIT_SYSCALL;
        }
    }
    if (count != 0) {
        qc_evidence_add(
            context, finding, (struct qc_subject){0},
            "of %zu thread%s of vCPUs, %zu sleep%s until kicked (halted or stopped)%s%s", count,
            qc_noun_s(count), asleep, qc_verb_s(asleep),
            run == 0   ? ""
            : run == 1 ? ", 1 runs"
                       : ", others run",
            run == 0 ? "" : ": the guest is not stopped, or not yet");
    }
}

/* Without the run state, only threads and the command line tell something. */
static void show_what_is_seen(struct qc_rule_context *context, struct qemucore_finding *finding)
{
    const char *uri = context->state->migration.incoming.uri;
    if (context->state->runstate.name != NULL) {
        return;
    }
    if (uri != NULL) {
        qc_evidence_add(
            context, finding, (struct qc_subject){0},
            "QEMU was started with -incoming %s: it waits for its source, unless that has "
            "connected and finished",
            uri);
    }
    if (context->state->vcpus.list.count == 0) {
        show_vcpu_threads(context, finding);
    }
}

static struct qemucore_finding *callback_report(struct qc_rule_context *context,
                                                const struct qc_main_loop *main_loop)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, main_loop->thread);
    bool sleeps = wait->sentence != NULL &&
                  (wait->state == QC_WAIT_SYSCALL || wait->state == QC_WAIT_BLOCKED);
    return qc_finding_report(context, "the main loop is %s%s%s%s%s", sleeps ? "asleep" : "running",
                             main_loop->function == NULL ? "" : " in ",
                             qc_text_or(main_loop->function, ""),
                             sleeps ? ", outside of its own poll: " : "",
                             sleeps ? wait->sentence : "");
}

/* Reports where the main loop is when nothing is wrong with it. */
void qc_condition_main_loop(struct qc_rule_context *context)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    struct qemucore_finding *finding = NULL;
    if (qc_process_tool(context->process) != NULL) {
        return;
    }
    switch (main_loop->place) {
    case QC_MAIN_LOOP_POLL:
        finding = qc_finding_report(context, "the main loop waits for something to do");
        break;
    case QC_MAIN_LOOP_LOCK:
        finding =
            qc_finding_report(context, "the main loop is turning, and is about to take the BQL");
        break;
    case QC_MAIN_LOOP_CALLBACK:
        finding = callback_report(context, main_loop);
        qc_finding_add_cause(context, finding, main_loop->function);
        break;
    case QC_MAIN_LOOP_STARTING:
        finding = qc_finding_report(context, "QEMU is starting or ending%s%s",
                                    main_loop->function == NULL ? "" : ", in ",
                                    qc_text_or(main_loop->function, ""));
        break;
    case QC_MAIN_LOOP_NESTED:
        return;
    case QC_MAIN_LOOP_UNKNOWN:
        qc_unknown_report(context, "what the main loop does: %s",
                          qc_text_or(main_loop->why_absent, "it is not found"));
        return;
    }
    qc_evidence_add_thread(context, finding, main_loop->thread);
    show_what_is_seen(context, finding);
}

/* ---- what is not seen ----------------------------------------------------------------------- */

/* The main loop has a finding of its own. */
static bool is_unseen(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    bool is_whole = qc_thread_stack(thread)->outermost;
    return thread->role != QC_ROLE_KERNEL &&
           (qc_rule_wait(context, thread)->state == QC_WAIT_UNKNOWN ||
            (!is_whole && (thread->role == QC_ROLE_UNKNOWN ||
                           (thread != context->state->main_loop.thread &&
                            qc_rule_activity(context, thread) == QC_ACTIVITY_UNKNOWN))));
}

static void doubt_threads(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    struct qemucore_thread *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < threads->count; i++) {
        if (is_unseen(context, &threads->items[i])) {
            first = first == NULL ? &threads->items[i] : first;
            count++;
        }
    }
    if (first != NULL) {
        const char *end = qc_thread_stack(first)->end;
        struct qemucore_finding *finding =
            qc_finding_report(context, "it is not known what %zu thread%s %s doing", count,
                              qc_noun_s(count), count == 1 ? "is" : "are");
        qc_evidence_add(context, finding, (struct qc_subject){.thread = first}, "%s: %s",
                        qc_rule_thread_label(context, first),
                        qc_text_or(end, "its registers are not known"));
        qc_finding_doubt(finding);
    }
}

/* Returns the innermost guessed frame; NULL: none. A crash has it by the call of a bad pointer. */
static struct qemucore_frame *first_guess(const struct qc_rule_context *context,
                                          struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    for (size_t i = 1; i < stack->frames.count && thread != context->crash->thread; i++) {
        if (stack->frames.items[i].guessed) {
            return &stack->frames.items[i];
        }
    }
    return NULL;
}

/* A wrong frame would be wrong evidence, also for health. */
static void doubt_guesses(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    struct qemucore_frame *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_frame *frame = first_guess(context, &threads->items[i]);
        first = first == NULL ? frame : first;
        count += frame != NULL;
    }
    if (first != NULL) {
        const struct qemucore_module *module = (first - 1)->module;
        struct qemucore_finding *finding =
            qc_finding_report(context, "frames of %zu thread%s are guessed", count, qc_noun_s(count));
        qc_evidence_add(context, finding, (struct qc_subject){0},
                        "the stacks lead through %s, which has no unwind information",
                        module == NULL ? "code of no module" : qc_path_name(module->path));
        qc_finding_doubt(finding);
    }
}

/* Memory that a limit left out, or that the file has lost, may be what would tell. */
static void doubt_core(struct qc_rule_context *context)
{
    static const char *const sentences[] = {
        [QC_MISSING_PART] = "a part of the core is missing: a fault may be in it",
        [QC_MISSING_DATA] = "QEMU's data contradict each other: what rests on them is not certain",
        [QC_MISSING_MEANS] = ("this machine ran out of memory or descriptors, or could not read a "
                              "file"),
        [QC_MISSING_TIME] = "the time allowed was over before all had been seen",
    };
    struct qc_core *core = context->process->core;
    qc_core_see_shortages(core);
    if (core->missing.count != 0) {
        const struct qemucore_missing *first = &core->missing.items[0];
        qc_doubt_report(context, sentences[first->kind], first->sentence);
    }
}

void qc_condition_not_seen(struct qc_rule_context *context)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    doubt_core(context);
    if (main_loop->place == QC_MAIN_LOOP_UNKNOWN) {
        qc_doubt_report(context, "what the main loop does is not known",
                        qc_text_or(main_loop->why_absent, "it is not found"));
    }
    doubt_threads(context);
    doubt_guesses(context);
}

/* Rules after qc_condition_not_seen read more, and a list that one of them reads may be damaged. */
void qc_condition_not_seen_since(struct qc_rule_context *context)
{
    if (!qc_vec_any(&context->verdict->findings, finding, finding->is_doubt)) {
        doubt_core(context);
    }
}
