/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_regions - the tree of memory regions that each address space is made of
 */
#include <inttypes.h>

#include "parts/part.h"

/* Columns by which each level of a tree is indented. */
#define INDENT 2

static void put_extent(const struct qc_part_request *request, const struct qc_region *region)
{
    if (!region->start.is_known || !region->empty.is_known) {
        qc_strbuf_put(request->text, "?");
    } else if (region->empty.value != 0) {
        qc_strbuf_printf(request->text, "%016" PRIx64 ", empty", region->start.value);
    } else {
        qc_strbuf_printf(request->text, "%016" PRIx64 "-%016" PRIx64, region->start.value,
                         region->last.value);
    }
}

static void text_region(const struct qc_part_request *request, const struct qc_region *region)
{
    struct qc_strbuf *buffer = request->text;
    const char *kind = qc_region_kind_name(region->kind);
    qc_strbuf_printf(buffer, "%*s", (int)(INDENT * (region->depth + 1)), "");
    put_extent(request, region);
    qc_strbuf_put(buffer, " (prio ");
    qc_text_number("", region->priority, "", buffer);
    qc_strbuf_put(buffer, region->priority.is_known ? "" : "?");
    qc_strbuf_printf(buffer, ", %s%s): ", qc_fact_is_set(region->nonvolatile) ? "nv-" : "",
                     qc_str_or(kind, "?"));
    qc_text_known(region->name, "?", buffer);
    if (qc_fact_is_set(region->alias)) {
        qc_text_put(", alias of ", qc_str_or(region->alias_name, "?"), " @", buffer);
        qc_text_hex("", region->alias_offset, buffer);
        qc_strbuf_put(buffer, region->alias_offset.is_known ? "" : "?");
    }
    qc_strbuf_put(buffer, qc_fact_is_zero(region->enabled) ? " [disabled]\n" : "\n");
}

static void text_tree(const struct qc_part_request *request, const struct qc_address_spaces *spaces,
                      const struct qc_region_tree *tree)
{
    struct qc_strbuf *buffer = request->text;
    size_t shown = 0;
    qc_strbuf_put(buffer, request->style->bold);
    qc_vec_each(&spaces->list, space) {
        if (qc_fact_is_set(space->root_region) && space->root_region.value == tree->root) {
            qc_strbuf_put(buffer, shown++ == 0 ? "space " : ", ");
            qc_text_known(space->name, "?", buffer);
        }
    }
    if (shown == 0) {
        const char *name = tree->regions.count == 0 ? NULL : tree->regions.items[0].name;
        qc_text_put("region ", qc_str_or(name, "?"), "", buffer);
    }
    qc_strbuf_printf(buffer, "%s\n", request->style->off);
    for (size_t i = 0; i < tree->regions.count; i++) {
        text_region(request, &tree->regions.items[i]);
    }
}

static void json_region(struct qc_json *json, const struct qc_region *region)
{
    qc_json_set(json, "depth", qc_json_unsigned(region->depth));
    qc_json_set(json, "address", qc_json_address(region->address));
    qc_json_set(json, "name", qc_json_text(region->name));
    qc_json_set(json, "start", qc_json_fact_address(region->start));
    qc_json_set(json, "last", qc_json_fact_address(region->last));
    qc_json_set(json, "empty", qc_json_fact_bool(region->empty));
    qc_json_set(json, "kind", qc_json_text(qc_region_kind_name(region->kind)));
    qc_json_set(json, "nonvolatile", qc_json_fact_bool(region->nonvolatile));
    qc_json_set(json, "priority", qc_json_fact(region->priority));
    qc_json_set(json, "enabled", qc_json_fact_bool(region->enabled));
    qc_json_set(json, "alias", qc_json_fact_address(region->alias));
    qc_json_set(json, "alias_name", qc_json_text(region->alias_name));
    qc_json_set(json, "alias_offset", qc_json_fact_address(region->alias_offset));
}

static void json_space(struct qc_json *json, const struct qc_address_space *space)
{
    qc_json_set(json, "name", qc_json_text(space->name));
    qc_json_set(json, "address", qc_json_address(space->address));
    qc_json_set(json, "root", qc_json_fact_address(space->root_region));
}

static void json_tree(struct qc_json *json, const struct qc_region_tree *tree)
{
    qc_json_set(json, "root", qc_json_address(tree->root));
    qc_json_list(json, "regions", &tree->regions, region, json_region(json, region));
}

void qc_part_regions(const struct qc_part_request *request)
{
    QC_GUARD(qc_address_spaces_free) struct qc_address_spaces spaces = {.why_cut = NULL};
    QC_GUARD(qc_region_trees_free) struct qc_region_trees trees = {.why_cut = NULL};
    struct qc_fields *fields = request->waits->process->fields;
    qc_address_spaces_find(fields, &spaces);
    qc_region_trees_find(fields, &spaces, &trees);
    const char *why = qc_str_or(spaces.why_absent, trees.why_absent);
    if (request->text != NULL) {
        qc_part_begin(request, trees.list.count, " tree", " trees", why, NULL);
        for (size_t i = 0; i < trees.list.count; i++) {
            text_tree(request, &spaces, &trees.list.items[i]);
        }
    } else {
        struct qc_json *json = request->json;
        qc_json_list(json, "spaces", &spaces.list, space, json_space(json, space));
        qc_json_list(json, "trees", &trees.list, tree, json_tree(json, tree));
    }
    qc_part_end(request, qc_str_or(spaces.why_cut, trees.why_cut), why);
}
