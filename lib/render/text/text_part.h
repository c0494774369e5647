/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_part - a fact with its label: "block       3 nodes, no request in flight"
 */
#ifndef QC_RENDER_TEXT_TEXT_PART_H
#define QC_RENDER_TEXT_TEXT_PART_H

#include "render/text/text_header.h"

/* A label, and the column where what belongs to it begins; a further line of that. */
void qc_text_label(const char *label, const struct qc_style *style, struct qc_strbuf *buffer);
void qc_text_indent(struct qc_strbuf *buffer);

/* A text of the dump, or what is said where there is none. */
void qc_text_known(const char *text, const char *otherwise, struct qc_strbuf *buffer);

/* "128 MiB", "512 KiB": in the largest unit of which it is a multiple. */
void qc_text_size(uint64_t size, struct qc_strbuf *buffer);

/* What a part is short of, in a line of its own; nothing where both are NULL. */
void qc_text_not_all(const char *why_cut, const char *why_absent, const struct qc_style *style,
                     struct qc_strbuf *buffer);

#endif
