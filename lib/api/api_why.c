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
    QC_TRY(qc_api_graph(core, &graph, error)); /* also names the threads */
    QC_TRY(qc_api_state(core, &state, error));
    *ret = (struct qc_dump_view){graph->process, state};
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_compare(struct qemucore *core, struct qemucore *earlier,
                                                struct qemucore_error *error)
{
    struct qc_dump_view later;
    struct qc_dump_view before;
    QC_FAIL_IF(core->verdict != NULL || core->comparison != NULL, error, QEMUCORE_INVALID,
               "the dump has a verdict already");
    QC_TRY(view_of(core, &later, error));
    QC_TRY(view_of(earlier, &before, error));
    return qc_comparison_new(later, before, &core->comparison, error);
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
    QC_GIVE(sentence, verdict == NULL ? "out of memory" : verdict->sentence);
    QC_GIVE(next, verdict == NULL ? "" : verdict->next);
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

QC_ITERATOR(struct qemucore_finding, qemucore_finding_next, struct qemucore, verdict_of(object),
            findings.list)
QC_GETTER(const char *, qemucore_finding_rule, qemucore_finding, object->rule)
QC_GETTER(const char *, qemucore_finding_origin, qemucore_finding, object->origin)
QC_GETTER(const char *, qemucore_finding_severity, qemucore_finding,
          qc_severity_name(object->severity))

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

QC_GETTER(bool, qemucore_finding_is_doubt, qemucore_finding, object->is_doubt)
QC_GETTER(const char *, qemucore_finding_sentence, qemucore_finding, object->sentence)
QC_GETTER(const char *, qemucore_finding_actor, qemucore_finding, object->actor)
QC_GETTER(const char *, qemucore_finding_look_at, qemucore_finding, object->next)
QC_ITERATOR(struct qemucore_known, qemucore_known_next, const struct qemucore_finding,
            object, known)
QC_GETTER(const char *, qemucore_known_sentence, qemucore_known, object->sentence)
QC_GETTER(const char *, qemucore_known_title, qemucore_known, object->bug->title)
QC_GETTER(const char *, qemucore_known_issue, qemucore_known, object->bug->issue)
QC_GETTER(const char *, qemucore_known_fixed_in, qemucore_known, object->bug->fixed_in)
QC_GETTER(const char *, qemucore_known_commit, qemucore_known, object->bug->fixed_by)
QC_GETTER(const char *, qemucore_known_introduced_in, qemucore_known, object->bug->introduced_in)
QC_GETTER(const char *, qemucore_known_workaround, qemucore_known, object->bug->workaround)
QC_ITERATOR(struct qemucore_evidence, qemucore_evidence_next, const struct qemucore_finding,
            object, evidence)
QC_GETTER(const char *, qemucore_evidence_sentence, qemucore_evidence, object->sentence)
QC_GETTER(struct qemucore_thread *, qemucore_evidence_thread, qemucore_evidence, object->thread)
QC_GETTER(struct qemucore_frame *, qemucore_evidence_frame, qemucore_evidence, object->frame)
QC_GETTER(const char *, qemucore_evidence_field, qemucore_evidence, object->field)
QC_GETTER(uint64_t, qemucore_evidence_address, qemucore_evidence, object->address)

/* ---- the rendering -------------------------------------------------------------------------- */

QC_EXPORT enum qemucore_status qemucore_why_render(struct qemucore *core,
                                                   const struct qemucore_render *render,
                                                   char **ret, struct qemucore_error *error)
{
    const uint32_t allowed = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_JSON |
                           QEMUCORE_RENDER_COLOR | QEMUCORE_RENDER_ALL;
    struct qemucore_render ours;
    struct qc_verdict *verdict;
    QC_TRY(qc_api_copy_render(&ours, render, allowed, error));
    QC_TRY(qc_api_verdict(core, &verdict, error));
    QC_FREE char *remedy = qc_api_remedy(core, verdict->process_state);
    struct qc_why why = {core->waits, verdict, remedy};
    char *text = QC_API_RENDER(core, &ours, qc_json_why(&why, &ours),
                               qc_text_why(&why, &ours, &buffer));
    return qc_api_give_text(text, &ours, ret, error);
}
