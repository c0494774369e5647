/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_network - NICs, netdevs and hub ports, each with its peer
 */
#include <inttypes.h>

#include "render/parts/part.h"

static const size_t columns[] = {2, 20, 32, 52};
static const char *const heads[] = {"NAME", "TYPE", "CLIENT", "IS"};

static void text_client(const struct qc_part_request *request, const struct qc_net_client *client)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_pad(buffer, columns[0]);
    qc_part_put(request, client->name);
    if (qc_fact_is_set(client->queue)) {
        qc_strbuf_printf(buffer, " queue %" PRIu64, client->queue.value);
    }
    qc_strbuf_pad(buffer, columns[1]);
    qc_part_put(request, client->type);
    qc_strbuf_pad(buffer, columns[2]);
    qc_strbuf_printf(buffer, "0x%" PRIx64, client->address);
    qc_strbuf_pad(buffer, columns[3]);
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
}

static void json_client(const struct qc_part_request *request, const struct qc_net_client *client)
{
    struct qc_json *json = request->json;
    qc_json_object(json, NULL);
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
    qc_json_close(json);
}

void qc_part_network(const struct qc_part_request *request)
{
    QC_GUARD(qc_net_clients_free) struct qc_net_clients clients = {.why_cut = NULL};
    qc_net_clients_find(request->waits->process->fields, &clients);
    qc_part_begin(request, "clients", clients.list.count, "client",
                  clients.why_absent);
    if (request->text != NULL && clients.list.count != 0) {
        qc_part_heads(request, columns, heads, sizeof(heads) / sizeof(heads[0]));
    }
    for (size_t i = 0; i < clients.list.count; i++) {
        (request->text != NULL ? text_client : json_client)(request, &clients.list.items[i]);
    }
    qc_part_end_list(request);
    qc_part_end(request, clients.why_cut, clients.why_absent);
}
