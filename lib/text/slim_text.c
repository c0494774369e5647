/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/renderings.h"

#include <inttypes.h>

#include "text/text_common.h"

static double mebibytes(uint64_t size)
{
    return (double)size / QC_MIB;
}

void qc_text_slim(const struct qc_slim_report *report, struct qc_strbuf *buffer)
{
    const struct qc_guest_memory *guest = report->guest;
    uint64_t left_out = 0;
    for (size_t i = 0; i < guest->parts.count; i++) {
        left_out += guest->parts.items[i].held;
    }
    qc_strbuf_put_escaped(buffer, report->output);
    qc_strbuf_printf(buffer, ": %.1f MiB", mebibytes(report->size));
    if (report->core_size != report->size) {
        qc_strbuf_printf(buffer, ", %.1f MiB before compression", mebibytes(report->core_size));
    }
    qc_strbuf_printf(buffer, "; left out are %.1f MiB of the guest's, by %s\n",
                     mebibytes(left_out), guest->by_rule ? "size" : "ram_list");
    qc_vec_each(&guest->parts, part) {
        if (part->held != 0) {
            qc_strbuf_printf(buffer, " 0x%" PRIx64 "-0x%" PRIx64 "  %10.1f MiB  ", part->start,
                             part->end, mebibytes(part->held));
            qc_text_put("", qc_str_or(part->name, "no name"), "\n", buffer);
        }
    }
}
