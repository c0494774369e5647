/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * verdict - what the process was doing, whether it is stuck, on what, and who must act next
 *
 * Evaluates a const table of rules (rules.c). Each rule is a condition over the facts that the
 * floors below have gathered, and reports findings with their evidence. The gravest finding is the
 * verdict. Facts that a rule needs and the dump lacks are no finding: they are listed as not known.
 */
#pragma once

#include "crash/crash.h"
#include "qemu/qemu.h"
#include "verdict/comparison.h"
#include "verdict/known/known.h"
#include "wait/wait.h"

#define QC_SEVERITIES(X)                                                                     \
    X(QC_SEVERITY_NORMAL, "normal") /* what a sound process does */                          \
    X(QC_SEVERITY_WARNING, "warning") /* odd, or a hint; the verdict does not rest on it */  \
    X(QC_SEVERITY_WAITING, "waiting") /* sound, but somebody outside the process must act */ \
    /* threads can't go on, and nothing in the dump will wake them */                        \
    X(QC_SEVERITY_STUCK, "stuck")                                                            \
    X(QC_SEVERITY_CRASH, "crash")
enum qc_severity { QC_SEVERITIES(QC_ENUMERATOR) };

#define QC_VERDICT_STATES(X)         \
    X(QC_VERDICT_UNKNOWN, "unknown") \
    X(QC_VERDICT_HEALTHY, "healthy") \
    X(QC_VERDICT_WAITING, "waiting") \
    X(QC_VERDICT_STUCK, "stuck")     \
    X(QC_VERDICT_CRASHED, "crashed")
enum qc_verdict_state { QC_VERDICT_STATES(QC_ENUMERATOR) };

/* Types of the public header. */
struct qemucore_evidence {
    struct qemucore_thread *thread; /* NULL: about no single thread */
    struct qemucore_frame *frame;   /* NULL: none */
    const char *field;              /* expression in the syntax of qemucore-inspect; NULL: none */
    uint64_t address;               /* address of an object; 0: none */
    const char *sentence;
};

struct qemucore_finding {
    struct qc_rule_context *context; /* what the rules see; NULL once all have been evaluated */
    size_t index; /* position in the order of reporting */
    const char *rule;
    const char *origin; /* commit of QEMU, or discussion, that the rule was learned from */
    enum qc_severity severity;
    const char *sentence; /* one sentence, without a full stop */
    const char *actor;    /* sentence: who must act next; NULL: nobody in particular */
    const char *next;     /* what to look at next; NULL: nothing */
    QC_VEC(struct qemucore_evidence) evidence;
    bool is_doubt; /* warning that rules out healthy and waiting */
    bool explains_main; /* explains why the main thread is where it is */
    bool evidence_is_cut; /* QC_LIMIT_EVIDENCE was reached */
    QC_VEC(struct qemucore_known) known; /* known bugs of QEMU that match */
    size_t signature_evidence; /* number of leading pieces that the signature uses; SIZE_MAX: all */
    const char *cause; /* words for the signature after rule and functions: "nbd"; NULL: none */
};

struct qc_verdict {
    enum qc_verdict_state state;
    const char *sentence;
    size_t decisive; /* index of the finding that is the verdict; findings.count: none. In state
                        UNKNOWN it may be a NORMAL finding */
    const char *next;      /* who must act next, and what to look at */
    const char *signature; /* the same for the same hang: rule, functions and cause, no addresses */
    struct qc_wait_graph *graph;
    const struct qc_state *process_state;
    const struct qc_comparison *comparison; /* comparison with an earlier dump; NULL: none */
    struct qc_crash crash;
    bool queues_looked_for;
    struct qc_queues queues; /* use qc_rule_queues */
    QC_VEC(struct qemucore_finding) findings; /* sorted, the gravest first */
    bool findings_are_cut;
    QC_VEC(const char *) unknown; /* sentences: what can't be told, and what would tell it */
};

/* graph, state and comparison (may be NULL) must outlive the verdict. Fails if out of memory. */
enum qemucore_status qc_verdict_new(struct qc_wait_graph *graph, const struct qc_state *state,
                                    const struct qc_comparison *comparison, struct qc_verdict **ret,
                                    struct qemucore_error *error);
void qc_verdict_free(struct qc_verdict *verdict);

/* "healthy", "waiting", "stuck", "crashed", "unknown" */
const char *qc_verdict_state_name(enum qc_verdict_state state);
/* "normal", "warning", "waiting", "stuck", "crash" */
const char *qc_severity_name(enum qc_severity severity);
