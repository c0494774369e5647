/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_network - NICs, netdevs and hub ports, each with its peer and its filters; hubs
 */
#include <inttypes.h>

#include "render/parts/part.h"

static const struct qc_part_column columns[] = {
    {2, "NAME"}, {20, "TYPE"}, {32, "CLIENT"}, {52, "IS"}, {0, NULL},
};

static void put_named(const struct qc_part_request *request, const char *before, const char *text)
{
    if (text != NULL) {
        qc_strbuf_put(request->text, before);
        qc_part_put(request, text);
    }
}

static void put_number(const struct qc_part_request *request, const char *before,
                       struct qc_fact number, const char *after)
{
    if (number.is_known) {
        qc_strbuf_printf(request->text, "%s%" PRIu64 "%s", before, number.value, after);
    }
}

static void text_filter(const struct qc_part_request *request, const struct qc_net_filter *filter)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_pad(buffer, columns[0].start);
    qc_strbuf_put(buffer, "  filter ");
    qc_part_put(request, filter->name);
    qc_strbuf_pad(buffer, columns[1].start);
    qc_strbuf_put(buffer, "  ");
    qc_part_put(request, filter->type);
    put_named(request, ", queue ", filter->direction);
    qc_strbuf_put(buffer, qc_fact_is_zero(filter->on) ? ", off" : "");
    put_named(request, qc_fact_is_set(filter->before) ? ", before " : ", at ", filter->position);
    put_named(request, ", from chardev ", filter->in);
    put_named(request, ", to chardev ", filter->out);
    qc_strbuf_put(buffer, qc_fact_is_set(filter->vnet_header) ? ", with virtio-net's header" : "");
    put_named(request, ", into ", filter->file);
    put_number(request, ", ", filter->longest, " bytes of a packet");
    put_number(request, ", every ", filter->interval_us, " us");
    put_number(request, ", keeps ", filter->queued,
               filter->queued.value == 1 ? " packet" : " packets");
    qc_strbuf_put(buffer, "\n");
}

static void text_client(const struct qc_part_request *request, const struct qc_net_client *client)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_pad(buffer, columns[0].start);
    qc_part_put(request, client->name);
    if (qc_fact_is_set(client->queue)) {
        qc_strbuf_printf(buffer, " queue %" PRIu64, client->queue.value);
    }
    qc_strbuf_pad(buffer, columns[1].start);
    qc_part_put(request, client->type);
    qc_strbuf_pad(buffer, columns[2].start);
    qc_strbuf_printf(buffer, "0x%" PRIx64, client->address);
    qc_strbuf_pad(buffer, columns[3].start);
    qc_part_put(request, client->info != NULL && client->info[0] != '\0' ? client->info
                                                                         : client->model);
    if (qc_fact_is_set(client->peer)) {
        qc_strbuf_put(buffer, ", peer ");
        qc_part_put(request, client->peer_name);
    } else if (client->peer.is_known) {
        qc_strbuf_put(buffer, ", no peer");
    }
    qc_strbuf_put(buffer, qc_fact_is_set(client->link_down) ? ", link down" : "");
    qc_strbuf_put(buffer, qc_fact_is_set(client->receive_disabled) ? ", takes no packets" : "");
    if (qc_fact_is_set(client->queued)) {
        qc_strbuf_printf(buffer, ", %" PRIu64 " packet%s queued for it", client->queued.value,
                         qc_noun_s(client->queued.value));
    }
    qc_part_put_peers(request, client->address);
    qc_strbuf_put(buffer, "\n");
    for (size_t i = 0; i < client->filters.count; i++) {
        text_filter(request, &client->filters.items[i]);
    }
}

static const char *port_name(const struct qc_net_clients *clients, uint64_t port)
{
    for (size_t i = 0; i < clients->list.count; i++) {
        if (clients->list.items[i].address == port) {
            return clients->list.items[i].name;
        }
    }
    return NULL;
}

static void text_hub(const struct qc_part_request *request, const struct qc_net_clients *clients,
                     const struct qc_net_hub *hub)
{
    put_number(request, "  hub ", hub->id, "");
    qc_strbuf_put(request->text, hub->id.is_known ? ":" : "  a hub:");
    for (size_t i = 0; i < hub->ports.count; i++) {
        qc_strbuf_put(request->text, i == 0 ? " port " : ", port ");
        qc_part_put(request, port_name(clients, hub->ports.items[i]));
    }
    qc_strbuf_put(request->text, qc_fact_is_zero(hub->port_count) ? " no port\n" : "\n");
}

