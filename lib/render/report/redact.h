/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * redact - leaves out what must not leave the house: strings of the process, paths, names of files and
 * of who is at the other end
 *
 * It works on finished texts, a line at a time, since a text says where its strings are: between
 * quotation marks. What lies between the first and the last one of a line is left out, for a string may
 * have some of its own.
 */
#ifndef QC_RENDER_REPORT_REDACT_H
#define QC_RENDER_REPORT_REDACT_H

#include "base/base.h"
#include "qemu/qemu.h"
#include "verdict/verdict.h"

struct qc_redaction {
    bool is_on;
    QC_VEC(char *) names; /* that are left out wherever they stand; the longest first */
};

/* Names of files and peers are looked for in what is known of the process. Into a zeroed struct. False:
   no memory. */
bool qc_redaction_find(struct qc_process *process, const struct qc_verdict *verdict,
                       struct qc_redaction *ret);
void qc_redaction_free(struct qc_redaction *redaction);

/* The text without them; as it is where the redaction is off or NULL. malloc; NULL: no memory. */
char *qc_redact(const struct qc_redaction *redaction, const char *text);

/* The same of Graphviz's language, whose quotation marks are no strings of the process. */
char *qc_redact_labels(const struct qc_redaction *redaction, const char *dot);

/* A word of the command line: options stay, what they are given does not. */
const char *qc_redact_argument(const struct qc_redaction *redaction, const char *argument);

/* A JSON document of ours. malloc; NULL: no memory. */
char *qc_redact_json(const struct qc_redaction *redaction, const char *document);

#endif
