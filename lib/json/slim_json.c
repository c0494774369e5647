/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json/documents.h"

static void json_part(struct qc_json *json, const struct qc_guest_part *part)
{
    qc_json_set(json, "start", qc_json_address(part->start));
    qc_json_set(json, "end", qc_json_address(part->end));
    qc_json_set(json, "held", qc_json_unsigned(part->held));
    qc_json_set(json, "name", qc_json_text(part->name));
}

char *qc_json_slim(const struct qc_slim_report *report, const struct qemucore_render *render)
{
    const struct qc_guest_memory *guest = report->guest;
    struct qc_json document = {.page = qc_json_page(render)};
    struct qc_json *json = &document;
    qc_json_object(json, NULL);
    qc_json_set(json, "schema", qc_json_text("qemucore-slim/1"));
    qc_json_set(json, "output", qc_json_text(report->output));
    qc_json_set(json, "size", qc_json_unsigned(report->size));
    qc_json_set(json, "core_size", qc_json_unsigned(report->core_size));
    qc_json_set(json, "by", qc_json_text(guest->by_rule ? "size" : "ram_list"));
    qc_json_set(json, "by_why", qc_json_text(guest->why_by_rule));
    qc_json_list(json, "left_out", &guest->parts, part, json_part(json, part));
    qc_json_close(json);
    return qc_json_take(json);
}