/* Adds the members that only filters of this kind have. */
static void json_filter_kind(struct qc_json *json, const struct qc_net_filter *filter)
{
    switch (filter->kind) {
    case QC_NET_FILTER_REDIRECTOR:
    case QC_NET_FILTER_MIRROR:
        qc_json_set(json, "indev", qc_json_text(filter->in));
        qc_json_set(json, "outdev", qc_json_text(filter->out));
        qc_json_set(json, "vnet_header", qc_json_fact_bool(filter->vnet_header));
        break;
    case QC_NET_FILTER_DUMP:
        qc_json_set(json, "file", qc_json_text(filter->file));
        qc_json_set(json, "maxlen", qc_json_fact(filter->longest));
        break;
    case QC_NET_FILTER_BUFFER:
        qc_json_set(json, "interval_us", qc_json_fact(filter->interval_us));
        qc_json_set(json, "queued_packets", qc_json_fact(filter->queued));
        break;
    case QC_NET_FILTER_REWRITER:
        qc_json_set(json, "vnet_header", qc_json_fact_bool(filter->vnet_header));
        qc_json_set(json, "queued_packets", qc_json_fact(filter->queued));
        break;
    case QC_NET_FILTER_OTHER:
        break;
    }
}

static void json_filter(struct qc_json *json, const struct qc_net_filter *filter)
{
    qc_json_set(json, "name", qc_json_text(filter->name));
    qc_json_set(json, "address", qc_json_address(filter->address));
    qc_json_set(json, "type", qc_json_text(filter->type));
    qc_json_set(json, "queue", qc_json_text(filter->direction));
    qc_json_set(json, "on", qc_json_fact_bool(filter->on));
    qc_json_set(json, "position", qc_json_text(filter->position));
    qc_json_set(json, "before", qc_json_fact_bool(filter->before));
    json_filter_kind(json, filter);
}

static void json_filters(struct qc_json *json, const struct qc_net_client *client)
{
    if (client->filter_count.is_known || client->filters.count != 0) {
        qc_json_list(json, "filters", &client->filters, filter, json_filter(json, filter));
    } else {
        qc_json_set(json, "filters", qc_json_null());
    }
}

static void json_port(struct qc_json *json, const struct qc_net_clients *clients, uint64_t port)
{
    qc_json_set(json, "name", qc_json_text(port_name(clients, port)));
    qc_json_set(json, "address", qc_json_address(port));
}

static void json_hub(struct qc_json *json, const struct qc_net_clients *clients,
                     const struct qc_net_hub *hub)
{
    qc_json_set(json, "id", qc_json_fact(hub->id));
    qc_json_set(json, "address", qc_json_address(hub->address));
    qc_json_list(json, "ports", &hub->ports, port, json_port(json, clients, *port));
}

static void json_hubs(struct qc_json *json, const struct qc_net_clients *clients)
{
    if (clients->hub_count.is_known || clients->hubs.count != 0) {
        qc_json_list(json, "hubs", &clients->hubs, hub, json_hub(json, clients, hub));
    } else {
        qc_json_set(json, "hubs", qc_json_null());
    }
}

static void json_client(const struct qc_part_request *request, const struct qc_net_client *client)
{
    struct qc_json *json = request->json;
    qc_json_set(json, "name", qc_json_text(client->name));
    qc_json_set(json, "address", qc_json_address(client->address));
    qc_json_set(json, "type", qc_json_text(client->type));
    qc_json_set(json, "model", qc_json_text(client->model));
    qc_json_set(json, "info", qc_json_text(client->info));
    qc_json_set(json, "queue", qc_json_fact(client->queue));
    qc_json_set(json, "peer", qc_json_text(client->peer_name));
    qc_json_set(json, "peer_address", qc_json_fact_address(client->peer));
    qc_json_set(json, "link_down", qc_json_fact_bool(client->link_down));
    qc_json_set(json, "receive_disabled", qc_json_fact_bool(client->receive_disabled));
    qc_json_set(json, "queued_packets", qc_json_fact(client->queued));
    qc_part_json_peers(request, "descriptors", client->address);
    json_filters(json, client);
}

void qc_part_network(const struct qc_part_request *request)
{
    QC_GUARD(qc_net_clients_free) struct qc_net_clients clients = {.why_cut = NULL};
    qc_net_clients_find(request->waits->process->fields, &clients);
    qc_part_list(request, "clients", &clients.list, "client", clients.why_absent, columns,
                 text_client, json_client);
    if (request->json != NULL) {
        json_hubs(request->json, &clients);
    }
    for (size_t i = 0; request->text != NULL && i < clients.hubs.count; i++) {
        text_hub(request, &clients, &clients.hubs.items[i]);
    }
    qc_part_end(request, clients.why_cut, clients.why_absent);
}
