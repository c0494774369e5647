/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * why_text - the verdict, its evidence, and QEMU's state
 */
#pragma once

#include "text/threads_text.h"
#include "verdict/verdict.h"

struct qc_why {
    struct qc_waits *waits;
    const struct qc_verdict *verdict;
    const char *remedy; /* how to get the executable's debug info: a package, a command; NULL: it is
                           here, or no way is known */
};

void qc_text_why(const struct qc_why *why, const struct qemucore_render *render,
                 struct qc_strbuf *buffer);

/* Returns the finding that decides the verdict. NULL: none does. */
const struct qemucore_finding *qc_why_decisive(const struct qc_verdict *verdict);

/* Returns the headline of that text: "STUCK". */
const char *qc_text_headline(const struct qc_verdict *verdict);
/* Returns the full stop that a sentence lacks: "." or "". */
const char *qc_text_full_stop(const char *sentence);
/* Appends what has moved between two dumps: a sentence without its full stop. */
void qc_text_moved(const struct qc_comparison *comparison, struct qc_strbuf *buffer);
/* Appends a piece of evidence, without a newline. all: with its field and its address. */
void qc_text_evidence(const struct qemucore_evidence *evidence, bool all, struct qc_strbuf *buffer);
