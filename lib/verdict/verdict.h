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
#include "findings/findings.h"
#include "qemu/qemu.h"
#include "verdict/known/known.h"
#include "wait/wait.h"

#define QC_VERDICT_STATES(X)         \
    X(QC_VERDICT_UNKNOWN, "unknown") \
    X(QC_VERDICT_HEALTHY, "healthy") \
    X(QC_VERDICT_WAITING, "waiting") \
    X(QC_VERDICT_STUCK, "stuck")     \
    X(QC_VERDICT_CRASHED, "crashed")
enum qc_verdict_state { QC_VERDICT_STATES(QC_ENUMERATOR) };

struct qc_verdict {
    enum qc_verdict_state state;
    const char *sentence;
    size_t decisive; /* index of the finding that is the verdict; findings.list.count: none. In
                        state UNKNOWN it may be a NORMAL finding */
    const char *next;      /* who must act next, and what to look at */
    const char *signature; /* the same for the same hang: rule, functions and cause, no addresses */
    struct qc_wait_graph *graph;
    const struct qc_state *process_state;
    const struct qc_comparison *comparison; /* comparison with an earlier dump; NULL: none */
    struct qc_crash crash;
    struct qc_findings findings; /* the list is sorted, the gravest first */
};

/* graph, state and comparison (may be NULL) must outlive the verdict. Fails if out of memory. */
enum qemucore_status qc_verdict_new(struct qc_wait_graph *graph, const struct qc_state *state,
                                    const struct qc_comparison *comparison, struct qc_verdict **ret,
                                    struct qemucore_error *error);
void qc_verdict_free(struct qc_verdict *verdict);

/* "healthy", "waiting", "stuck", "crashed", "unknown" */
const char *qc_verdict_state_name(enum qc_verdict_state state);
