/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/net_client.h"

#include "qemu/fields/list.h"

static char *type_read(struct qc_fields *fields, uint64_t client)
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
    char **why = &clients->why_absent;
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
    client->queued = qc_net_queued(fields, QC_FIELD_NET_QUEUE, address);
    client->filter_count =
        qc_net_filters_find(fields, address, &client->filters, &clients->why_cut);
}

void qc_net_clients_find(struct qc_fields *fields, struct qc_net_clients *ret)
{
    struct qc_list list = qc_list_variable(fields, QC_VARIABLE_NET_CLIENTS, QC_FIELD_NET_NEXT,
                                           &ret->why_absent, &ret->why_cut);
    struct qc_net_client *client;
    uint64_t address;
    while (qc_list_next(&list, &address) && (client = qc_vec_add(&ret->list)) != NULL) {
        client_read(fields, address, ret, client);
    }
    ret->hub_count = qc_net_hubs_find(fields, &ret->hubs, &ret->why_absent, &ret->why_cut);
}

void qc_net_clients_free(struct qc_net_clients *clients)
{
    for (size_t i = 0; i < clients->list.count; i++) {
        struct qc_net_client *client = &clients->list.items[i];
        free(client->name);
        free(client->type);
        free(client->model);
        free(client->info);
        free(client->peer_name);
        qc_net_filters_free(&client->filters);
    }
    qc_net_hubs_free(&clients->hubs);
    qc_vec_free(&clients->list);
    free(clients->why_absent);
    clients->why_absent = NULL;
}
