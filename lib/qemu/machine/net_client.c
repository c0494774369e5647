/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/net_client.h"

#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"

/* ---- filters ----------------------------------------------------------------------------- */

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
    const struct row *row = qc_array_find(rows, at, qc_str_is(type, at->type));
    return row == NULL ? QC_NET_FILTER_OTHER : row->kind;
}

/* Counts the packets in the NetQueue of a client or filter; not known: it has none yet, or the number
   is damaged. */
static struct qc_fact queued_read(struct qc_fields *fields, enum qc_field queue, uint64_t structure)
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
        filter->queued = queued_read(fields, QC_FIELD_NET_BUFFER_QUEUE, address);
        break;
    case QC_NET_FILTER_REWRITER:
        filter->vnet_header = qc_fact_field(fields, QC_FIELD_NET_REWRITER_VNET, address, NULL);
        filter->queued = queued_read(fields, QC_FIELD_NET_REWRITER_QUEUE, address);
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

/* Finds the filters of a NetClientState, in the order in which they see a packet that it sends.
   Returns their number; not known if not all could be read. */
static struct qc_fact filters_find(struct qc_fields *fields, uint64_t client,
                                   struct qc_net_filters *ret, const char **why_cut)
{
    struct qc_list list = qc_list_field(fields, QC_FIELD_NET_FILTERS, client,
                                        QC_FIELD_NET_FILTER_NEXT, NULL, why_cut);
    qc_list_fill(&list, ret, filter) {
        filter_read(fields, list.element, filter);
    }
    return list.count;
}

/* ---- hubs -------------------------------------------------------------------------------- */

/* A NetHubPort begins with its NetClientState. */
static void hub_read(struct qc_fields *fields, uint64_t address, struct qc_net_hub *hub,
                     const char **why, const char **why_cut)
{
    hub->address = address;
    hub->id = qc_fact_field(fields, QC_FIELD_NET_HUB_ID, address, why);
    struct qc_list ports = qc_list_field(fields, QC_FIELD_NET_HUB_PORTS, address,
                                         QC_FIELD_NET_HUB_PORT_NEXT, why, why_cut);
    qc_list_fill(&ports, &hub->ports, port) {
        *port = ports.element;
    }
    hub->port_count = ports.count;
}

/* Returns the number of hubs; not known if not all could be read. */
static struct qc_fact hubs_find(struct qc_fields *fields, struct qc_net_hubs *ret, const char **why,
                                const char **why_cut)
{
    struct qc_list list =
        qc_list_variable(fields, QC_VARIABLE_NET_HUBS, QC_FIELD_NET_HUB_NEXT, why, why_cut);
    qc_list_fill(&list, ret, hub) {
        hub_read(fields, list.element, hub, why, why_cut);
    }
    return list.count;
}

/* ---- clients ----------------------------------------------------------------------------- */

static const char *type_read(struct qc_fields *fields, uint64_t client)
{
    uint64_t info;
    return qc_field_read(fields, QC_FIELD_NET_INFO, client, &info) && info != 0
               ? qc_fact_field_enumerator(fields, QC_FIELD_NET_INFO_TYPE, info,
                                          "NET_CLIENT_DRIVER_")
               : NULL;
}

static void client_read(struct qc_fields *fields, uint64_t address, struct qc_net_clients *clients,
                        struct qc_net_client *client)
{
    const char **why = &clients->why_absent;
    client->address = address;
    client->name = qc_field_text(fields, QC_FIELD_NET_NAME, address);
    client->type = type_read(fields, address);
    client->model = qc_field_text(fields, QC_FIELD_NET_MODEL, address);
    client->info = qc_field_text(fields, QC_FIELD_NET_INFO_TEXT, address);
    client->queue = qc_fact_field(fields, QC_FIELD_NET_QUEUE_INDEX, address, why);
    client->peer = qc_fact_field(fields, QC_FIELD_NET_PEER, address, why);
    if (qc_fact_is_set(client->peer)) {
        client->peer_name = qc_field_text(fields, QC_FIELD_NET_NAME, client->peer.value);
    }
    client->link_down = qc_fact_field(fields, QC_FIELD_NET_LINK_DOWN, address, why);
    client->receive_disabled = qc_fact_field(fields, QC_FIELD_NET_DISABLED, address, why);
    client->queued = queued_read(fields, QC_FIELD_NET_QUEUE, address);
    client->filter_count = filters_find(fields, address, &client->filters, &clients->why_cut);
}

void qc_net_clients_find(struct qc_fields *fields, struct qc_net_clients *ret)
{
    struct qc_list list = qc_list_variable(fields, QC_VARIABLE_NET_CLIENTS, QC_FIELD_NET_NEXT,
                                           &ret->why_absent, &ret->why_cut);
    qc_list_fill(&list, &ret->list, client) {
        client_read(fields, list.element, ret, client);
    }
    ret->hub_count = hubs_find(fields, &ret->hubs, &ret->why_absent, &ret->why_cut);
}

void qc_net_clients_free(struct qc_net_clients *clients)
{
    qc_vec_free_each(&clients->list, client, qc_vec_free(&client->filters));
    qc_vec_free_each(&clients->hubs, hub, qc_vec_free(&hub->ports));
}
