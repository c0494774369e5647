/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_cpu - threads that wait for vCPUs, and vCPUs that need a kick
 *
 * A vCPU in guest code or KVM_RUN leaves it when kicked; a dump may be made between the kick and
 * that. One that sleeps on its condition although it has work to do does not wake.
 */
#include <string.h>

#include "base/base.h"
#include "findings/findings.h"
#include "rules/condition.h"

static const struct qc_vcpu *vcpu_of(const struct qc_rule_context *context, int lwp)
{
    return qc_vec_find(&context->state->vcpus.list, vcpu,
                       vcpu->thread != NULL && vcpu->thread->core_thread->lwp == lwp);
}

/* Tells whether the vCPU sleeps though told to do something: its kick was lost, or is to come. */
static bool sleeps_on(const struct qc_rule_context *context, const struct qc_vcpu *vcpu)
{
    return qc_rule_vcpu_sleeps(context, vcpu) && qc_fact_is_zero(vcpu->stopped) &&
           (qc_fact_is_set(vcpu->stop) || qc_fact_is_set(vcpu->queued_work));
}

/* ---- a page of the source that does not arrive ---------------------------------------------- */

static bool is_incoming(const struct qc_rule_context *context, const char *wanted)
{
    return qc_str_is(context->state->migration.incoming.state, wanted);
}

/* Tells whether pages that the source was asked for have not arrived (migration/postcopy-ram.c). */
static bool lacks_pages(const struct qc_rule_context *context)
{
    return qc_rule_is_postcopy_paused(context) ||
           (is_incoming(context, "postcopy-active") &&
            qc_fact_is_set(context->state->migration.incoming.page_requested_count));
}

/* Tells whether a vCPU may have a page fault on a page of the source: its registers show it in user
   space or in KVM_RUN, and no kick makes it leave. A snapshot shows that it sleeps there. */
static bool may_lack_page(const struct qc_rule_context *context, const struct qc_vcpu *vcpu)
{
    return vcpu->thread != NULL &&
           (qc_rule_activity(context, vcpu->thread) == QC_ACTIVITY_GUEST ||
            qc_wait_is_fault(qc_rule_wait(context, vcpu->thread)));
}

/* By the function that waits: what a vCPU is to do. One that stops has been asked to. */
static const struct vcpu_wait {
    const char *function;
    const char *what;
    bool is_pause;
} vcpu_waits[] = {
    {"pause_all_vcpus", "to stop", true},
    {"do_run_on_cpu", "to do what it was given", false},
    {"start_exclusive", "to leave guest code", false},
};

/* Returns the vCPU that a thread waits for in such a function and that may lack a page. */
static const struct qc_vcpu *vcpu_without_page(const struct qc_rule_context *context,
                                               struct qemucore_thread *waiter,
                                               const struct vcpu_wait *wait)
{
    bool waits = lacks_pages(context) && qc_rule_wait(context, waiter)->state == QC_WAIT_BLOCKED &&
                 qc_frames_find(qc_thread_stack(waiter), wait->function) != NULL;
    const struct qemucore_edge *edge = NULL;
    while (waits &&
           (edge = qc_wait_graph_edge_next(context->graph, waiter, edge)) != NULL) {
        const struct qc_vcpu *vcpu = vcpu_of(context, edge->holder->core_thread->lwp);
        if (vcpu != NULL && (!wait->is_pause || qc_fact_is_set(vcpu->stop)) &&
            may_lack_page(context, vcpu)) {
            return vcpu;
        }
    }
    return NULL;
}

/* Tells whether QEMU's monitor waits, too. */
static bool stops_main(const struct qc_rule_context *context, const struct qemucore_thread *waiter,
                       const struct vcpu_wait *wait)
{
    return wait->is_pause || waiter == context->state->main_loop.thread;
}

/* Tells whether another rule reports the waiter: pause-postcopy, or, if only vCPUs wait for each
   other, incoming-postcopy-paused. */
static bool is_for_page(const struct qc_rule_context *context, struct qemucore_thread *waiter,
                        const char *function)
{
    return qc_array_any(vcpu_waits, wait,
                        strcmp(wait->function, function) == 0 &&
                            (stops_main(context, waiter, wait) ||
                             qc_rule_is_postcopy_paused(context)) &&
                            vcpu_without_page(context, waiter, wait) != NULL);
}

