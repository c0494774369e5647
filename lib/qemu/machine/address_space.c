/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/address_space.h"

#include "qemu/fields/list.h"
#include "qemu/qemu_limits.h"

/* ---- a region, also of the tree (region_tree.h) ------------------------------------------ */

QC_DEFINE_WORDS(qc_region_kind_name, enum qc_region_kind, QC_REGION_KINDS)

/* On 64-bit hosts an Int128 is the compiler's __int128 (include/qemu/int128.h). */
bool qc_region_number(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *low, uint64_t *high)
{
    bool is_big = qc_fields_core(fields)->big_endian;
    uint64_t address;
    return qc_field_address(fields, field, structure, &address) &&
           qc_fields_number(fields, address + (is_big ? 8 : 0), 8, low) &&
           qc_fields_number(fields, address + (is_big ? 0 : 8), 8, high);
}

/* Follows memory.c, memory_region_type. */
enum qc_region_kind qc_region_kind_read(struct qc_fields *fields, uint64_t region)
{
    uint64_t alias;
    for (unsigned i = 0; qc_field_read(fields, QC_FIELD_REGION_ALIAS, region, &alias) &&
                         alias != 0 && i < QC_LIMIT_QOM_DEPTH;
         i++) {
        region = alias;
    }
    struct qc_fact readonly = qc_fact_field(fields, QC_FIELD_REGION_READONLY, region, NULL);
    struct qc_fact ram = qc_fact_field(fields, QC_FIELD_REGION_RAM, region, NULL);
    struct qc_fact device = qc_fact_field(fields, QC_FIELD_REGION_RAM_DEVICE, region, NULL);
    struct qc_fact rom = qc_fact_field(fields, QC_FIELD_REGION_ROM_DEVICE, region, NULL);
    struct qc_fact romd = qc_fact_field(fields, QC_FIELD_REGION_ROMD_MODE, region, NULL);
    if (!readonly.is_known || !ram.is_known || !device.is_known || !rom.is_known ||
        !romd.is_known) {
        return QC_REGION_UNKNOWN;
    }
    return device.value != 0                           ? QC_REGION_RAMD
           : rom.value != 0 && romd.value != 0         ? QC_REGION_ROMD
           : ram.value != 0 && readonly.value != 0     ? QC_REGION_ROM
           : ram.value != 0                            ? QC_REGION_RAM
                                                       : QC_REGION_IO;
}

/* ---- the flattened views ----------------------------------------------------------------- */

struct walk {
    struct qc_fields *fields;
    struct qc_address_spaces *spaces;
    size_t ranges; /* ranges of all views so far */
};

/* Reads start and end of a range, whose size is 1 to 2^64. */
static bool extent_read(struct qc_fields *fields, uint64_t address, struct qc_flat_range *range)
{
    uint64_t high;
    uint64_t size;
    uint64_t size_high;
    if (!qc_region_number(fields, QC_FIELD_FLAT_RANGE_START, address, &range->start, &high) ||
        high != 0 ||
        !qc_region_number(fields, QC_FIELD_FLAT_RANGE_SIZE, address, &size, &size_high) ||
        size_high > (size == 0) || (size == 0 && size_high == 0) ||
        size - 1 > UINT64_MAX - range->start) {
        return false;
    }
    range->last = range->start + (size - 1);
    return true;
}

/* A read-only range is "rom", whatever kind its region is (memory.c, mtree_print_flatview). */
static enum qc_region_kind kind_read(struct qc_fields *fields, uint64_t range, uint64_t region)
{
    struct qc_fact readonly = qc_fact_field(fields, QC_FIELD_FLAT_RANGE_READONLY, range, NULL);
    enum qc_region_kind kind = qc_region_kind_read(fields, region);
    return !readonly.is_known                                 ? QC_REGION_UNKNOWN
           : readonly.value != 0 && kind != QC_REGION_UNKNOWN ? QC_REGION_ROM
                                                              : kind;
}

static struct qc_fact host_read(struct qc_fields *fields, uint64_t region, struct qc_fact offset)
{
    struct qc_fact block = qc_fact_field(fields, QC_FIELD_REGION_RAM_BLOCK, region, NULL);
    struct qc_fact host = qc_fact_behind(fields, block, QC_FIELD_RAM_BLOCK_HOST);
    if (!qc_fact_is_set(host) || !offset.is_known) {
        return (struct qc_fact){0};
    }
    host.value += offset.value;
    return host;
}

