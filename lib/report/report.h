/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report - all that is known of a dump, as a page, as Markdown for a ticket, and as JSON
 */
#pragma once

#include "report/redact.h"
#include "text/text.h"

struct qc_report {
    struct qc_why why;
    struct qc_info info;
    struct qc_wait_graph *graph;
    const struct qc_coroutine_waits *coroutines;
    struct qc_redaction redaction;
    /* draws a graph; returns an SVG to be freed by free(3), or NULL when it cannot */
    char *(*draw)(void *opaque, const char *dot);
    void *opaque;
};

/* Each returns a text to be freed by free(3), or NULL when out of memory. The JSON document's
   schema is "qemucore-report/1". */
char *qc_html_report(const struct qc_report *report);
char *qc_markdown_report(const struct qc_report *report);
char *qc_json_report(const struct qc_report *report);
/* Returns the document that satyr reads: threads only. */
char *qc_backtrace_report(const struct qc_report *report);
