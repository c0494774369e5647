/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_tool - qemu-img, qemu-nbd, qemu-storage-daemon: programs without a guest, in their main
 * loop's own poll
 */
#include <string.h>

#include "base/base.h"
#include "findings/findings.h"
#include "requests/requests.h"

/* Returns the first culprit that does not end by itself, as a timer does. NULL: none. */
static const struct qc_block_culprit *first_unsound(const struct qc_block_culprits *culprits)
{
    return qc_vec_find(culprits, culprit, !qc_block_service_is_sound(culprit->service));
}

static void report_main(struct qemucore_finding *finding)
{
    qc_evidence_add_main(finding);
    qc_evidence_add_polled(finding, finding->context->state->main_loop.thread);
    qc_evidence_add_sleepers(finding);
}

/* One dump does not tell whether what it waits for makes progress. */
static void report_waiting(struct qc_rule_context *context, const char *tool,
                           const struct qc_block_culprit *culprit)
{
    struct qemucore_finding *finding =
        culprit == NULL
            ? qc_finding_report(context, "%s waits for I/O that it has under way" QC_RULE_ONE_DUMP,
                                tool)
            : qc_finding_report(context, "%s waits for %s of %s" QC_RULE_ONE_DUMP, tool,
                                qc_storage_amount(context, culprit),
                                qc_storage_label(context, culprit));
    report_main(finding);
    if (culprit != NULL) {
        qc_storage_blame(finding, culprit);
    }
    qc_finding_doubt(finding);
}

/* qemu-nbd and qemu-storage-daemon serve others, and qemu-io who types its commands; they are idle
   in between. */
static void report_server(struct qc_rule_context *context, const char *tool,
                          const struct qc_block_culprits *culprits)
{
    bool has_types = context->state->has_types;
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s waits %s", tool,
        !has_types             ? "in its main loop; whether it has requests under way can't be told "
                                 "without its debug info"
        : culprits->count == 0 ? "for something to do"
                               : "for requests that a timer ends");
    report_main(finding);
    if (!has_types) {
        qc_finding_doubt(finding);
    }
}

bool qc_tool_is_at_rest(const struct qc_rule_context *context)
{
    return qc_process_tool(context->process) != NULL &&
           context->state->main_loop.place == QC_MAIN_LOOP_POLL;
}

void qc_tool_report(struct qc_rule_context *context, const char *tool)
{
    bool serves = strcmp(tool, "qemu-nbd") == 0 || strcmp(tool, "qemu-io") == 0 ||
                  strcmp(tool, "qemu-storage-daemon") == 0;
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    if (!qc_tool_is_at_rest(context)) {
        return;
    }
    qc_storage_culprits(context, NULL, &culprits);
    const struct qc_block_culprit *unsound = first_unsound(&culprits);
    if (serves && unsound == NULL) {
        report_server(context, tool, &culprits);
    } else {
        report_waiting(context, tool, unsound);
    }
}
