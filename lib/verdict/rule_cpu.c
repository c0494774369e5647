/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_cpu - who waits for vCPUs, and for what one has to be kicked
 *
 * A vCPU that runs guest code or is in KVM_RUN comes out when it is kicked; between that and its
 * answer lies a moment, in which a dump may be made. One that sleeps on its condition although
 * there is something for it to do does not come out.
 */
#include <inttypes.h>
#include <string.h>

#include "base/strbuf.h"
#include "verdict/rule.h"

static const struct qc_vcpu *vcpu_of(const struct qc_look *look, int lwp)
{
    for (size_t i = 0; i < look->state->vcpus.list.count; i++) {
        const struct qc_vcpu *vcpu = &look->state->vcpus.list.items[i];
        if (vcpu->thread != NULL && vcpu->thread->core_thread->lwp == lwp) {
            return vcpu;
        }
    }
    return NULL;
}

/* It has been told to do something, and sleeps: a kick that was lost, or is to come. */
static bool sleeps_on(const struct qc_vcpu *vcpu)
{
    return vcpu->place == QC_VCPU_PARKED && !vcpu->cpu->stopped &&
           (qc_fact_is_set(vcpu->stop) || qc_fact_is_set(vcpu->queued_work));
}

static void show_vcpu(struct qc_look *look, struct qemucore_finding *finding,
                      const struct qc_vcpu *vcpu)
{
    if (vcpu->thread != NULL) {
        qc_look_show_thread(look, finding, vcpu->thread);
    }
    qc_look_show(look, finding,
                 (struct qc_clue){.thread = vcpu->thread, .address = vcpu->cpu->address},
                 "CPU %d: %s%s%s, work queued: %" PRIu64 "%s", vcpu->cpu->index,
                 vcpu->cpu->stop ? "asked to stop" : "not asked to stop",
                 vcpu->cpu->stopped ? ", stopped" : ", not stopped",
                 vcpu->in_kvm_run                      ? ", in KVM_RUN"
                 : vcpu->place == QC_VCPU_IN_GUEST     ? ", in guest code"
                 : vcpu->place == QC_VCPU_PARKED       ? ", asleep on its condition"
                                                       : "",
                 vcpu->queued_work.is_known ? vcpu->queued_work.value : 0,
                 vcpu->queued_work.is_known ? "" : " (not known)");
}

/* A thread in `function` waits for vCPUs: each of them is evidence, and how grave it is follows from
   where they are. A vCPU that is blocked itself is so by another rule. */
static void vcpus_awaited(struct qc_look *look, struct qemucore_thread *waiter,
                          const char *function, const char *what)
{
    struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(waiter), function);
    const struct qemucore_edge *edge = qc_wait_graph_edge(look->graph, waiter);
    if (frame == NULL || edge == NULL || qc_look_wait(look, waiter)->state != QC_WAIT_BLOCKED ||
        (!qc_lock_is_cond(edge->lock->kind) && edge->lock->kind != QC_LOCK_QEMU_EVENT)) {
        return;
    }
    const struct qemucore_edge *end = look->graph->edges.items + look->graph->edges.count;
    size_t count = 0;
    size_t asleep = 0;
    size_t blocked = 0;
    for (const struct qemucore_edge *at = edge; at < end && at->waiter == waiter; at++) {
        const struct qc_vcpu *vcpu = at->holder == NULL
                                         ? NULL
                                         : vcpu_of(look, at->holder->core_thread->lwp);
        count += at->holder != NULL;
        asleep += vcpu != NULL && sleeps_on(vcpu);
        blocked += at->holder != NULL && vcpu != NULL && vcpu->place == QC_VCPU_IN_QEMU &&
                   qc_look_wait(look, at->holder)->state == QC_WAIT_BLOCKED;
    }
    if (count == 0) {
        return;
    }
    struct qemucore_finding *finding = qc_look_find(
        look, "%s %s: %zu thread%s ha%s not done so%s", qc_look_who(look, waiter), what, count,
        qc_noun_s(count), count == 1 ? "s" : "ve",
        asleep != 0    ? ", and is asleep: the kick was lost, or is still to come"
        : blocked != 0 ? ", and is blocked"
                       : " yet");
    if (finding != NULL && asleep == 0) {
        /* Runs, or is in the kernel: kicked a moment ago, or stuck there. */
        finding->severity = QC_SEVERITY_WARNING;
        qc_look_show(look, finding, (struct qc_clue){.thread = waiter, .frame = frame},
                     "one dump does not tell whether the vCPUs are on their way: make a second one");
    }
    qc_look_show_thread(look, finding, waiter);
    for (const struct qemucore_edge *at = edge; at < end && at->waiter == waiter; at++) {
        const struct qc_vcpu *vcpu = at->holder == NULL
                                         ? NULL
                                         : vcpu_of(look, at->holder->core_thread->lwp);
        if (vcpu != NULL) {
            show_vcpu(look, finding, vcpu);
        }
    }
    qc_look_actor(look, finding, "The vCPUs named must leave what they are at.");
}

static void each_waiter(struct qc_look *look, const char *function, const char *what)
{
    struct qc_threads *threads = look->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        vcpus_awaited(look, &threads->items[i], function, what);
    }
}

/* cpu_resume() has come in between, while the waiter had given up the BQL: who stops has stop false
   and stopped true (system/cpus.c, qemu_cpu_stop). */
static bool is_resumed(const struct qc_vcpu *vcpu)
{
    return qc_fact_is_zero(vcpu->stop) && qc_fact_is_zero(vcpu->stopped);
}

