/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_command - a monitor command that waits in a coroutine
 */
#include "base/base.h"
#include "findings/findings.h"
#include "rules/condition.h"

/* Tells whether the node has the request of the coroutine, or of the last one that it waits for. */
static bool has_request_of(const struct qc_block_node *node, const struct qc_coroutine_wait *wait)
{
    return qc_vec_any(&node->requests, request,
                      request->coroutine.value == wait->coroutine->address ||
                          (wait->root != NULL &&
                           request->coroutine.value == wait->root->address));
}

static void show_storage(struct qemucore_finding *finding, const struct qc_coroutine_wait *wait)
{
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    qc_storage_culprits(finding->context, NULL, &culprits);
    const struct qc_block_culprit *culprit =
        qc_vec_find(&culprits, at, at->node != NULL && has_request_of(at->node, wait));
    if (culprit != NULL) {
        qc_storage_blame(finding, culprit);
    }
}

static void report_yielded(struct qc_rule_context *context, const struct qc_coroutine_wait *wait,
                           const char *command)
{
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "%s has not ended: it waits for %s; until then QMP answers out-of-band commands only",
        command, qc_str_or(wait->sentence, "something that is not known"));
    qc_finding_doubt(finding);
    qc_storage_show_coroutine(finding, "its ", wait->coroutine->address);
    show_storage(finding, wait);
}

/* The coroutine may be lost: its registers are damaged, or a limit has cut the search. */
static void report_unseen(struct qc_rule_context *context, const struct qc_coroutine_waits *waits)
{
    const char *why_cut = waits == NULL ? NULL : waits->coroutines->why_cut;
    struct qemucore_finding *finding = qc_finding_report(
        context, "QMP is busy with a command, and the coroutine that executes it is not found");
    qc_evidence_add(finding, (struct qc_subject){.field = "qmp_dispatcher_co_busy"},
                    "qmp_dispatcher_co_busy is set, and no coroutine is seen in "
                    "monitor_qmp_dispatcher_co%s%s",
                    why_cut == NULL ? "" : ": ", qc_str_or(why_cut, ""));
    qc_finding_doubt(finding);
}

/* Tells whether the coroutine has handed its command to the main loop (qapi/qmp-dispatch.c), which has
   been woken. */
static bool is_handed_over(const struct qc_rule_context *context)
{
    const struct qc_aio_contexts *contexts = &context->state->contexts;
    const struct qc_aio_context *main_context =
        qc_vec_find(&contexts->list, at, at->kind == QC_AIO_CONTEXT_MAIN);
    return main_context != NULL &&
           qc_vec_any(&main_context->bottom_halves, bh,
                      bh->is_due && qc_str_is(bh->name, "do_qmp_dispatch_bh")) &&
           qc_activity_has_polled(qc_rule_wait(context, context->state->main_loop.thread));
}

/* One coroutine runs the commands of all QMP monitors in turn (monitor_qmp_dispatcher_co of
   monitor/qmp.c). One that yields (qapi: 'coroutine': true) leaves the main loop free. */
void qc_condition_command_yielded(struct qc_rule_context *context)
{
    struct qc_fact busy = qc_fact_variable(context->process->fields, QC_VARIABLE_QMP_BUSY, NULL);
    if (context->state->main_loop.place != QC_MAIN_LOOP_POLL || !qc_fact_is_set(busy) ||
        is_handed_over(context)) {
        return;
    }
    const struct qc_coroutine_waits *waits = qc_waits_coroutines(context->graph->waits);
    bool is_seen = false;
    for (size_t i = 0; waits != NULL && i < waits->count; i++) {
        const struct qc_coroutine_wait *wait = &waits->items[i];
        struct qc_stack *stack = qc_coroutine_stack(wait->coroutine);
        if (stack != NULL && wait->kind != QC_COROUTINE_WAIT_THREAD && qc_rule_is_dispatched(stack)) {
            const char *command = qc_rule_command_in(context, stack);
            if (qc_poll_loop_to_enter(context, wait->coroutine->address) == NULL) {
                report_yielded(context, wait, qc_str_or(command, "a QMP command"));
            }
            return;
        }
        is_seen |= stack != NULL && qc_frames_find(stack, "monitor_qmp_dispatcher_co") != NULL;
    }
    if (!is_seen) {
        report_unseen(context, waits);
    }
}
