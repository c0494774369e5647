/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * finding - what a rule has found: a sentence, how grave it is, who must act, and the evidence
 */
#pragma once

#include "base/base.h"
#include "wait/wait.h"

struct qemucore_known;
struct qc_rule_context;

#define QC_SEVERITIES(X)                                                                     \
    X(QC_SEVERITY_NORMAL, "normal") /* what a sound process does */                          \
    X(QC_SEVERITY_WARNING, "warning") /* odd, or a hint; the verdict does not rest on it */  \
    X(QC_SEVERITY_WAITING, "waiting") /* sound, but somebody outside the process must act */ \
    /* threads can't go on, and nothing in the dump will wake them */                        \
    X(QC_SEVERITY_STUCK, "stuck")                                                            \
    X(QC_SEVERITY_CRASH, "crash")
enum qc_severity { QC_SEVERITIES(QC_ENUMERATOR) };

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

/* What all rules have found. */
struct qc_findings {
    QC_VEC(struct qemucore_finding) list; /* in the order of reporting, until they are ranked */
    bool are_cut; /* QC_LIMIT_FINDINGS was reached */
    QC_VEC(const char *) unknown; /* sentences: what can't be told, and what would tell it */
};

void qc_findings_free(struct qc_findings *findings);

/* "normal", "warning", "waiting", "stuck", "crash" */
const char *qc_severity_name(enum qc_severity severity);
