/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_busy - a thread beside the guest's way that uses a whole CPU
 *
 * Nobody waits for it, so that QEMU is healthy, and one dump does not tell its loop from its work.
 */
#include "base/base.h"
#include "findings/findings.h"
#include "rules/condition.h"

/* Threads that have work for moments, and none that the guest can give without end: a vCPU, an event
   loop, a worker or a migration may well use a CPU of their own. */
static bool rests_mostly(const struct qemucore_thread *thread)
{
    return thread->role == QC_ROLE_VNC_WORKER || thread->role == QC_ROLE_CALL_RCU ||
           thread->role == QC_ROLE_IO_TASK || thread->role == QC_ROLE_NBD_CONNECT ||
           thread->role == QC_ROLE_SIGNALFD || thread->role == QC_ROLE_KVM_REAPER;
}

/* Tells whether it was on a CPU for half of the time between two snapshots, whose times are exact. On a
   busy host a thread that goes round gets no more. */
static bool was_busy(const struct qc_comparison *comparison, const struct qc_thread_motion *motion)
{
    return qc_fact_is_at_least(comparison->apart, QC_LATELY_NS) &&
           qc_fact_is_at_least(motion->cpu_time, (int64_t)(comparison->apart.value / 2 / 1000));
}

void qc_condition_thread_busy(struct qc_rule_context *context)
{
    const struct qc_comparison *comparison = context->comparison;
    if (comparison == NULL || !comparison->are_snapshots) {
        return;
    }
    qc_vec_each(context->process->threads, thread) {
        const struct qc_thread_motion *motion = qc_comparison_of(comparison, thread);
        if (rests_mostly(thread) && was_busy(comparison, motion)) {
            struct qemucore_finding *finding = qc_finding_report(
                context, "%s has used %s of CPU time in %s: it goes round, or has much to do",
                qc_rule_thread_label(context, thread),
                qc_rule_seconds(context, motion->cpu_time.value * 1000),
                qc_rule_seconds(context, comparison->apart.value));
            qc_evidence_add_thread(finding, thread);
        }
    }
}
