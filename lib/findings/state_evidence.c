/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state_evidence - what several rules ask and tell of QEMU's state: run state, vCPUs, migration
 */
#include <string.h>

#include "base/base.h"
#include "findings/findings_limits.h"
#include "findings/rule.h"

void qc_evidence_add_run_state(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    if (context->state->runstate.name != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.field = "current_run_state"},
                        "the run state is %s", context->state->runstate.name);
    }
}

void qc_evidence_add_at_rest(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    size_t parked = 0;
    for (size_t i = 0; i < vcpus->list.count; i++) {
        parked += vcpus->list.items[i].place == QC_VCPU_PARKED ||
                  vcpus->list.items[i].place == QC_VCPU_TURN;
    }
    if (parked != 0 && parked == vcpus->list.count) {
        qc_evidence_add(finding, (struct qc_subject){0},
                        "%zu vCPU%s %s parked, asleep on %s halt_cond, because of the run state",
                        parked, qc_noun_s(parked), parked == 1 ? "is" : "are",
                        parked == 1 ? "its" : "their");
    }
    if (main_loop->bql == QC_MAIN_LOOP_BQL_FREE) {
        qc_evidence_add(finding, (struct qc_subject){.address = main_loop->bql_address},
                        "the BQL is free; RCU: %s",
                        qc_str_or(context->graph->rcu->sentence, "what RCU does is not known"));
    }
}

bool qc_rule_vcpu_sleeps(const struct qc_rule_context *context, const struct qc_vcpu *vcpu)
{
    const struct qemucore_wait *wait =
        vcpu->thread == NULL ? NULL : qc_rule_wait(context, vcpu->thread);
    return vcpu->place == QC_VCPU_PARKED && wait != NULL && wait->state != QC_WAIT_RUNNING &&
           !qc_wait_has_returned(wait);
}

void qc_evidence_add_vcpu(struct qemucore_finding *finding, const struct qc_vcpu *vcpu)
{
    if (vcpu->thread != NULL) {
        qc_evidence_add_thread(finding, vcpu->thread);
    }
    qc_evidence_add(finding,
                    (struct qc_subject){.thread = vcpu->thread, .address = vcpu->cpu->address},
                    "CPU %d: %s, %s%s, work queued: %s", vcpu->cpu->index,
                    !vcpu->stop.is_known    ? "whether it is asked to stop is not known"
                    : vcpu->stop.value != 0 ? "asked to stop"
                                            : "not asked to stop",
                    !vcpu->stopped.is_known    ? "whether it has stopped is not known"
                    : vcpu->stopped.value != 0 ? "stopped"
                                               : "not stopped",
                    vcpu->in_kvm_run                                  ? ", in KVM_RUN"
                    : vcpu->place == QC_VCPU_IN_GUEST                 ? ", in guest code"
                    : qc_rule_vcpu_sleeps(finding->context, vcpu) ? ", asleep on its condition"
                                                                  : "",
                    qc_rule_number(finding->context, vcpu->queued_work));
}

bool qc_rule_is_postcopy_paused(const struct qc_rule_context *context)
{
    return qc_str_is(context->state->migration.incoming.state, "postcopy-paused");
}

int qc_rule_file_error(const struct qc_migration_file *file)
{
    int64_t error = (int64_t)file->last_error.value;
    bool makes_sense = file->last_error.is_known && error < 0 && error >= -QC_LIMIT_ERRNO;
    return makes_sense && strerrordesc_np((int)-error) != NULL ? (int)-error : 0;
}
