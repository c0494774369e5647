/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_part - a fact with its label: "block       3 nodes, no request in flight"
 */
#ifndef QC_RENDER_TEXT_TEXT_PART_H
#define QC_RENDER_TEXT_TEXT_PART_H

#include "render/text/text_header.h"

/* Column where the facts after a label begin. */
#define QC_TEXT_COLUMN_FACT 12

/* Append a label, padded to the column of facts; a newline, padded to the same column. */
void qc_text_label(const char *label, const struct qc_style *style, struct qc_strbuf *buffer);
void qc_text_indent(struct qc_strbuf *buffer);

/* Appends a text of the dump, or `otherwise` if it is NULL. */
void qc_text_known(const char *text, const char *otherwise, struct qc_strbuf *buffer);

/* Appends a size in the largest unit of which it is a multiple: "128 MiB", "512 KiB". */
void qc_text_size(uint64_t size, struct qc_strbuf *buffer);

/* Appends, on a line of its own, why not all is known. Appends nothing if both are NULL. */
void qc_text_not_all(const char *why_cut, const char *why_absent, const struct qc_style *style,
                     struct qc_strbuf *buffer);

#endif
