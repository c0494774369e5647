/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * verdict - what the process was at, whether it is stuck, on what, and who has to act next
 *
 * A const table of rules (rules.c) is gone through; each is a condition over the facts that the
 * floors below have gathered, and gives findings with their evidence. The gravest finding is the
 * verdict. What a rule would need and the dump lacks is no finding, but said as what can't be told.
 */
#ifndef QC_VERDICT_VERDICT_H
#define QC_VERDICT_VERDICT_H

#include "qemu/qemu.h"
#include "verdict/comparison.h"
#include "verdict/crash/crash.h"
#include "verdict/known/known.h"
#include "wait/wait.h"

enum qc_severity {
    QC_SEVERITY_NORMAL,  /* what a sound process does */
    QC_SEVERITY_WARNING, /* odd, or a hint; the verdict does not rest on it */
    QC_SEVERITY_WAITING, /* sound, and somebody outside of the process has to act */
    QC_SEVERITY_STUCK,   /* threads can't go on, and nothing in the dump will make them */
    QC_SEVERITY_CRASH,
};

enum qc_verdict_state {
    QC_VERDICT_UNKNOWN,
    QC_VERDICT_HEALTHY,
    QC_VERDICT_WAITING,
    QC_VERDICT_STUCK,
    QC_VERDICT_CRASHED,
};

/* How many names of threads, and facts, one sentence may hold. */
#define QC_VERDICT_TEXTS 16

/* The types of the public header. */
struct qemucore_evidence {
    struct qemucore_thread *thread; /* NULL: of no thread in particular */
    struct qemucore_frame *frame;   /* NULL: none */
    char *field;                    /* an expression as of qemucore-inspect; NULL: none */
    uint64_t address;               /* of an object; 0: none */
    char *sentence;
};

struct qemucore_finding {
    size_t index; /* in the order of the rules */
    const char *rule;
    const char *origin; /* QEMU's commit or discussion that it was learned from */
    enum qc_severity severity;
    char *sentence;     /* one, without a full stop */
    char *actor;        /* who has to act next, as a sentence; NULL: nobody in particular */
    char *next;         /* what to look at next; NULL: nothing */
    QC_VEC(struct qemucore_evidence) evidence;
    bool is_doubt; /* of a warning: with it nothing is healthy, nor just waiting */
    bool explains_main; /* why the main thread is where it is */
    bool evidence_is_cut; /* by a limit of ours */
    QC_VEC(struct qemucore_known) known; /* bugs of QEMU that it looks like */
    size_t signature_evidence; /* so many of them make the signature; 0: all */
    char *cause; /* words of the signature beside rule and functions: "nbd"; NULL: none */
};

struct qc_verdict {
    enum qc_verdict_state state;
    char *sentence;
    size_t decisive; /* the finding that the verdict is; findings.count: there is none. Of a state
                        that is unknown: what is known, which is normal */
    char *next;      /* who must act next, and what to look at */
    char *signature; /* the same for the same hang: rule, functions and cause, no addresses */
    struct qc_wait_graph *graph;
    const struct qc_state *process_state;
    const struct qc_comparison *comparison; /* with an earlier dump; NULL: there is none */
    struct qc_crash crash;
    QC_VEC(struct qemucore_finding) findings; /* the gravest first */
    bool findings_are_cut;
    QC_VEC(char *) unknown; /* sentences: what can't be told, and what would bring it */
    char *texts[QC_VERDICT_TEXTS]; /* of threads and facts, for the sentence that is being made */
    unsigned next_text;
};

/* graph, state and comparison, which may be NULL, outlive the verdict. Running out of memory fails. */
enum qemucore_status qc_verdict_new(struct qc_wait_graph *graph, const struct qc_state *state,
                                    const struct qc_comparison *comparison, struct qc_verdict **ret,
                                    struct qemucore_error *error);
void qc_verdict_free(struct qc_verdict *verdict);

/* "healthy", "waiting", "stuck", "crashed", "unknown" */
const char *qc_verdict_state_name(enum qc_verdict_state state);
/* "normal", "warning", "waiting", "stuck", "crash" */
const char *qc_severity_name(enum qc_severity severity);

#endif