static bool range_add(struct walk *walk, uint64_t address, struct qc_flat_view *view)
{
    struct qc_fields *fields = walk->fields;
    struct qc_flat_range range = {0};
    if (!qc_field_read(fields, QC_FIELD_FLAT_RANGE_REGION, address, &range.region) ||
        !extent_read(fields, address, &range)) {
        return qc_list_cut(&walk->spaces->why_cut,
                           "a range of a view can't be read, or makes no sense");
    }
    struct qc_flat_range *added = qc_vec_add(&view->ranges);
    if (added == NULL) {
        return qc_list_cut(&walk->spaces->why_cut, "out of memory");
    }
    range.offset = qc_fact_field(fields, QC_FIELD_FLAT_RANGE_OFFSET, address, NULL);
    range.nonvolatile =
        qc_fact_is_set(qc_fact_field(fields, QC_FIELD_FLAT_RANGE_NONVOLATILE, address, NULL));
    range.kind = kind_read(fields, address, range.region);
    range.name = qc_field_text(fields, QC_FIELD_REGION_NAME, range.region);
    range.priority = qc_fact_field(fields, QC_FIELD_REGION_PRIORITY, range.region, NULL);
    range.host = host_read(fields, range.region, range.offset);
    *added = range;
    return true;
}

static void view_read(struct walk *walk, struct qc_flat_view *view)
{
    struct qc_fields *fields = walk->fields;
    size_t size = qc_fields_type_size(fields, "FlatRange");
    uint64_t first;
    view->count = qc_fact_field(fields, QC_FIELD_FLAT_VIEW_COUNT, view->address,
                                &walk->spaces->why_absent);
    if (!view->count.is_known || size == 0 ||
        !qc_field_read(fields, QC_FIELD_FLAT_VIEW_RANGES, view->address, &first)) {
        qc_fact_explain(&walk->spaces->why_absent, "the ranges of a view are not known");
        return;
    }
    for (uint64_t i = 0; i < view->count.value; i++) {
        if (walk->ranges++ >= QC_LIMIT_FLAT_RANGES) {
            qc_list_cut(&walk->spaces->why_cut, "views have more ranges than libqemucore's limit");
            return;
        }
        if (!range_add(walk, first + i * size, view)) {
            return;
        }
    }
}

static void view_add(struct walk *walk, uint64_t address)
{
    if (qc_vec_any(&walk->spaces->views, view, view->address == address)) {
        return;
    }
    if (walk->spaces->views.count == QC_LIMIT_FLAT_VIEWS) {
        qc_list_cut(&walk->spaces->why_cut, "there are more views than libqemucore's limit");
        return;
    }
    struct qc_flat_view *view = qc_vec_add(&walk->spaces->views);
    if (view != NULL) {
        view->address = address;
        view_read(walk, view);
    }
}

static void space_read(struct walk *walk, uint64_t address, struct qc_address_space *space)
{
    struct qc_fields *fields = walk->fields;
    space->address = address;
    space->name = qc_field_text(fields, QC_FIELD_SPACE_NAME, address);
    space->root_region = qc_fact_field(fields, QC_FIELD_SPACE_ROOT, address, NULL);
    if (qc_fact_is_set(space->root_region)) {
        space->root = qc_field_text(fields, QC_FIELD_REGION_NAME, space->root_region.value);
    }
    struct qc_fact view = qc_fact_field(fields, QC_FIELD_SPACE_VIEW, address,
                                        &walk->spaces->why_absent);
    space->view = view.value;
    if (qc_fact_is_set(view)) {
        view_add(walk, view.value);
    }
}

void qc_address_spaces_find(struct qc_fields *fields, struct qc_address_spaces *ret)
{
    struct walk walk = {fields, ret, 0};
    struct qc_list list = qc_list_variable(fields, QC_VARIABLE_ADDRESS_SPACES, QC_FIELD_SPACE_NEXT,
                                           &ret->why_absent, &ret->why_cut);
    qc_list_each(&list, address) {
        struct qc_address_space *space = qc_vec_add(&ret->list);
        if (space == NULL) {
            qc_list_cut(&ret->why_cut, "out of memory");
            return;
        }
        space_read(&walk, address, space);
    }
}

void qc_address_spaces_free(struct qc_address_spaces *spaces)
{
    qc_vec_free(&spaces->list);
    qc_vec_free_each(&spaces->views, view, qc_vec_free(&view->ranges));
}
