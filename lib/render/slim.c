/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/slim.h"

#include <inttypes.h>

#include "base/size.h"
#include "render/json_core.h"

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
    for (size_t i = 0; i < guest->parts.count; i++) {
        const struct qc_guest_part *part = &guest->parts.items[i];
        if (part->held != 0) {
            qc_strbuf_printf(buffer, " 0x%" PRIx64 "-0x%" PRIx64 "  %10.1f MiB  ", part->start,
                             part->end, mebibytes(part->held));
            qc_strbuf_put_escaped(buffer, part->name == NULL ? "no name" : part->name);
            qc_strbuf_put(buffer, "\n");
        }
    }
}

char *qc_json_slim(const struct qc_slim_report *report)
{
    const struct qc_guest_memory *guest = report->guest;
    json_t *document = json_object();
    json_t *parts = json_array();
    json_object_set_new(document, "schema", json_string("qemucore-slim/1"));
    json_object_set_new(document, "output", qc_json_text(report->output));
    json_object_set_new(document, "size", json_integer((json_int_t)report->size));
    json_object_set_new(document, "core_size", json_integer((json_int_t)report->core_size));
    json_object_set_new(document, "by", json_string(guest->by_rule ? "size" : "ram_list"));
    json_object_set_new(document, "by_why", qc_json_text(guest->why_by_rule));
    for (size_t i = 0; i < guest->parts.count; i++) {
        const struct qc_guest_part *part = &guest->parts.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "start", qc_json_address(part->start));
        json_object_set_new(object, "end", qc_json_address(part->end));
        json_object_set_new(object, "held", json_integer((json_int_t)part->held));
        json_object_set_new(object, "name", qc_json_text(part->name));
        json_array_append_new(parts, object);
    }
    json_object_set_new(document, "left_out", parts);
    return qc_json_end(document);
}
