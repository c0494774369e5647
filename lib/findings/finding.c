/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * finding - how conditions report what they found, and the questions that most of them ask
 */
#include "findings/rule.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/base.h"
#include "findings/findings_limits.h"

/* ---- findings ------------------------------------------------------------------------------- */

static struct qemucore_finding *finding_begin(struct qc_rule_context *context,
                                              struct qemucore_finding *finding)
{
    *finding = (struct qemucore_finding){
        .context = context,
        .rule = context->rule->name,
        .origin = context->rule->origin,
        .severity = context->rule->severity,
        .signature_evidence = SIZE_MAX,
    };
    return finding;
}

static struct qemucore_finding *finding_add(struct qc_rule_context *context)
{
    struct qemucore_finding *added = qc_vec_add(&context->findings->list);
    context->failed |= added == NULL;
    struct qemucore_finding *finding =
        finding_begin(context, added == NULL ? &context->left_out : added);
    finding->index = context->findings->list.count - 1;
    return finding;
}

/* Nothing is healthy then: one of the findings that are left out may be a doubt. */
static void cut_report(struct qc_rule_context *context)
{
    context->findings->are_cut = true;
    struct qemucore_finding *finding = finding_add(context);
    finding->sentence = qc_rule_format(context, "there are more findings than the %d that are told",
                                       QC_LIMIT_FINDINGS);
    qc_evidence_add(finding, (struct qc_subject){0},
                    "one of those that are left out may be a fault, or a doubt");
    qc_finding_doubt(finding);
}

struct qemucore_finding *qc_finding_report(struct qc_rule_context *context, const char *format, ...)
{
    if (context->findings->list.count >= QC_LIMIT_FINDINGS) {
        if (!context->findings->are_cut) {
            cut_report(context);
        }
        return finding_begin(context, &context->left_out);
    }
    struct qemucore_finding *finding = finding_add(context);
    finding->sentence = qc_rule_keep(context, QC_FORMATTED(format));
    finding->next = context->rule->next;
    return finding;
}

void qc_evidence_add(struct qemucore_finding *finding, struct qc_subject subject,
                     const char *format, ...)
{
    struct qc_rule_context *context = finding->context;
    if (finding == &context->left_out) {
        return;
    }
    if (finding->evidence.count == QC_LIMIT_EVIDENCE) {
        finding->evidence_is_cut = true;
        return;
    }
    struct qemucore_evidence evidence = {
        .thread = subject.thread,
        .frame = subject.frame,
        .field = subject.field,
        .address = subject.address,
        .sentence = qc_rule_keep(context, QC_FORMATTED(format)),
    };
    context->failed |= !qc_vec_push(&finding->evidence, evidence);
}

void qc_doubt_report(struct qc_rule_context *context, const char *sentence, const char *what)
{
    struct qemucore_finding *finding = qc_finding_report(context, "%s", sentence);
    qc_evidence_add(finding, (struct qc_subject){0}, "%s", what);
    qc_finding_doubt(finding);
}

void qc_finding_set_actor(struct qemucore_finding *finding, const char *format, ...)
{
    finding->actor = qc_rule_keep(finding->context, QC_FORMATTED(format));
}

void qc_finding_set_next(struct qemucore_finding *finding, const char *format, ...)
{
    finding->next = qc_rule_keep(finding->context, QC_FORMATTED(format));
}

void qc_finding_add_cause(struct qemucore_finding *finding, const char *word)
{
    if (word != NULL) {
        finding->cause = qc_rule_format(finding->context, "%s%s%s", qc_str_or(finding->cause, ""),
                                        finding->cause == NULL ? "" : ":", word);
    }
}

void qc_unknown_report(struct qc_rule_context *context, const char *format, ...)
{
    const char *sentence = qc_rule_keep(context, QC_FORMATTED(format));
    if (!qc_vec_any(&context->findings->unknown, at, strcmp(*at, sentence) == 0)) {
        context->failed |= !qc_vec_push(&context->findings->unknown, sentence);
    }
}

