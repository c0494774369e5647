/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_cpr - a destination of cpr-transfer that has not got the CPR state of its source
 *
 * From 10.0 on a destination that is given a channel for it waits for that state before it makes the
 * machine, with the BQL held and without a monitor (system/vl.c, migration/cpr-transfer.c). Only then
 * does it listen for the migration itself.
 */
#include "rules/condition.h"

void qc_condition_incoming_cpr(struct qc_rule_context *context)
{
    static const char *const loading[] = {"cpr_state_load", NULL};
    static const char *const listening[] = {"cpr_transfer_input", NULL};
    struct qemucore_thread *thread = context->state->main_loop.thread;
    if (thread == NULL || qc_rule_wait(context, thread)->state != QC_WAIT_SYSCALL ||
        qc_rule_frame(thread, loading) == NULL) {
        return;
    }
    bool listens = qc_rule_frame(thread, listening) != NULL;
    struct qemucore_finding *finding = qc_finding_report(
        context, "a migration destination (cpr-transfer) %s: it has no machine yet, and no monitor",
        listens ? "whose source has not connected" : "reads the CPR state of its source");
    qc_evidence_add_main(finding);
    qc_evidence_add_run_state(finding);
    qc_finding_set_actor(finding, "%s",
                         listens ? "The source must act next: send migrate to it."
                                 : "The source must send that state.");
}