/* ---- threads that wait for vCPUs ------------------------------------------------------------ */

/* How many threads are awaited, and where they are. */
struct awaited {
    size_t count;
    size_t asleep;  /* vCPUs asleep on their own condition */
    size_t blocked; /* vCPUs blocked in QEMU */
    size_t in_call; /* threads asleep in a system call */
    size_t napping; /* vCPUs that nap because QEMU slows the guest down */
};

static struct awaited awaited_count(struct qc_rule_context *context,
                                    const struct qemucore_thread *waiter)
{
    struct awaited ret = {0};
    for (const struct qemucore_edge *at = qc_wait_graph_edge_next(context->graph, waiter, NULL); at != NULL;
         at = qc_wait_graph_edge_next(context->graph, waiter, at)) {
        const struct qc_vcpu *vcpu = vcpu_of(context, at->holder->core_thread->lwp);
        enum qc_wait_state state = qc_rule_wait(context, at->holder)->state;
        ret.count++;
        ret.asleep += vcpu != NULL && sleeps_on(context, vcpu);
        ret.blocked += vcpu != NULL && vcpu->place == QC_VCPU_IN_QEMU && state == QC_WAIT_BLOCKED;
        ret.in_call += state == QC_WAIT_SYSCALL &&
                       qc_rule_activity(context, at->holder) == QC_ACTIVITY_ASLEEP;
        ret.napping += vcpu != NULL && vcpu->thread != NULL && vcpu->place == QC_VCPU_IN_QEMU &&
                       qc_rule_is_napping(context, vcpu->thread);
    }
    return ret;
}

/* ", 2 of them asleep: the kick was lost, or is still to come" */
static const char *awaited_text(struct qc_rule_context *context, const struct awaited *awaited)
{
    size_t count = awaited->asleep != 0 ? awaited->asleep : awaited->blocked;
    const char *how = awaited->asleep != 0 ? "asleep: the kick was lost, or is still to come"
                                           : "blocked";
    return awaited->napping == awaited->count ? " yet: QEMU slows the guest down, and they nap"
         : count == 0          ? " yet"
         : awaited->count == 1 ? qc_rule_format(context, ", and is %s", how)
                               : qc_rule_format(context, ", %zu of them %s", count, how);
}

static const char *awaited_actor(const struct awaited *awaited)
{
    return awaited->asleep != 0                  ? "The vCPUs that sleep must be woken."
           : awaited->napping == awaited->count ? "Nobody needs to act: their naps end."
                                                 : "The vCPUs named must leave guest code or their "
                                                   "call.";
}

/* Reports a thread in `function` that waits for vCPUs, each of which is evidence. The severity
   depends on where they are. Why a vCPU is blocked is for another rule to tell. */
static void show_awaited(struct qemucore_finding *finding, struct qemucore_thread *waiter)
{
    struct qc_rule_context *context = finding->context;
    const struct qemucore_edge *edge = NULL;
    while ((edge = qc_wait_graph_edge_next(context->graph, waiter, edge)) != NULL) {
        const struct qc_vcpu *vcpu = vcpu_of(context, edge->holder->core_thread->lwp);
        if (vcpu != NULL) {
            qc_evidence_add_vcpu(finding, vcpu);
        }
    }
}

static void awaited_report(struct qc_rule_context *context, struct qemucore_thread *waiter,
                           const char *function, const char *what)
{
    struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(waiter), function);
    const struct qemucore_edge *edge = qc_wait_graph_edge(context->graph, waiter);
    if (frame == NULL || is_for_page(context, waiter, function) || edge == NULL ||
        qc_rule_wait(context, waiter)->state != QC_WAIT_BLOCKED ||
        (!qc_lock_is_cond(edge->lock->kind) && edge->lock->kind != QC_LOCK_QEMU_EVENT)) {
        return;
    }
    struct awaited awaited = awaited_count(context, waiter);
    if (awaited.count == 0 || awaited.in_call != 0) {
        return; /* one asleep in a call is the root of a chain: rule_chain */
    }
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s %s: %zu thread%s ha%s not done so%s", qc_rule_thread_label(context, waiter),
        what, awaited.count, qc_noun_s(awaited.count), awaited.count == 1 ? "s" : "ve",
        awaited_text(context, &awaited));
    if (awaited.napping == awaited.count && waiter != context->state->main_loop.thread) {
        qc_finding_set_severity(finding, QC_SEVERITY_WARNING); /* only the waiter waits */
    } else if (awaited.asleep == 0 || qc_recent_turn(context) ||
               qc_recent_is_by_debugger(context)) {
        /* It runs or is in the kernel: kicked a moment ago, or stuck there. */
        qc_finding_doubt(finding);
        qc_evidence_add(finding, (struct qc_subject){.thread = waiter, .frame = frame},
                        "%s whether the vCPUs are on their way%s", qc_rule_dumps_dont_tell(context),
                        context->comparison == NULL ? ": make a second one" : "");
    }
    qc_evidence_add_thread(finding, waiter);
    show_awaited(finding, waiter);
    qc_finding_set_actor(finding, "%s", awaited_actor(&awaited));
}

