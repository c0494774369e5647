/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_sections - the sections of the page, each in a file of its own
 */
#pragma once

#include "report/html.h"
#include "report/report.h"

/* With colours, which html.h turns into markup. */
static const struct qemucore_render qc_report_render = {
    .size = sizeof(qc_report_render),
    .flags = QEMUCORE_RENDER_COLOR,
};

/* report_verdict.c: the first screen, and what could not be told. */
void qc_html_verdict(struct qc_html *html, const struct qc_report *report);
void qc_html_findings(struct qc_html *html, const struct qc_report *report);
void qc_html_unknown(struct qc_html *html, const struct qc_report *report);

/* report_requests.c: the path of the requests that have not ended. */
void qc_html_requests(struct qc_html *html, const struct qc_report *report);

/* report_stacks.c */
void qc_html_threads(struct qc_html *html, const struct qc_report *report);
void qc_html_coroutines(struct qc_html *html, const struct qc_report *report);

/* Tells whether the thread is evidence for the verdict: then its stack is shown unfolded. */
bool qc_report_is_evidence(const struct qc_report *report, const struct qemucore_thread *thread);
