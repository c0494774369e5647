/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/text/text_part.h"

#include <inttypes.h>
#include <string.h>

void qc_text_label(const char *label, const struct qc_style *style, struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, style->bold);
    qc_strbuf_put(buffer, label);
    qc_strbuf_put(buffer, style->off);
    qc_strbuf_pad(buffer, QC_TEXT_COLUMN_FACT + strlen(style->bold) + strlen(style->off));
}

void qc_text_indent(struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, "\n");
    qc_strbuf_pad(buffer, QC_TEXT_COLUMN_FACT);
}

void qc_text_known(const char *text, const char *otherwise, struct qc_strbuf *buffer)
{
    qc_strbuf_put_escaped(buffer, text != NULL ? text : otherwise);
}

void qc_text_size(uint64_t size, struct qc_strbuf *buffer)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (size != 0 && size % 1024 == 0 && unit + 1 < qc_count(units)) {
        size /= 1024;
        unit++;
    }
    qc_strbuf_printf(buffer, "%" PRIu64 " %s", size, units[unit]);
}

void qc_text_not_all(const char *why_cut, const char *why_absent, const struct qc_style *style,
                     struct qc_strbuf *buffer)
{
    const char *why = why_cut != NULL ? why_cut : why_absent;
    if (why != NULL) {
        qc_text_indent(buffer);
        qc_strbuf_printf(buffer, "%snot all is known: ", style->dim);
        qc_strbuf_put_escaped(buffer, why);
        qc_strbuf_put(buffer, style->off);
    }
}