/* A sound source sends a page within a moment: it may just have been asked for it. */
static void pause_postcopy_show(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_migration_incoming *incoming = &context->state->migration.incoming;
    qc_evidence_add(finding, (struct qc_subject){.field = "current_incoming->state"},
                    "the incoming migration is in state %s; pages asked for: %s", incoming->state,
                    qc_rule_number(context, incoming->page_requested_count));
    if (incoming->fault_thread != NULL) {
        qc_evidence_add_thread(finding, incoming->fault_thread);
    }
    if (qc_rule_is_postcopy_paused(context)) {
        qc_finding_set_actor(finding,
                             "The management must act next: send migrate-recover here, out of "
                             "band, then migrate with resume to the source.");
        return;
    }
    qc_finding_set_actor_side(finding, "The source must send that page.");
    if (qc_recent_is_unproven(context, true)) {
        qc_finding_doubt(finding);
    } else {
        qc_evidence_add_turn(finding);
    }
}

static void pause_postcopy_report(struct qc_rule_context *context, struct qemucore_thread *waiter,
                                  const struct vcpu_wait *wait)
{
    const struct qc_vcpu *vcpu = vcpu_without_page(context, waiter, wait);
    if (vcpu == NULL || !stops_main(context, waiter, wait)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "%s%s%s waits for CPU %d %s; CPU %d waits for a page that the source has, %s: QMP answers "
        "out-of-band commands only",
        qc_rule_phase(context, waiter), qc_rule_thread_label(context, waiter),
        qc_rule_at_command(context, waiter), vcpu->cpu->index, wait->what, vcpu->cpu->index,
        qc_rule_is_postcopy_paused(context) ? "and the postcopy migration is paused"
                                            : "which has not come yet");
    qc_evidence_add_thread(finding, waiter);
    qc_finding_end_signature(finding);
    qc_evidence_add_vcpu(finding, vcpu);
    pause_postcopy_show(finding);
}

void qc_condition_pause_postcopy(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        for (size_t j = 0; j < qc_count(vcpu_waits); j++) {
            pause_postcopy_report(context, &threads->items[i], &vcpu_waits[j]);
        }
    }
}

static void each_waiter(struct qc_rule_context *context, const char *function, const char *what)
{
    struct qc_threads *threads = context->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        awaited_report(context, &threads->items[i], function, what);
    }
}

/* cpu_resume() was called while the waiter had released the BQL: a vCPU that has stopped has stop
   false and stopped true (system/cpus.c, qemu_cpu_stop). */
static bool is_resumed(const struct qc_vcpu *vcpu)
{
    return qc_fact_is_zero(vcpu->stop) && qc_fact_is_zero(vcpu->stopped);
}

static bool are_resumed(const struct qc_rule_context *context)
{
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    return !qc_vec_any(&vcpus->list, vcpu, !is_resumed(vcpu)) && vcpus->list.count != 0;
}

static void resumed_report(struct qc_rule_context *context, struct qemucore_thread *waiter)
{
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    const struct qemucore_wait *wait = qc_rule_wait(context, waiter);
    if (qc_frames_find(qc_thread_stack(waiter), "pause_all_vcpus") == NULL ||
        wait->state != QC_WAIT_BLOCKED || !qc_lock_is_cond(wait->kind)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "%s waits for the vCPUs to stop, but somebody has resumed them meanwhile: nobody asks "
        "them any more",
        qc_rule_thread_label(context, waiter));
    qc_evidence_add_thread(finding, waiter);
    for (size_t i = 0; i < vcpus->list.count; i++) {
        qc_evidence_add_vcpu(finding, &vcpus->list.items[i]);
    }
    qc_finding_set_actor(finding, "Somebody must pause the guest once more.");
}

