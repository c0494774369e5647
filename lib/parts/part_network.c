/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_network - NICs, netdevs and hub ports, each with its peer and its filters; hubs
 */
#include <inttypes.h>

#include "parts/part.h"

static const struct qc_part_column columns[] = {
    {2, "NAME"}, {20, "TYPE"}, {32, "CLIENT"}, {52, "IS"}, {0, NULL},
};

static void text_filter(const struct qc_part_request *request, const struct qc_net_filter *filter)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_pad(buffer, columns[0].start);
    qc_text_put("  filter ", qc_str_or(filter->name, "?"), "", buffer);
    qc_strbuf_pad(buffer, columns[1].start);
    qc_text_put("  ", qc_str_or(filter->type, "?"), "", buffer);
    qc_text_put(", queue ", filter->direction, "", buffer);
    qc_strbuf_put(buffer, qc_fact_is_zero(filter->on) ? ", off" : "");
    qc_text_put(qc_fact_is_set(filter->before) ? ", before " : ", at ", filter->position, "",
                buffer);
    qc_text_put(", from chardev ", filter->in, "", buffer);
    qc_text_put(", to chardev ", filter->out, "", buffer);
    qc_strbuf_put(buffer, qc_fact_is_set(filter->vnet_header) ? ", with virtio-net's header" : "");
    qc_text_put(", into ", filter->file, "", buffer);
    qc_text_number(", ", filter->longest, " bytes of a packet", buffer);
    qc_text_number(", every ", filter->interval_us, " us", buffer);
    qc_text_number(", keeps ", filter->queued, filter->queued.value == 1 ? " packet" : " packets",
                   buffer);
    qc_strbuf_put(buffer, "\n");
}

static void text_client(const struct qc_part_request *request, const struct qc_net_client *client)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_pad(buffer, columns[0].start);
    qc_text_known(client->name, "?", buffer);
    if (qc_fact_is_set(client->queue)) {
        qc_text_number(" queue ", client->queue, "", buffer);
    }
    qc_strbuf_pad(buffer, columns[1].start);
    qc_text_known(client->type, "?", buffer);
    qc_strbuf_pad(buffer, columns[2].start);
    qc_strbuf_printf(buffer, "0x%" PRIx64, client->address);
    qc_strbuf_pad(buffer, columns[3].start);
    bool has_info = client->info != NULL && client->info[0] != '\0';
    qc_text_known(has_info ? client->info : client->model, "?", buffer);
    if (qc_fact_is_set(client->peer)) {
        qc_text_put(", peer ", qc_str_or(client->peer_name, "?"), "", buffer);
    } else if (client->peer.is_known) {
        qc_strbuf_put(buffer, ", no peer");
    }
    qc_strbuf_put(buffer, qc_fact_is_set(client->link_down) ? ", link down" : "");
    qc_strbuf_put(buffer, qc_fact_is_set(client->receive_disabled) ? ", takes no packets" : "");
    if (qc_fact_is_set(client->queued)) {
        qc_text_count(", ", client->queued.value, "packet", " queued for it", buffer);
    }
    qc_part_put_peers(request, client->address);
    qc_strbuf_put(buffer, "\n");
    for (size_t i = 0; i < client->filters.count; i++) {
        text_filter(request, &client->filters.items[i]);
    }
}

static const char *port_name(const struct qc_net_clients *clients, uint64_t port)
{
    const struct qc_net_client *client = qc_vec_find(&clients->list, at, at->address == port);
    return client == NULL ? NULL : client->name;
}

static void text_hub(const struct qc_part_request *request, const struct qc_net_clients *clients,
                     const struct qc_net_hub *hub)
{
    qc_text_number("  hub ", hub->id, "", request->text);
    qc_strbuf_put(request->text, hub->id.is_known ? ":" : "  a hub:");
    for (size_t i = 0; i < hub->ports.count; i++) {
        qc_strbuf_put(request->text, i == 0 ? " port " : ", port ");
        qc_text_known(port_name(clients, hub->ports.items[i]), "?", request->text);
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
    qc_json_same(json, client, type, model, info, queue);
    qc_json_set(json, "peer", qc_json_text(client->peer_name));
    qc_json_set(json, "peer_address", qc_json_fact_address(client->peer));
    qc_json_flags(json, client, link_down, receive_disabled);
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
