/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "base/base.h"
#include "json/json.h"
#include "text/text.h"

static enum qemucore_status view_of(struct qemucore *core, struct qc_dump_view *ret,
                                    struct qemucore_error *error)
{
    struct qc_wait_graph *graph;
    struct qc_state *state;
    enum qemucore_status status = qc_api_graph(core, &graph, error); /* also names the threads */
    if (status == QEMUCORE_OK) {
        status = qc_api_state(core, &state, error);
    }
    if (status == QEMUCORE_OK) {
        *ret = (struct qc_dump_view){graph->process, state};
    }
    return status;
}

QC_EXPORT enum qemucore_status qemucore_compare(struct qemucore *core, struct qemucore *earlier,
                                                struct qemucore_error *error)
{
    struct qc_dump_view later;
    struct qc_dump_view before;
    if (core->verdict != NULL || core->comparison != NULL) {
        return qc_error_set(error, QEMUCORE_INVALID, "the dump has a verdict already");
    }
    enum qemucore_status status = view_of(core, &later, error);
    if (status == QEMUCORE_OK) {
        status = view_of(earlier, &before, error);
    }
    return status == QEMUCORE_OK ? qc_comparison_new(later, before, &core->comparison, error)
                                 : status;
}

/* Returns the verdict, or NULL when there is none: callers can't fail, and say "unknown" then. */
static const struct qc_verdict *verdict_of(struct qemucore *core)
{
    struct qc_verdict *verdict = NULL;
    qc_api_verdict(core, &verdict, NULL);
    return verdict;
}

QC_EXPORT const char *qemucore_verdict(struct qemucore *core, const char **sentence,
                                       const char **next)
{
    const struct qc_verdict *verdict = verdict_of(core);
    if (sentence != NULL) {
        *sentence = verdict == NULL ? "out of memory" : verdict->sentence;
    }
    if (next != NULL) {
        *next = verdict == NULL ? "" : verdict->next;
    }
    return qc_verdict_state_name(verdict == NULL ? QC_VERDICT_UNKNOWN : verdict->state);
}

/* The verdict floor's value for each public code; the words come from that floor. */
static const enum qc_verdict_state verdict_states[] = {
    [QEMUCORE_VERDICT_UNKNOWN] = QC_VERDICT_UNKNOWN, [QEMUCORE_VERDICT_HEALTHY] = QC_VERDICT_HEALTHY,
    [QEMUCORE_VERDICT_WAITING] = QC_VERDICT_WAITING, [QEMUCORE_VERDICT_STUCK] = QC_VERDICT_STUCK,
    [QEMUCORE_VERDICT_CRASHED] = QC_VERDICT_CRASHED,
};

QC_EXPORT enum qemucore_verdict_state qemucore_verdict_state(struct qemucore *core)
{
    static const enum qemucore_verdict_state codes[] = {
        [QC_VERDICT_UNKNOWN] = QEMUCORE_VERDICT_UNKNOWN,
        [QC_VERDICT_HEALTHY] = QEMUCORE_VERDICT_HEALTHY,
        [QC_VERDICT_WAITING] = QEMUCORE_VERDICT_WAITING,
        [QC_VERDICT_STUCK] = QEMUCORE_VERDICT_STUCK,
        [QC_VERDICT_CRASHED] = QEMUCORE_VERDICT_CRASHED,
    };
    const struct qc_verdict *verdict = verdict_of(core);
    return verdict == NULL ? QEMUCORE_VERDICT_UNKNOWN : codes[verdict->state];
}

QC_EXPORT const char *qemucore_verdict_state_name(enum qemucore_verdict_state state)
{
    return (unsigned)state > QEMUCORE_VERDICT_CRASHED
               ? "no verdict"
               : qc_verdict_state_name(verdict_states[state]);
}

QC_EXPORT const char *qemucore_verdict_signature(struct qemucore *core)
{
    const struct qc_verdict *verdict = verdict_of(core);
    return verdict == NULL ? "unknown" : verdict->signature;
}

QC_EXPORT const char *qemucore_verdict_unknown(struct qemucore *core, size_t index)
{
    const struct qc_verdict *verdict = verdict_of(core);
    if (verdict == NULL) {
        return index == 0 ? "out of memory" : NULL;
    }
    return index < verdict->findings.unknown.count ? verdict->findings.unknown.items[index] : NULL;
}

