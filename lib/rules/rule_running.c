/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_running - a guest that is to run, and stands still though every thread of QEMU idles
 *
 * While the run state is "running", vCPUs and the guest's clock are stopped only inside of functions
 * that start them again (system/cpus.c, pause_all_vcpus and resume_all_vcpus). The guest's debugger may
 * want it so: with its gdbstub QEMU runs one vCPU alone, or a single step without the guest's timers.
 */
#include "base/base.h"
#include "findings/findings.h"
#include "qemu/qemu.h"
#include "rules/condition.h"

static bool is_pausing(const struct qc_rule_context *context)
{
    static const char *const functions[] = {
        "pause_all_vcpus", "resume_all_vcpus", "cpu_resume",       "vm_stop", "do_vm_stop",
        "vm_start",        "vm_resume",        "vm_prepare_start", NULL};
    struct qc_threads *threads = context->process->threads;
    return context->state->main_loop.place != QC_MAIN_LOOP_POLL ||
           qc_vec_any(threads, thread, qc_rule_frame(thread, functions) != NULL);
}

static bool is_to_run(const struct qc_rule_context *context)
{
    return context->state->runstate.state == QC_RUN_STATE_RUNNING && !is_pausing(context);
}

/* gdbstub/system.c, gdb_chr_event. */
bool qc_rule_is_debugged(const struct qc_rule_context *context)
{
    QC_GUARD(qc_vec_guard) struct qc_chardevs chardevs = {.why_cut = NULL};
    qc_chardevs_find(context->process, &chardevs);
    return qc_vec_any(&chardevs.list, chardev,
                      qc_str_begins(chardev->event.name, "gdb_chr_event") &&
                          !qc_fact_is_zero(chardev->open));
}

/* Another thread may be about to stop the guest, or to start it. */
static void doubt(struct qemucore_finding *finding)
{
    qc_finding_doubt(finding);
    qc_finding_set_actor(
        finding, qc_rule_is_debugged(finding->context)
                     ? "The guest's debugger, which is connected to QEMU's gdbstub, may want "
                       "it so: it must continue the guest."
                     : "If that lasts, it is a fault of QEMU; stop and cont may mend it.");
}

/* ---- vCPUs ---------------------------------------------------------------------------------- */

/* Tells whether it has stopped, as asked for (system/cpus.c, qemu_cpu_stop). */
static bool is_left_stopped(const struct qc_vcpu *vcpu)
{
    return vcpu->place == QC_VCPU_PARKED && qc_fact_is_set(vcpu->stopped) &&
           qc_fact_is_zero(vcpu->stop);
}

/* A vCPU that asks the main loop to stop the guest has stopped, for a moment, as well. */
void qc_condition_vcpu_left_stopped(struct qc_rule_context *context)
{
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    const struct qc_vcpu *first = qc_vec_find(&vcpus->list, vcpu, is_left_stopped(vcpu));
    if (first == NULL || !is_to_run(context)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "CPU %d is stopped, though the guest is to run, and no thread stops or resumes vCPUs",
        first->cpu->index);
    doubt(finding);
    for (size_t i = 0; i < vcpus->list.count; i++) {
        if (is_left_stopped(&vcpus->list.items[i])) {
            qc_evidence_add_vcpu(finding, &vcpus->list.items[i]);
        }
    }
    qc_evidence_add_run_state(finding);
}

/* ---- vCPUs that do not run the guest --------------------------------------------------------- */

/* Tells whether the vCPU's thread is between KVM_RUN and a device: in the code around the call, or in
   what finds the device for an address and takes the BQL for it (accel/kvm/kvm-all.c, system/physmem.c,
   memory.c). That goes round nowhere; a loop in a device has a function of the device on the stack. */
static bool is_before_device(struct qemucore_thread *thread)
{
    static const char *const names[] = {"address_space_", "flatview_", "memory_region_",
                                        "prepare_mmio_access", "section_covers_addr",
                                        "phys_page_find", "kvm_handle_io", "access_with_adjusted_size",
                                        "adjust_endianness", "object_dynamic_cast", "rcu_read_",
                                        "get_ptr_rcu_reader", "qemu_mutex_", "bql_", "trace_",
                                        "_nocheck__trace_", NULL};
    const struct qc_stack *stack = qc_thread_stack(thread);
    qc_vec_each(&stack->frames, frame) {
        if (qc_frame_is(frame, "kvm_cpu_exec")) {
            return true;
        } else if (!qc_str_begins_one_of(frame->function, names)) {
            return false;
        }
    }
    return false;
}