static bool are_resumed(const struct qc_look *look)
{
    const struct qc_vcpus *vcpus = &look->state->vcpus;
    for (size_t i = 0; i < vcpus->list.count; i++) {
        if (!is_resumed(&vcpus->list.items[i])) {
            return false;
        }
    }
    return vcpus->list.count != 0;
}

static void waiter_is_forgotten(struct qc_look *look, struct qemucore_thread *waiter)
{
    const struct qc_vcpus *vcpus = &look->state->vcpus;
    const struct qemucore_wait *wait = qc_look_wait(look, waiter);
    if (qc_frames_find(qc_thread_stack(waiter), "pause_all_vcpus") == NULL ||
        wait->state != QC_WAIT_BLOCKED || !qc_lock_is_cond(wait->kind)) {
        return;
    }
    struct qemucore_finding *finding = qc_look_find(
        look, "%s waits for the vCPUs to stop, but somebody has resumed them meanwhile: nobody asks "
              "them any more",
        qc_look_who(look, waiter));
    qc_look_show_thread(look, finding, waiter);
    for (size_t i = 0; i < vcpus->list.count; i++) {
        show_vcpu(look, finding, &vcpus->list.items[i]);
    }
    qc_look_actor(look, finding, "Somebody must pause the guest once more.");
}

/* kind 0: they have been asked; 1: and have been resumed since. */
void qc_rule_pause(struct qc_look *look)
{
    struct qc_threads *threads = look->process->threads;
    bool resumed = are_resumed(look);
    if (look->rule->kind == 0 && !resumed) {
        each_waiter(look, "pause_all_vcpus", "waits for the vCPUs to stop");
    }
    for (size_t i = 0; look->rule->kind == 1 && resumed && i < threads->count; i++) {
        waiter_is_forgotten(look, &threads->items[i]);
    }
}

void qc_rule_work(struct qc_look *look)
{
    each_waiter(look, "do_run_on_cpu", "waits for a vCPU to do what it was given");
}

void qc_rule_exclusive(struct qc_look *look)
{
    each_waiter(look, "start_exclusive", "waits to be alone: for the vCPUs to leave guest code");
}

void qc_rule_ioctl(struct qc_look *look)
{
    each_waiter(look, "accel_ioctl_inhibit_begin", "waits for vCPUs to come out of their ioctls");
}

/* Nobody waits for it, and yet it sleeps with something to do. Its waker may be in between. */
void qc_rule_parked(struct qc_look *look)
{
    for (size_t i = 0; i < look->state->vcpus.list.count; i++) {
        const struct qc_vcpu *vcpu = &look->state->vcpus.list.items[i];
        const struct qemucore_wait *wait =
            vcpu->thread == NULL ? NULL : qc_look_wait(look, vcpu->thread);
        bool woken = wait == NULL || (wait->in_syscall && wait->syscall.has_result &&
                                      !wait->syscall.interrupted);
        if (!sleeps_on(vcpu) || woken) {
            continue;
        }
        struct qemucore_finding *finding = qc_look_find(
            look, "CPU %d sleeps on its condition although it has %s: its kick was lost, or is "
                  "still to come",
            vcpu->cpu->index,
            qc_fact_is_set(vcpu->stop) ? "been asked to stop" : "work queued");
        show_vcpu(look, finding, vcpu);
    }
}

/* ---- timers, memory ------------------------------------------------------------------------- */

/* qemu_clock_enable(clock, false) waits until the callbacks of its timers are over. */
void qc_rule_timers(struct qc_look *look)
{
    struct qc_threads *threads = look->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        const struct qemucore_wait *wait = qc_look_wait(look, thread);
        struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(thread), "qemu_clock_enable");
        if (frame == NULL || wait->kind != QC_LOCK_QEMU_EVENT ||
            wait->state != QC_WAIT_BLOCKED) {
            continue;
        }
        const struct qemucore_edge *edge = qc_wait_graph_edge(look->graph, thread);
        struct qemucore_thread *runner = edge == NULL ? NULL : edge->holder;
        if (runner == thread) {
            continue; /* a cycle of its own */
        }
        struct qemucore_finding *finding = qc_look_find(
            look, "%s disables a clock and waits for the end of its timers' callbacks%s%s",
            qc_look_who(look, thread), runner == NULL ? "" : ", which are run by ",
            runner == NULL ? "" : qc_look_who(look, runner));
        bool asleep = runner != NULL && (qc_look_wait(look, runner)->state == QC_WAIT_BLOCKED ||
                                         qc_look_wait(look, runner)->state == QC_WAIT_SYSCALL);
        if (finding != NULL && !asleep) {
            finding->severity = QC_SEVERITY_WARNING;
        }
        qc_look_show_thread(look, finding, thread);
        if (runner != NULL) {
            qc_look_show_thread(look, finding, runner);
        }
    }
}

/* Guest RAM is being touched at the start: with much of it that takes minutes. */
void qc_rule_touch_pages(struct qc_look *look)
{
    static const char *const functions[] = {"touch_all_pages", "qemu_prealloc_mem",
                                            "os_mem_prealloc", NULL};
    struct qc_threads *threads = look->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        struct qemucore_frame *frame = qc_look_frame(thread, functions);
        if (frame == NULL) {
            continue;
        }
        struct qemucore_finding *finding =
            qc_look_find(look, "%s allocates guest RAM in advance (%s)", qc_look_who(look, thread),
                         frame->function);
        qc_look_show_thread(look, finding, thread);
        qc_look_actor(look, finding, "The kernel must provide the memory.");
        return;
    }
}
