/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/net_filter.h"

#include <string.h>

#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"

static enum qc_net_filter_kind kind_of(const char *type)
{
    static const struct row {
        const char *type;
        enum qc_net_filter_kind kind;
    } rows[] = {
        {"filter-mirror", QC_NET_FILTER_MIRROR}, {"filter-redirector", QC_NET_FILTER_REDIRECTOR},
        {"filter-dump", QC_NET_FILTER_DUMP},     {"filter-buffer", QC_NET_FILTER_BUFFER},
        {"filter-rewriter", QC_NET_FILTER_REWRITER},
    };
    const struct row *row = qc_array_find(rows, at, qc_text_is(type, at->type));
    return row == NULL ? QC_NET_FILTER_OTHER : row->kind;
}

struct qc_fact qc_net_queued(struct qc_fields *fields, enum qc_field queue, uint64_t structure)
{
    struct qc_fact address = qc_fact_field(fields, queue, structure, NULL);
    return qc_fact_is_set(address)
               ? qc_fact_counter(fields, QC_FIELD_NET_QUEUE_COUNT, address.value, NULL)
               : (struct qc_fact){0};
}

/* Reads the members of the filter's own structure, which begins with its NetFilterState. */
static void details_read(struct qc_fields *fields, struct qc_net_filter *filter)
{
    uint64_t address = filter->address;
    switch (filter->kind) {
    case QC_NET_FILTER_REDIRECTOR:
    case QC_NET_FILTER_MIRROR: /* one structure for both */
        filter->in = qc_field_text(fields, QC_FIELD_NET_MIRROR_IN, address);
        filter->out = qc_field_text(fields, QC_FIELD_NET_MIRROR_OUT, address);
        filter->vnet_header = qc_fact_field(fields, QC_FIELD_NET_MIRROR_VNET, address, NULL);
        break;
    case QC_NET_FILTER_DUMP:
        filter->file = qc_field_text(fields, QC_FIELD_NET_DUMP_FILE, address);
        filter->longest = qc_fact_field(fields, QC_FIELD_NET_DUMP_LONGEST, address, NULL);
        break;
    case QC_NET_FILTER_BUFFER:
        filter->interval_us = qc_fact_field(fields, QC_FIELD_NET_BUFFER_INTERVAL, address, NULL);
        filter->queued = qc_net_queued(fields, QC_FIELD_NET_BUFFER_QUEUE, address);
        break;
    case QC_NET_FILTER_REWRITER:
        filter->vnet_header = qc_fact_field(fields, QC_FIELD_NET_REWRITER_VNET, address, NULL);
        filter->queued = qc_net_queued(fields, QC_FIELD_NET_REWRITER_QUEUE, address);
        break;
    case QC_NET_FILTER_OTHER:
        break;
    }
}

static void filter_read(struct qc_fields *fields, uint64_t address, struct qc_net_filter *filter)
{
    filter->address = address;
    filter->name = qc_qom_id(fields, address);
    filter->type = qc_qom_type(fields, address);
    filter->kind = kind_of(filter->type);
    filter->direction = qc_fact_field_enumerator(fields, QC_FIELD_NET_FILTER_DIRECTION, address,
                                                 "NET_FILTER_DIRECTION_");
    filter->on = qc_fact_field(fields, QC_FIELD_NET_FILTER_ON, address, NULL);
    filter->position = qc_field_text(fields, QC_FIELD_NET_FILTER_POSITION, address);
    filter->before = qc_fact_field(fields, QC_FIELD_NET_FILTER_BEFORE, address, NULL);
    details_read(fields, filter);
}

struct qc_fact qc_net_filters_find(struct qc_fields *fields, uint64_t client,
                                   struct qc_net_filters *ret, const char **why_cut)
{
    struct qc_list list = qc_list_field(fields, QC_FIELD_NET_FILTERS, client,
                                        QC_FIELD_NET_FILTER_NEXT, NULL, why_cut);
    struct qc_net_filter *filter;
    uint64_t address;
    while (qc_list_next(&list, &address) && (filter = qc_vec_add(ret)) != NULL) {
        filter_read(fields, address, filter);
    }
    return list.count;
}

void qc_net_filters_free(struct qc_net_filters *filters)
{
    for (size_t i = 0; i < filters->count; i++) {
        free(filters->items[i].name);
        free(filters->items[i].type);
        free(filters->items[i].direction);
        free(filters->items[i].position);
        free(filters->items[i].in);
        free(filters->items[i].out);
        free(filters->items[i].file);
    }
    qc_vec_free(filters);
}