void qc_condition_pause_vcpus(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    bool resumed = are_resumed(context);
    enum qc_pause_variant variant = context->rule->variant.pause;
    if (variant == QC_PAUSE_ASKED && !resumed) {
        each_waiter(context, "pause_all_vcpus", "waits for the vCPUs to stop");
    }
    for (size_t i = 0; variant == QC_PAUSE_RESUMED && resumed && i < threads->count; i++) {
        resumed_report(context, &threads->items[i]);
    }
}

void qc_condition_run_on_cpu(struct qc_rule_context *context)
{
    each_waiter(context, "do_run_on_cpu", "waits for a vCPU to do what it was given");
}

void qc_condition_exclusive_section(struct qc_rule_context *context)
{
    each_waiter(context, "start_exclusive", "waits to be alone: for the vCPUs to leave guest code");
}

void qc_condition_ioctl_inhibitor(struct qc_rule_context *context)
{
    each_waiter(context, "accel_ioctl_inhibit_begin",
                "waits for vCPUs to come out of their ioctls");
}

/* Reports vCPUs that sleep with work to do, awaited by nobody. A waker may be about to act. */
void qc_condition_vcpu_not_kicked(struct qc_rule_context *context)
{
    qc_vec_each(&context->state->vcpus.list, vcpu) {
        if (!sleeps_on(context, vcpu)) {
            continue;
        }
        struct qemucore_finding *finding = qc_finding_report(
            context,
            "CPU %d sleeps on its condition although it has %s: its kick was lost, or is "
            "still to come",
            vcpu->cpu->index, qc_fact_is_set(vcpu->stop) ? "been asked to stop" : "work queued");
        qc_evidence_add_vcpu(finding, vcpu);
    }
}

/* ---- timers, memory ------------------------------------------------------------------------- */

/* qemu_clock_enable(clock, false) waits until the callbacks of its timers have returned. */
void qc_condition_clock_disable(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    qc_vec_each(threads, thread) {
        const struct qemucore_wait *wait = qc_rule_wait(context, thread);
        struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(thread), "qemu_clock_enable");
        if (frame == NULL || wait->kind != QC_LOCK_QEMU_EVENT ||
            wait->state != QC_WAIT_BLOCKED) {
            continue;
        }
        const struct qemucore_edge *edge = qc_wait_graph_edge(context->graph, thread);
        struct qemucore_thread *runner = edge == NULL ? NULL : edge->holder;
        if (runner == thread) {
            continue; /* a cycle, which has its own rule */
        }
        struct qemucore_finding *finding = qc_finding_report(
            context, "%s disables a clock and waits for the end of its timers' callbacks%s%s",
            qc_rule_thread_label(context, thread), runner == NULL ? "" : ", which are run by ",
            runner == NULL ? "" : qc_rule_thread_label(context, runner));
        bool asleep = runner != NULL && (qc_rule_wait(context, runner)->state == QC_WAIT_BLOCKED ||
                                         qc_rule_wait(context, runner)->state == QC_WAIT_SYSCALL);
        if (!asleep) {
            qc_finding_doubt(finding);
        }
        qc_evidence_add_thread(finding, thread);
        if (runner != NULL) {
            qc_evidence_add_thread(finding, runner);
        }
    }
}

/* Guest RAM is touched at start-up, which takes minutes if there is much of it. From 9.0 on several
   memory back ends are at once, and QEMU waits for all of them at the end (system/vl.c). */
void qc_condition_preallocation(struct qc_rule_context *context)
{
    static const char *const functions[] = {"touch_all_pages", "qemu_prealloc_mem",
                                            "qemu_finish_async_prealloc_mem", "os_mem_prealloc",
                                            NULL};
    struct qc_threads *threads = context->process->threads;
    qc_vec_each(threads, thread) {
        struct qemucore_frame *frame = qc_rule_frame(thread, functions);
        if (frame == NULL) {
            continue;
        }
        struct qemucore_finding *finding =
            qc_finding_report(context, "%s allocates guest RAM in advance (%s)",
                              qc_rule_thread_label(context, thread), qc_rule_function(context, frame));
        qc_evidence_add_thread(finding, thread);
        qc_evidence_add_main(finding);
        qc_finding_set_actor(finding, "The kernel must provide the memory.");
        return;
    }
}
