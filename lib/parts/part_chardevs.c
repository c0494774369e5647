/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_chardevs - character devices
 */
#include <inttypes.h>

#include "parts/part.h"

static const struct qc_part_column columns[] = {
    {2, "LABEL"}, {24, "TYPE"}, {44, "CHARDEV"}, {64, "IS"}, {0, NULL},
};

static void text_chardev(const struct qc_part_request *request, const struct qc_chardev *chardev)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_pad(buffer, columns[0].start);
    qc_text_known(chardev->label, "?", buffer);
    qc_strbuf_pad(buffer, columns[1].start);
    qc_text_known(chardev->type, "?", buffer);
    qc_strbuf_pad(buffer, columns[2].start);
    qc_strbuf_printf(buffer, "0x%" PRIx64, chardev->address);
    qc_strbuf_pad(buffer, columns[3].start);
    qc_text_known(chardev->filename, "?", buffer);
    if (chardev->open.is_known) {
        qc_strbuf_put(buffer, chardev->open.value != 0 ? ", open" : ", not open");
    }
    if (qc_fact_is_set(chardev->event.address)) {
        qc_strbuf_put(buffer, ", event handler ");
        qc_part_put_callback(request, &chardev->event);
    }
    qc_strbuf_put(buffer, qc_fact_is_zero(chardev->used) ? ", no open front end" : "");
    qc_part_put_peers(request, chardev->address);
    qc_strbuf_put(buffer, "\n");
}

static void json_chardev(const struct qc_part_request *request, const struct qc_chardev *chardev)
{
    struct qc_json *json = request->json;
    qc_json_set(json, "label", qc_json_text(chardev->label));
    qc_json_set(json, "address", qc_json_address(chardev->address));
    qc_json_same(json, chardev, type, filename);
    qc_json_set(json, "open", qc_json_fact_bool(chardev->open));
    qc_json_set(json, "frontend_open", qc_json_fact_bool(chardev->used));
    qc_part_json_callback(json, "frontend_event", &chardev->event);
    qc_part_json_peers(request, "descriptors", chardev->address);
}

void qc_part_chardevs(const struct qc_part_request *request)
{
    QC_GUARD(qc_vec_guard) struct qc_chardevs chardevs = {.why_cut = NULL};
    qc_chardevs_find(request->waits->process, &chardevs);
    qc_part_list(request, "chardevs", &chardevs.list, "chardev", chardevs.why_absent, columns,
                 text_chardev, json_chardev);
    qc_part_end(request, chardevs.why_cut, chardevs.why_absent);
}