/* Tells whether the vCPU's thread is on a CPU in QEMU's own code, neither in the guest nor in a call, nor
   on its way to or from the guest: KVM_RUN (accel/kvm/kvm-all.c), or TCG's loop around cpu_exec(), within
   which its guest accesses devices (accel/tcg, cpus.c). */
static bool is_in_qemu(const struct qc_rule_context *context, const struct qc_vcpu *vcpu)
{
    static const char *const ways[] = {
        "kvm_arch_pre_run", "kvm_arch_post_run",
        "kvm_vcpu_ioctl",   "mttcg_cpu_thread_fn",  "tcg_cpu_thread_fn",         "qemu_tcg_cpu_thread_fn",
        "rr_cpu_thread_fn", "tcg_rr_cpu_thread_fn", "qemu_tcg_rr_cpu_thread_fn", NULL};
    return vcpu->thread != NULL && vcpu->place == QC_VCPU_IN_QEMU &&
           qc_rule_wait(context, vcpu->thread)->state == QC_WAIT_RUNNING &&
           qc_rule_frame(vcpu->thread, ways) == NULL && !is_before_device(vcpu->thread);
}

static bool are_in_qemu(const struct qc_rule_context *context, const struct qc_vcpus *vcpus)
{
    return vcpus->list.count != 0 && vcpus->why_cut == NULL &&
           !qc_vec_any(&vcpus->list, vcpu,
                       vcpu->place != QC_VCPU_TURN && !is_in_qemu(context, vcpu));
}

/* Tells whether a vCPU was not in QEMU's code when the earlier dump was made. */
static bool has_left(const struct qc_rule_context *context)
{
    const struct qc_comparison *comparison = context->comparison;
    return comparison != NULL && qc_vec_any(&comparison->earlier.state->vcpus.list, vcpu,
                                            vcpu->place != QC_VCPU_IN_QEMU);
}

/* Tells whether there is one vCPU, which took the BQL a moment ago: the main loop, which needs it in each
   turn, has turned since. A guest that does nothing but access devices is often found so. */
static bool is_only_with_bql(const struct qc_rule_context *context, const struct qc_vcpus *vcpus)
{
    return vcpus->list.count == 1 &&
           vcpus->list.items[0].thread == context->state->main_loop.bql_owner &&
           context->state->clocks.idles && qc_recent_turn(context);
}

static void report_all_in_qemu(struct qc_rule_context *context, const struct qc_vcpus *vcpus)
{
    struct qemucore_thread *first = vcpus->list.items[0].thread;
    struct qemucore_finding *finding = qc_finding_report(
        context, "no vCPU is in the guest: %s %s%s; %s whether it makes progress",
        qc_rule_thread_label(context, first), qc_rule_doing(context, first),
        vcpus->list.count == 1 ? "" : ", and the others are in QEMU's code, too",
        qc_rule_dumps_dont_tell(context));
    qc_finding_doubt(finding);
    for (size_t i = 0; i < vcpus->list.count; i++) {
        qc_evidence_add_vcpu(finding, &vcpus->list.items[i]);
    }
    qc_finding_set_actor(finding, "The vCPUs must leave that code.");
}

static bool was_in_qemu(const struct qc_rule_context *context, const struct qc_vcpu *vcpu)
{
    const struct qc_comparison *comparison = context->comparison;
    return comparison == NULL || qc_vec_any(&comparison->earlier.state->vcpus.list, earlier,
                                            earlier->cpu->index == vcpu->cpu->index &&
                                                earlier->place == QC_VCPU_IN_QEMU);
}

/* In postcopy, one that lacks a page stands still where it is: that is not for QEMU's code to end. */
static bool may_lack_page(const struct qc_rule_context *context)
{
    return qc_str_begins(context->state->migration.incoming.state, "postcopy");
}

/* Without the BQL, a sound vCPU is there for one or two of a hundred moments, even if the guest does
   nothing but access devices. For one with the BQL, others wait soon, and tell. */
static void report_one_in_qemu(struct qc_rule_context *context, const struct qc_vcpu *vcpu)
{
    struct qemucore_finding *finding = qc_finding_report(
        context, "one of the vCPUs is not in the guest: %s %s; %s whether it makes progress",
        qc_rule_thread_label(context, vcpu->thread), qc_rule_doing(context, vcpu->thread),
        qc_rule_dumps_dont_tell(context));
    qc_finding_doubt(finding);
    qc_evidence_add_vcpu(finding, vcpu);
    qc_finding_set_actor(finding, "%s must leave that code.",
                         qc_rule_thread_label(context, vcpu->thread));
}

/* A sound vCPU is in the guest but for moments: each time it returns when the guest's access to a
   device is done. A loop in a device's code takes no lock of which others would tell. */