QC_ITERATOR(struct qemucore_finding, qemucore_finding_next, qemucore, verdict_of(object), findings.list)
QC_GETTER(const char *, qemucore_finding_rule, qemucore_finding, rule)
QC_GETTER(const char *, qemucore_finding_origin, qemucore_finding, origin)

QC_EXPORT const char *qemucore_finding_severity(const struct qemucore_finding *finding)
{
    return qc_severity_name(finding->severity);
}

QC_EXPORT enum qemucore_severity
qemucore_finding_severity_code(const struct qemucore_finding *finding)
{
    static const enum qemucore_severity codes[] = {
        [QC_SEVERITY_NORMAL] = QEMUCORE_SEVERITY_NORMAL,
        [QC_SEVERITY_WARNING] = QEMUCORE_SEVERITY_WARNING,
        [QC_SEVERITY_WAITING] = QEMUCORE_SEVERITY_WAITING,
        [QC_SEVERITY_STUCK] = QEMUCORE_SEVERITY_STUCK,
        [QC_SEVERITY_CRASH] = QEMUCORE_SEVERITY_CRASH,
    };
    return codes[finding->severity];
}

QC_GETTER(bool, qemucore_finding_is_doubt, qemucore_finding, is_doubt)
QC_GETTER(const char *, qemucore_finding_sentence, qemucore_finding, sentence)
QC_GETTER(const char *, qemucore_finding_actor, qemucore_finding, actor)
QC_GETTER(const char *, qemucore_finding_look_at, qemucore_finding, next)

QC_EXPORT struct qemucore_known *qemucore_known_next(const struct qemucore_finding *finding,
                                                     const struct qemucore_known *previous)
{
    return QC_NEXT_OF(finding, known, previous);
}

QC_GETTER(const char *, qemucore_known_sentence, qemucore_known, sentence)

QC_EXPORT const char *qemucore_known_title(const struct qemucore_known *known)
{
    return known->bug->title;
}

QC_EXPORT const char *qemucore_known_issue(const struct qemucore_known *known)
{
    return known->bug->issue;
}

QC_EXPORT const char *qemucore_known_fixed_in(const struct qemucore_known *known)
{
    return known->bug->fixed_in;
}

QC_EXPORT const char *qemucore_known_commit(const struct qemucore_known *known)
{
    return known->bug->fixed_by;
}

QC_EXPORT const char *qemucore_known_introduced_in(const struct qemucore_known *known)
{
    return known->bug->introduced_in;
}

QC_EXPORT const char *qemucore_known_workaround(const struct qemucore_known *known)
{
    return known->bug->workaround;
}

QC_EXPORT struct qemucore_evidence *
qemucore_evidence_next(const struct qemucore_finding *finding,
                       const struct qemucore_evidence *previous)
{
    return QC_NEXT_OF(finding, evidence, previous);
}

QC_GETTER(const char *, qemucore_evidence_sentence, qemucore_evidence, sentence)
QC_GETTER(struct qemucore_thread *, qemucore_evidence_thread, qemucore_evidence, thread)
QC_GETTER(struct qemucore_frame *, qemucore_evidence_frame, qemucore_evidence, frame)
QC_GETTER(const char *, qemucore_evidence_field, qemucore_evidence, field)
QC_GETTER(uint64_t, qemucore_evidence_address, qemucore_evidence, address)

/* ---- the rendering -------------------------------------------------------------------------- */

QC_EXPORT enum qemucore_status qemucore_why_render(struct qemucore *core,
                                                   const struct qemucore_render *render,
                                                   char **ret, struct qemucore_error *error)
{
    const uint32_t allowed = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_JSON |
                           QEMUCORE_RENDER_COLOR | QEMUCORE_RENDER_ALL;
    struct qemucore_render ours;
    struct qc_verdict *verdict;
    enum qemucore_status status = qc_api_copy_render(&ours, render, allowed, error);
    if (status == QEMUCORE_OK) {
        status = qc_api_verdict(core, &verdict, error);
    }
    if (status != QEMUCORE_OK) {
        return status;
    }
    QC_FREE char *remedy = qc_api_remedy(core, verdict->process_state);
    struct qc_why why = {core->waits, verdict, remedy};
    char *text;
    if ((ours.flags & QEMUCORE_RENDER_JSON) != 0) {
        text = QC_API_DOCUMENT(core, qc_json_why(&why, &ours));
    } else {
        struct qc_strbuf buffer = {0};
        qc_text_why(&why, &ours, &buffer);
        text = qc_strbuf_take(&buffer);
    }
    return qc_api_give_text(text, &ours, ret, error);
}
