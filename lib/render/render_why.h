/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_why - the verdict, what it rests on, and the state around it
 */
#ifndef QC_RENDER_RENDER_WHY_H
#define QC_RENDER_RENDER_WHY_H

#include "render/render_threads.h"
#include "verdict/verdict.h"

struct qc_why {
    struct qc_waits *waits;
    const struct qc_verdict *verdict;
    const char *remedy; /* what brings the executable's debug info: a package, a command; NULL: it
                           is here, or nothing is known to */
};

void qc_text_why(const struct qc_why *why, const struct qemucore_render *render,
                 struct qc_strbuf *buffer);

/* Its parts: "STUCK"; a piece of evidence in a line, with all: its field and address, too. */
const char *qc_text_headline(const struct qc_verdict *verdict);
/* Of two dumps what has moved in between, a sentence without its full stop. */
void qc_text_moved(const struct qc_comparison *comparison, struct qc_strbuf *buffer);
void qc_text_evidence(const struct qemucore_evidence *evidence, bool all, struct qc_strbuf *buffer);

/* A JSON document, schema "qemucore-why/1", to be freed by free(3); NULL: out of memory. */
char *qc_json_why(const struct qc_why *why, const struct qemucore_render *render);

#endif
