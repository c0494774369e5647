/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_running - a guest that is to run, and stands still though every thread of QEMU idles
 *
 * While the run state is "running", vCPUs are stopped only inside of functions
 * that start them again (system/cpus.c, pause_all_vcpus and resume_all_vcpus).
 */
#include "base/base.h"
#include "qemu/qemu.h"
#include "verdict/rules/condition.h"

static bool is_pausing(const struct qc_rule_context *context)
{
    static const char *const functions[] = {
        "pause_all_vcpus", "resume_all_vcpus", "cpu_resume", "vm_stop", "do_vm_stop", NULL};
    struct qc_threads *threads = context->process->threads;
    return context->state->main_loop.place != QC_MAIN_LOOP_POLL ||
           qc_vec_any(threads, thread, qc_rule_frame(thread, functions) != NULL);
}

static bool is_to_run(const struct qc_rule_context *context)
{
    return context->state->runstate.state == QC_RUN_STATE_RUNNING && !is_pausing(context);
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
    qc_finding_doubt(finding);
    for (size_t i = 0; i < vcpus->list.count; i++) {
        if (is_left_stopped(&vcpus->list.items[i])) {
            qc_evidence_add_vcpu(context, finding, &vcpus->list.items[i]);
        }
    }
    qc_evidence_add_run_state(context, finding);
    qc_finding_set_actor(context, finding,
                         "If that lasts, it is a fault of QEMU; stop and cont may mend it.");
}
