/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * redact - leaves out what may be confidential: strings of the process, paths, names of files and
 * peers
 *
 * It works on finished texts, line by line, because a text shows where its strings are: in
 * quotation marks. Everything between the first and the last quotation mark of a line is left out,
 * because a string may contain some.
 */
#pragma once

#include "base/base.h"
#include "qemu/qemu.h"
#include "verdict/verdict.h"

struct qc_redaction {
    bool is_on;
    bool failed; /* out of memory: a name is missing */
    QC_VEC(char *) names; /* names that are left out wherever they occur, the longest first */
};

/* Collects names of files and peers from what is known of the process, in *ret, which must be
   zeroed. Returns false when out of memory. */
bool qc_redaction_find(struct qc_waits *waits, const struct qc_verdict *verdict,
                       struct qc_redaction *ret);
void qc_redaction_free(struct qc_redaction *redaction);

/* Returns the redacted text, for free(3); a copy if redaction is NULL or off. NULL: no memory. */
char *qc_redact(const struct qc_redaction *redaction, const char *text);

/* The same for Graphviz's language, where quotation marks do not mean strings of the process. */
char *qc_redact_labels(const struct qc_redaction *redaction, const char *dot);

/* Returns a word of the command line if it is an option. Values of options are left out. */
const char *qc_redact_argument(const struct qc_redaction *redaction, const char *argument);

/* Returns a redacted document of json_writer.h, for free(3). NULL: out of memory. */
char *qc_redact_json(const struct qc_redaction *redaction, const char *document);