void qc_condition_vcpus_in_qemu(struct qc_rule_context *context)
{
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    const struct qemucore_thread *owner = context->state->main_loop.bql_owner;
    const struct qc_vcpu *one =
        qc_vec_find(&vcpus->list, vcpu,
                    is_in_qemu(context, vcpu) && vcpu->thread != owner && was_in_qemu(context, vcpu));
    if (!is_to_run(context)) {
        return;
    } else if (!are_in_qemu(context, vcpus)) {
        if (one != NULL && !may_lack_page(context)) {
            report_one_in_qemu(context, one);
        }
    } else if (!qc_recent_end(context) && !has_left(context) && !is_only_with_bql(context, vcpus)) {
        report_all_in_qemu(context, vcpus);
    }
}

/* ---- vCPUs that sleep in the kernel ---------------------------------------------------------- */

/* Tells whether the vCPU's thread is in state D by the kernel's data, which a core alone lacks, and did
   not get on since the earlier dump. A vCPU that idles in KVM_RUN is in state S (kvm_vcpu_block). In
   postcopy it may lack a page for long, and while a snapshot is written in the background, too. One that
   is frozen is process-stopped. */
static bool sleeps_in_kernel(const struct qc_rule_context *context, const struct qc_vcpu *vcpu)
{
    static const char *const elsewhere[] = {"handle_userfault", "__refrigerator", NULL};
    const struct qc_comparison *comparison = context->comparison;
    const struct qc_task *task = vcpu->thread == NULL ? NULL : &vcpu->thread->core_thread->task;
    QC_FREE char *function = task == NULL ? NULL : qc_task_function(task);
    return task != NULL && task->state == 'D' && !qc_str_is_one_of(function, elsewhere) &&
           (comparison == NULL ||
            qc_comparison_of(comparison, vcpu->thread)->motion == QC_MOTION_NONE);
}

void qc_condition_vcpu_sleeps(struct qc_rule_context *context)
{
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    const struct qc_vcpu *first = qc_vec_find(&vcpus->list, vcpu, sleeps_in_kernel(context, vcpu));
    if (first == NULL || !is_to_run(context) || may_lack_page(context)) {
        return;
    }
    QC_FREE char *function = qc_task_function(&first->thread->core_thread->task);
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s sleeps in the kernel%s%s, in state D, as where a page of guest RAM does not come; "
        "%s whether it makes progress", qc_rule_thread_label(context, first->thread),
        function == NULL ? "" : ": ", qc_str_or(function, ""), qc_rule_dumps_dont_tell(context));
    qc_finding_doubt(finding);
    for (size_t i = 0; i < vcpus->list.count; i++) {
        if (sleeps_in_kernel(context, &vcpus->list.items[i])) {
            qc_evidence_add_vcpu(finding, &vcpus->list.items[i]);
        }
    }
    qc_finding_set_actor(finding, "The storage below the guest's memory, or the host's swap, must act.");
}

/* ---- the guest's clock ---------------------------------------------------------------------- */

/* Whether the clock that the guest's time is made of goes on: system/cpu-timers.c. */
static struct qc_fact find_ticks(const struct qc_rule_context *context)
{
    struct qc_fields *fields = context->process->fields;
    uint64_t state;
    return qc_variable_address(fields, QC_VARIABLE_TIMERS_STATE, NULL, &state)
               ? qc_fact_field(fields, QC_FIELD_TIMERS_STATE_RUNS, state, NULL)
               : (struct qc_fact){0};
}

void qc_condition_guest_clock_stopped(struct qc_rule_context *context)
{
    const struct qc_timers *timers = &context->state->main_loop.timers;
    const struct qc_timer_list *disabled =
        qc_vec_find(&timers->lists, list,
                    list->type == QC_CLOCK_VIRTUAL && qc_fact_is_zero(list->enabled));
    bool stands = qc_fact_is_zero(find_ticks(context));
    if ((disabled == NULL && !stands) || !is_to_run(context)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "the guest's clock stands still, though the guest is to run, and no thread stops or starts "
        "it: none of the guest's timers fires");
    doubt(finding);
    if (disabled != NULL) {
        qc_evidence_add(
            finding,
            (struct qc_subject){.field = "QEMUClock.enabled", .address = disabled->address},
            "the virtual clock is disabled (pause_all_vcpus, or a single step)");
    }
    if (stands) {
        qc_evidence_add(finding, (struct qc_subject){.field = "cpu_ticks_enabled"},
                        "timers_state.cpu_ticks_enabled is 0 (cpu_disable_ticks)");
    }
    qc_evidence_add_run_state(finding);
}
