/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_header - what every text has in common: its first line, and its colours
 */
#ifndef QC_RENDER_TEXT_TEXT_HEADER_H
#define QC_RENDER_TEXT_TEXT_HEADER_H

#include "render/render_threads.h"

/* ANSI sequences, or empty strings. */
struct qc_style {
    const char *bold;
    const char *dim;
    const char *function;
    const char *warning;
    const char *off;
};

const struct qc_style *qc_style_of(const struct qemucore_render *render);

/* Appends how to get more than is shown, " (-v)", if render tells that. */
void qc_text_more(const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Appends the first line: process, number of threads, signal, and whether the dump is complete. */
void qc_text_header(struct qc_process *process, const struct qc_style *style,
                    struct qc_strbuf *buffer);

/* Puts it in front of a text that begins at `start`. That text must be complete: what is missing for
   it is found while its stacks are unwound. */
void qc_text_header_above(struct qc_process *process, const struct qc_style *style, size_t start,
                          struct qc_strbuf *buffer);

#endif
