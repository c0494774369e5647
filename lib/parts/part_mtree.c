/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_mtree - what is at which guest-physical address
 */
#include <inttypes.h>

#include "parts/part.h"

#define COLUMN_KIND 38
#define COLUMN_HOST 48
#define COLUMN_NAME 66

static void text_range(const struct qc_part_request *request, const struct qc_flat_range *range)
{
    struct qc_strbuf *buffer = request->text;
    const char *kind = qc_region_kind_name(range->kind);
    qc_strbuf_printf(buffer, "  %016" PRIx64 "-%016" PRIx64, range->start, range->last);
    qc_strbuf_pad(buffer, COLUMN_KIND);
    qc_strbuf_printf(buffer, "%s%s", range->nonvolatile ? "nv-" : "", qc_str_or(kind, "?"));
    if (range->host.is_known) {
        qc_strbuf_pad(buffer, COLUMN_HOST);
        qc_part_put_address(request, range->host);
    }
    qc_strbuf_pad(buffer, COLUMN_NAME);
    qc_text_known(range->name, "?", buffer);
    if (qc_fact_is_set(range->offset)) {
        qc_strbuf_printf(buffer, " @0x%" PRIx64, range->offset.value);
    }
    qc_strbuf_put(buffer, "\n");
}

static void text_view(const struct qc_part_request *request, const struct qc_address_spaces *spaces,
                      const struct qc_flat_view *view)
{
    const struct qc_style *style = request->style;
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_printf(buffer, "%sview 0x%" PRIx64 "%s of\n", style->bold, view->address, style->off);
    qc_vec_each(&spaces->list, space) {
        if (space->view == view->address) {
            qc_text_put("  space ", qc_str_or(space->name, "?"), "", buffer);
            qc_text_put(", root ", qc_str_or(space->root, "?"), "\n", buffer);
        }
    }
    for (size_t i = 0; i < view->ranges.count; i++) {
        text_range(request, &view->ranges.items[i]);
    }
    qc_strbuf_put(buffer, qc_fact_is_zero(view->count) ? "  nothing\n" : "");
}

static void json_range(struct qc_json *json, const struct qc_flat_range *range)
{
    qc_json_set(json, "start", qc_json_address(range->start));
    qc_json_set(json, "last", qc_json_address(range->last));
    qc_json_set(json, "kind", qc_json_text(qc_region_kind_name(range->kind)));
    qc_json_set(json, "nonvolatile", qc_json_bool(range->nonvolatile));
    qc_json_set(json, "region", qc_json_address(range->region));
    qc_json_set(json, "name", qc_json_text(range->name));
    qc_json_set(json, "offset", qc_json_fact_address(range->offset));
    qc_json_set(json, "priority", qc_json_fact(range->priority));
    qc_json_set(json, "host", qc_json_fact_address(range->host));
}

static void json_space(struct qc_json *json, const struct qc_address_space *space)
{
    qc_json_set(json, "name", qc_json_text(space->name));
    qc_json_set(json, "address", qc_json_address(space->address));
    qc_json_set(json, "root", qc_json_text(space->root));
    qc_json_set(json, "view", qc_json_known_address(space->view));
}

static void json_view(struct qc_json *json, const struct qc_flat_view *view)
{
    qc_json_set(json, "address", qc_json_address(view->address));
    qc_json_list(json, "ranges", &view->ranges, range, json_range(json, range));
}

void qc_part_mtree(const struct qc_part_request *request)
{
    QC_GUARD(qc_address_spaces_free) struct qc_address_spaces spaces = {.why_cut = NULL};
    qc_address_spaces_find(request->waits->process->fields, &spaces);
    if (request->text != NULL) {
        qc_part_begin(request, spaces.list.count, " address space", " address spaces",
                      spaces.why_absent, NULL);
        for (size_t i = 0; i < spaces.views.count; i++) {
            text_view(request, &spaces, &spaces.views.items[i]);
        }
    } else {
        struct qc_json *json = request->json;
        qc_json_list(json, "spaces", &spaces.list, space, json_space(json, space));
        qc_json_list(json, "views", &spaces.views, view, json_view(json, view));
    }
    qc_part_end(request, spaces.why_cut, spaces.why_absent);
}
