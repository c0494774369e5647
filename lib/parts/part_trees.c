/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_trees - the machine as a tree of objects, and as one of buses and devices
 */
#include <inttypes.h>

#include "parts/part.h"

/* Columns by which each level of a tree is indented; column of the address. */
#define INDENT 2
#define COLUMN_ADDRESS 80

static void put_indent(unsigned depth, struct qc_strbuf *buffer)
{
    qc_strbuf_printf(buffer, "%*s", (int)(INDENT * depth), "");
}

static void put_end(uint64_t address, struct qc_strbuf *buffer)
{
    qc_strbuf_pad(buffer, COLUMN_ADDRESS);
    qc_strbuf_printf(buffer, "0x%" PRIx64 "\n", address);
}

/* ---- objects ------------------------------------------------------------------------------- */

static void text_object(const struct qc_part_request *request, const struct qc_tree_object *object)
{
    put_indent(object->depth, request->text);
    qc_text_put("/", qc_str_or(object->name, ""), "", request->text);
    qc_text_put(" (", qc_str_or(object->type, "?"), ")", request->text);
    put_end(object->address, request->text);
}

static void json_object(const struct qc_part_request *request, const struct qc_tree_object *object)
{
    qc_json_set(request->json, "depth", qc_json_unsigned(object->depth));
    qc_json_same(request->json, object, name, type);
    qc_json_set(request->json, "address", qc_json_address(object->address));
}

void qc_part_qom_tree(const struct qc_part_request *request)
{
    QC_GUARD(qc_vec_guard) struct qc_object_tree tree = {.why_cut = NULL};
    qc_object_tree_find(request->waits->process, &tree);
    qc_part_list(request, "objects", &tree.list, "object", tree.why_absent, NULL, text_object,
                 json_object);
    qc_part_end(request, tree.why_cut, tree.why_absent);
}

/* ---- buses and devices --------------------------------------------------------------------- */

static void text_device(const struct qc_part_request *request, const struct qc_tree_device *device)
{
    struct qc_strbuf *buffer = request->text;
    put_indent(device->depth, buffer);
    if (device->is_bus) {
        qc_text_put("bus ", qc_str_or(device->name, "?"), "", buffer);
        qc_text_put(" (", qc_str_or(device->type, "?"), ")", buffer);
    } else {
        qc_text_known(device->type, "?", buffer);
        qc_strbuf_put(buffer, device->name == NULL ? "" : " ");
        qc_strbuf_put_escaped(buffer, qc_str_or(device->name, ""));
    }
    /* Not for buses: the one at the top is never realized. */
    qc_strbuf_put(buffer,
                  !device->is_bus && qc_fact_is_zero(device->realized) ? ", not realized" : "");
    qc_strbuf_put(buffer, qc_fact_is_set(device->unplug_pending) ? ", to be unplugged" : "");
    put_end(device->address, buffer);
}

static void json_device(const struct qc_part_request *request, const struct qc_tree_device *device)
{
    struct qc_json *json = request->json;
    qc_json_set(json, "depth", qc_json_unsigned(device->depth));
    qc_json_set(json, "kind", qc_json_text(device->is_bus ? "bus" : "device"));
    qc_json_same(json, device, name, type, path);
    qc_json_flags(json, device, realized, unplug_pending);
    qc_json_set(json, "address", qc_json_address(device->address));
}

void qc_part_qtree(const struct qc_part_request *request)
{
    QC_GUARD(qc_vec_guard) struct qc_device_tree tree = {.why_cut = NULL};
    qc_device_tree_find(request->waits->process->fields, &tree);
    qc_part_list(request, "nodes", &tree.list, "node", tree.why_absent, NULL, text_device,
                 json_device);
    qc_part_end(request, tree.why_cut, tree.why_absent);
}
