/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict/verdict.h"

#include <string.h>

#include "base/base.h"
#include "findings/findings.h"
#include "qemu/qemu.h"
#include "rules/rules.h"
#include "verdict/progress.h"

/* Orders findings by severity, the gravest first, then by the order of the rules. */
QC_DEFINE_ORDER(compare_findings, struct qemucore_finding,
                qc_compare(b->severity, a->severity) ?: qc_compare(a->index, b->index))

/* Returns the verdict's finding. A warning leaves a normal one decisive; a doubt does not. */
static size_t decisive_of(const struct qc_verdict *verdict)
{
    size_t count = verdict->findings.list.count;
    size_t doubt = count;
    size_t i = 0;
    for (size_t j = count; j > 0; j--) {
        doubt = verdict->findings.list.items[j - 1].is_doubt ? j - 1 : doubt;
    }
    while (i < count && verdict->findings.list.items[i].severity == QC_SEVERITY_WARNING) {
        i++;
    }
    return doubt == count || (i < count && verdict->findings.list.items[0].severity >= QC_SEVERITY_STUCK)
             ? i
             : doubt;
}

/* A process with no stuck thread is not healthy unless its run state is known: it may be waiting
   for a migration source that has died, or be stopped by an I/O error. */
static enum qc_verdict_state state_of(const struct qc_verdict *verdict)
{
    static const enum qc_verdict_state states[] = {
        [QC_SEVERITY_NORMAL] = QC_VERDICT_HEALTHY,  [QC_SEVERITY_WARNING] = QC_VERDICT_UNKNOWN,
        [QC_SEVERITY_WAITING] = QC_VERDICT_WAITING, [QC_SEVERITY_STUCK] = QC_VERDICT_STUCK,
        [QC_SEVERITY_CRASH] = QC_VERDICT_CRASHED,
    };
    if (verdict->decisive == verdict->findings.list.count) {
        return QC_VERDICT_UNKNOWN;
    }
    enum qc_severity severity = verdict->findings.list.items[verdict->decisive].severity;
    bool is_known = verdict->process_state->runstate.name != NULL ||
                    qc_process_tool(verdict->graph->process) != NULL;
    return severity == QC_SEVERITY_NORMAL && !is_known ? QC_VERDICT_UNKNOWN : states[severity];
}

static char *sentence_of(const struct qc_verdict *verdict, const struct qemucore_finding *finding)
{
    struct qc_strbuf buffer = {0};
    if (finding == NULL) {
        qc_strbuf_put(&buffer, "the dump shows neither a fault nor that all is well");
    } else if (verdict->state != QC_VERDICT_UNKNOWN || finding->is_doubt) {
        qc_strbuf_put(&buffer, finding->sentence);
    } else {
        qc_strbuf_printf(&buffer, "%s; no thread is found stuck, but whether the guest runs, is "
                                  "stopped or is being migrated %s",
                         finding->sentence,
                         verdict->process_state->has_types
                             ? "is not in the dump"
                             : "can't be told without the debug info of QEMU");
    }
    return qc_strbuf_take(&buffer);
}

/* How many functions of the evidence (each once), and how many warnings, a signature names. */
#define SIGNATURE_FUNCTIONS 6
#define SIGNATURE_WARNINGS 4

/* Appends the function's name without the suffix of a compiler's clone (".constprop.0"). */
static void put_function(struct qc_strbuf *buffer, const char *function, bool first)
{
    QC_FREE char *plain = strndup(function, strcspn(function, "."));
    qc_strbuf_put(buffer, first ? ":" : ",");
    qc_strbuf_put_escaped(buffer, qc_str_or(plain, "?"));
    buffer->failed = buffer->failed || plain == NULL;
}

static void put_functions(struct qc_strbuf *buffer, const struct qemucore_finding *finding)
{
    const char *functions[SIGNATURE_FUNCTIONS];
    size_t count = 0;
    bool is_plain = finding->severity == QC_SEVERITY_NORMAL;
    size_t end = is_plain ? 0 : finding->signature_evidence;
    for (size_t i = 0; i < finding->evidence.count && i < end; i++) {
        const struct qemucore_frame *frame = finding->evidence.items[i].frame;
        const char *function = frame == NULL ? NULL : frame->function;
        if (function != NULL && count < SIGNATURE_FUNCTIONS &&
            qc_find(functions, count, at, strcmp(*at, function) == 0) == NULL) {
            put_function(buffer, function, count == 0);
            functions[count++] = function;
        }
    }
}

static void put_cause(struct qc_strbuf *buffer, const struct qemucore_finding *finding)
{
    if (finding->cause != NULL) {
        qc_strbuf_put(buffer, ":");
        qc_strbuf_put_escaped(buffer, finding->cause);
    }
}

static bool is_same_cause(const struct qemucore_finding *a, const struct qemucore_finding *b)
{
    return strcmp(a->rule, b->rule) == 0 && strcmp(a->cause, b->cause) == 0;
}

