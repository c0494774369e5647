/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_state - what QEMU was asked for, where its main loop is, and what of it is not seen
 */
#include "base/base.h"
#include "rules/condition.h"

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
    bool is_nbd = qc_str_is(qc_process_tool(context->process), "qemu-nbd") && own != NULL &&
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
    qc_evidence_add_main(finding);
    qc_finding_set_actor(finding, "The daemon must start, or fail.");
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
    if (thread == NULL || (status != NULL && !qc_str_is(status, "active"))) {
        return;
    }
    bool sleeps = qc_rule_activity(context, thread) == QC_ACTIVITY_ASLEEP;
    struct qemucore_finding *finding = qc_finding_report(
        context, "the guest stands still while its memory is being dumped (dump-guest-memory)%s%s",
        sleeps ? ": dump_thread is in " : "",
        sleeps ? qc_rule_wait(context, thread)->sentence : "");
    qc_evidence_add_thread(finding, thread);
    qc_evidence_add_run_state(finding);
    if (sleeps) {
        qc_finding_set_actor_of(finding, thread);
    }
}

/* Reports devices that the guest was asked to release (device_del). */
void qc_condition_unplug(struct qc_rule_context *context)
{
    const struct qc_unplugs *unplugs = &context->state->unplugs;
    qc_vec_each(&unplugs->list, unplug) {
        struct qemucore_finding *finding = qc_finding_report(
            context, "the unplug of device %s waits for the guest, which has not released it yet",
            qc_str_or(unplug->id, "?"));
        qc_finding_add_cause(finding, qc_str_or(unplug->type, "?"));
        qc_evidence_add(finding,
                        (struct qc_subject){.field = unplug->field, .address = unplug->address},
                        "%s (%s) has been asked to go (device_del)", qc_str_or(unplug->id, "?"),
                        qc_str_or(unplug->type, "?"));
        qc_finding_set_actor(finding, "The guest's driver must release the device.");
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
static void show_vcpu_threads(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
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
            finding, (struct qc_subject){0},
            "of %zu thread%s of vCPUs, %zu sleep%s until kicked (halted or stopped)%s%s", count,
            qc_noun_s(count), asleep, qc_verb_s(asleep),
            run == 0   ? ""
            : run == 1 ? ", 1 runs"
                       : ", others run",
            run == 0 ? "" : ": the guest is not stopped, or not yet");
    }
}

/* Without the run state, only threads and the command line tell something. */
static void show_what_is_seen(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const char *uri = context->state->migration.incoming.uri;
    if (context->state->runstate.name != NULL) {
        return;
    }
    if (uri != NULL) {
        qc_evidence_add(
            finding, (struct qc_subject){0},
            "QEMU was started with -incoming %s: it waits for its source, unless that has "
            "connected and finished",
            uri);
    }
    if (context->state->vcpus.list.count == 0) {
        show_vcpu_threads(finding);
    }
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
        finding = qc_finding_report(context, "the main loop %s",
                                    qc_rule_doing(context, main_loop->thread));
        qc_finding_add_cause(finding, main_loop->function);
        break;
    case QC_MAIN_LOOP_STARTING:
        finding = qc_finding_report(context, "QEMU is starting or ending%s%s",
                                    main_loop->function == NULL ? "" : ", in ",
                                    qc_str_or(main_loop->function, ""));
        break;
    case QC_MAIN_LOOP_NESTED:
        if (!qc_poll_is_ending(context, main_loop->thread)) {
            return;
        }
        finding = qc_finding_report(context, "the main loop%s is about to return from %s",
                                    qc_rule_at_command(context, main_loop->thread),
                                    qc_str_or(main_loop->function, "a nested poll"));
        break;
    case QC_MAIN_LOOP_UNKNOWN:
        qc_unknown_report(context, "what the main loop does: %s",
                          qc_str_or(main_loop->why_absent, "it is not found"));
        return;
    }
    qc_evidence_add_thread(finding, main_loop->thread);
    show_what_is_seen(finding);
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
        qc_evidence_add(finding, (struct qc_subject){.thread = first}, "%s: %s",
                        qc_rule_thread_label(context, first),
                        qc_str_or(end, "its registers are not known"));
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
        qc_evidence_add(finding, (struct qc_subject){0},
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
    qc_core_note_shortages(core);
    if (core->missing.count != 0) {
        const struct qemucore_missing *first = &core->missing.items[0];
        qc_doubt_report(context, sentences[first->kind], first->sentence);
    }
}

/* Its owner is what the conditions on a main loop at rest, a vCPU or a queue begin with. */
static void doubt_bql(struct qc_rule_context *context)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    if (context->state->has_types && main_loop->bql_address != 0 &&
        main_loop->bql == QC_MAIN_LOOP_BQL_UNKNOWN) {
        qc_doubt_report(context, "which thread holds the BQL, if one does, is not known",
                        qc_str_or(main_loop->bql_why, "it is not found"));
    }
}

void qc_condition_not_seen(struct qc_rule_context *context)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    doubt_core(context);
    if (main_loop->place == QC_MAIN_LOOP_UNKNOWN) {
        qc_doubt_report(context, "what the main loop does is not known",
                        qc_str_or(main_loop->why_absent, "it is not found"));
    }
    doubt_threads(context);
    doubt_guesses(context);
    doubt_bql(context);
}

/* Rules after qc_condition_not_seen read more, and a list that one of them reads may be damaged. */
void qc_condition_not_seen_since(struct qc_rule_context *context)
{
    if (!qc_vec_any(&context->findings->list, finding, finding->is_doubt)) {
        doubt_core(context);
    }
}