static void finding_free(struct qemucore_finding *finding)
{
    qc_vec_free(&finding->evidence);
    qc_vec_free(&finding->known);
}

void qc_findings_free(struct qc_findings *findings)
{
    qc_vec_free_each(&findings->list, item, finding_free(item));
    qc_vec_free(&findings->unknown);
}

QC_DEFINE_WORDS(qc_severity_name, enum qc_severity, QC_SEVERITIES)

/* ---- what conditions ask ------------------------------------------------------------------- */

const char *qc_rule_keep(struct qc_rule_context *context, char *text)
{
    const char *kept = qc_fields_keep(context->process->fields, text);
    context->failed |= kept == NULL;
    return qc_str_or(kept, "");
}

const char *qc_rule_format(struct qc_rule_context *context, const char *format, ...)
{
    return qc_rule_keep(context, QC_FORMATTED(format));
}

const char *qc_rule_thread_label(struct qc_rule_context *context,
                                 const struct qemucore_thread *thread)
{
    return qc_rule_keep(context, qc_thread_label(thread));
}

const char *qc_rule_number(struct qc_rule_context *context, struct qc_fact fact)
{
    return fact.is_known ? qc_rule_format(context, "%" PRIu64, fact.value) : "not known";
}

const char *qc_rule_address(struct qc_rule_context *context, struct qc_fact fact)
{
    return fact.is_known ? qc_rule_format(context, "0x%" PRIx64, fact.value) : "not known";
}

const char *qc_rule_seconds(struct qc_rule_context *context, uint64_t nanoseconds)
{
    return qc_rule_format(context, "%.1f s", (double)(nanoseconds / 100000000) / 10);
}

bool qc_rule_is_reported(const struct qc_rule_context *context, uint64_t address)
{
    return qc_vec_any(&context->findings->list, finding,
                      finding->severity >= QC_SEVERITY_WARNING &&
                          qc_vec_any(&finding->evidence, evidence, evidence->address == address));
}

const struct qc_queues *qc_rule_queues(struct qc_rule_context *context)
{
    if (!context->queues_looked_for) {
        qc_queues_find(context->process->fields, &context->state->contexts, &context->queues);
        context->queues_looked_for = true;
    }
    return &context->queues;
}

const struct qemucore_wait *qc_rule_wait(const struct qc_rule_context *context,
                                         const struct qemucore_thread *thread)
{
    return &context->graph->waits->items[thread->index];
}

const struct qemucore_lock *qc_rule_bql(const struct qc_rule_context *context)
{
    return qc_vec_find(&context->graph->locks, lock, lock->is_bql);
}

bool qc_rule_waits_for_bql(const struct qc_rule_context *context,
                           const struct qemucore_thread *thread)
{
    const struct qemucore_lock *bql = qc_rule_bql(context);
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    return bql != NULL && wait->state == QC_WAIT_BLOCKED && wait->object == bql->address;
}

bool qc_rule_is_in_ring(const struct qc_rule_context *context, const struct qemucore_thread *thread)
{
    static const char *const names[] = {"io_uring_enter", NULL};
    return qc_wait_is_in(qc_rule_wait(context, thread), names);
}

bool qc_rule_is_aio_context_lock(const struct qc_rule_context *context,
                                 const struct qemucore_lock *lock)
{
    const struct qc_aio_contexts *contexts = &context->state->contexts;
    uint64_t address;
    return qc_vec_any(&contexts->list, at,
                      qc_field_address(context->process->fields, QC_FIELD_AIO_CONTEXT_LOCK,
                                       at->address, &address) &&
                          address == lock->address) ||
           (lock->name != NULL && strstr(lock->name, "AioContext.lock") != NULL);
}

struct qemucore_frame *qc_rule_frame(struct qemucore_thread *thread, const char *const *functions)
{
    return qc_frames_find_one_of(qc_thread_stack(thread), functions);
}

const char *qc_rule_dumps_dont_tell(const struct qc_rule_context *context)
{
    return context->comparison == NULL ? "one dump does not tell" : "two dumps do not tell";
}