/* Appends warnings that have a cause: an endless job makes no process stuck, but is of interest. */
static void put_warnings(struct qc_strbuf *buffer, const struct qc_verdict *verdict,
                         const struct qemucore_finding *decisive)
{
    const struct qemucore_finding *last = NULL;
    size_t count = 0;
    for (size_t i = 0; i < verdict->findings.list.count && count < SIGNATURE_WARNINGS; i++) {
        const struct qemucore_finding *finding = &verdict->findings.list.items[i];
        if (finding != decisive && finding->severity == QC_SEVERITY_WARNING &&
            !finding->is_doubt && finding->cause != NULL &&
            (last == NULL || !is_same_cause(last, finding))) {
            qc_strbuf_printf(buffer, ":%s", finding->rule);
            put_cause(buffer, finding);
            last = finding;
            count++;
        }
    }
}

/* Keeps the signature one word, which scripts can split off. */
static char *without_spaces(char *text)
{
    for (char *at = text; at != NULL && *at != '\0'; at++) {
        *at = *at == ' ' ? '_' : *at;
    }
    return text;
}

static char *signature_of(const struct qc_verdict *verdict, const struct qemucore_finding *finding)
{
    struct qc_strbuf buffer = {0};
    qc_strbuf_put(&buffer, verdict->state == QC_VERDICT_UNKNOWN ? "unknown" : "");
    if (finding != NULL) {
        qc_strbuf_printf(&buffer, "%s%s", verdict->state == QC_VERDICT_UNKNOWN ? ":" : "",
                         finding->rule);
        put_functions(&buffer, finding);
        put_cause(&buffer, finding);
    }
    if (verdict->state != QC_VERDICT_STUCK && verdict->state != QC_VERDICT_CRASHED) {
        put_warnings(&buffer, verdict, finding);
    }
    return without_spaces(qc_strbuf_take(&buffer));
}

static char *next_of(const struct qemucore_finding *finding)
{
    struct qc_strbuf buffer = {0};
    if (finding == NULL) {
        qc_strbuf_put(&buffer, "The dump does not tell who must act.");
    } else if (finding->actor != NULL) {
        qc_strbuf_put(&buffer, finding->actor);
    }
    if (finding != NULL && finding->next != NULL) {
        qc_strbuf_printf(&buffer, "%s%s", buffer.length == 0 ? "" : " ", finding->next);
    }
    qc_strbuf_put(&buffer, "");
    return qc_strbuf_take(&buffer);
}

static void rank(struct qc_verdict *verdict)
{
    qc_vec_sort(&verdict->findings.list, compare_findings);
    verdict->decisive = decisive_of(verdict);
}

static bool conclude(struct qc_verdict *verdict)
{
    struct qc_fields *fields = verdict->graph->process->fields;
    rank(verdict);
    const struct qemucore_finding *finding = verdict->decisive == verdict->findings.list.count
                                               ? NULL
                                               : &verdict->findings.list.items[verdict->decisive];
    verdict->state = state_of(verdict);
    verdict->sentence = qc_fields_keep(fields, sentence_of(verdict, finding));
    verdict->next = qc_fields_keep(fields, next_of(finding));
    verdict->signature = qc_fields_keep(fields, signature_of(verdict, finding));
    return verdict->sentence != NULL && verdict->next != NULL && verdict->signature != NULL;
}

/* Evaluates the rules, and revises what they found. False: out of memory. */
static bool rules_evaluate(struct qc_verdict *verdict)
{
    struct qc_rule_context context = {
        .findings = &verdict->findings,
        .comparison = verdict->comparison,
        .graph = verdict->graph,
        .process = verdict->graph->process,
        .state = verdict->process_state,
        .crash = &verdict->crash,
    };
    for (size_t i = 0; i < qc_rule_count; i++) {
        context.rule = &qc_rules[i];
        context.rule->condition(&context);
    }
    if (verdict->crash.ending == QC_ENDING_UNKNOWN) {
        qc_unknown_report(&context,
                          "whether it failed or somebody dumped it: signal %d came to %s, and "
                          "neither its stack nor the dump tells from where",
                          verdict->crash.signal,
                          qc_rule_thread_label(&context, verdict->crash.thread));
    }
    qc_progress_revise_caught(&context);
    rank(verdict);
    if (verdict->decisive != verdict->findings.list.count) {
        qc_progress_revise(&context, &verdict->findings.list.items[verdict->decisive]);
    }
    qc_vec_each(&verdict->findings.list, finding) {
        finding->context = NULL;
    }
    qc_queues_free(&context.queues);
    return !context.failed;
}

QC_DEFINE_GUARD(guard_verdict, struct qc_verdict, qc_verdict_free)

enum qemucore_status qc_verdict_new(struct qc_wait_graph *graph, const struct qc_state *state,
                                    const struct qc_comparison *comparison, struct qc_verdict **ret,
                                    struct qemucore_error *error)
{
    QC_GUARD(guard_verdict) struct qc_verdict *verdict = calloc(1, sizeof(*verdict));
    if (verdict == NULL) {
        return qc_error_memory(error);
    }
    verdict->graph = graph;
    verdict->process_state = state;
    verdict->comparison = comparison;
    qc_crash_find(graph->process, &verdict->crash);
    if (!rules_evaluate(verdict) || !conclude(verdict) || !qc_known_find(verdict)) {
        return qc_error_memory(error);
    }
    *ret = qc_move(verdict);
    return QEMUCORE_OK;
}

void qc_verdict_free(struct qc_verdict *verdict)
{
    if (verdict == NULL) {
        return;
    }
    qc_findings_free(&verdict->findings);
    free(verdict);
}

QC_DEFINE_WORDS(qc_verdict_state_name, enum qc_verdict_state, QC_VERDICT_STATES)
