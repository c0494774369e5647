/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/vnc.h"

#include <string.h>

#include "qemu/fields/list.h"
#include "qemu/state/channel.h"

struct collector {
    struct qc_fields *fields;
    struct qc_vnc_servers *servers;
    struct qc_vnc_server *server; /* server that is read */
};

/* Security types: RFC 6143, 7.1.2, and its registry; ui/vnc.h. */
const char *qc_vnc_auth_name(struct qc_fact auth)
{
    return !auth.is_known ? NULL
           : auth.value == 1 ? "none"
           : auth.value == 2 ? "vnc"
           : auth.value == 18 ? "tls"
           : auth.value == 19 ? "vencrypt"
           : auth.value == 20 ? "sasl"
                              : NULL;
}

static void channel_of(struct qc_fields *fields, struct qc_vnc_client *client)
{
    uint64_t address;
    struct qc_channel channel;
    if (qc_field_read(fields, QC_FIELD_VNC_CLIENT_CHANNEL, client->address, &address) &&
        address != 0 && qc_channel_read(fields, address, &channel)) {
        client->remote = channel.remote != NULL ? strdup(channel.remote) : NULL;
        client->fd = (struct qc_fact){channel.fd >= 0, true, (uint64_t)(int64_t)channel.fd};
        qc_channel_free(&channel);
    }
}

static bool visit_client(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_fields *fields = collector->fields;
    struct qc_vnc_client *client = qc_vec_add(&collector->server->clients);
    if (client == NULL) {
        return false;
    }
    client->address = address;
    channel_of(fields, client);
    client->disconnecting = qc_fact_field(fields, QC_FIELD_VNC_CLIENT_LEAVES, address, NULL);
    client->update = qc_fact_field_enumerator(fields, QC_FIELD_VNC_CLIENT_UPDATE, address,
                                              "VNC_STATE_UPDATE_");
    client->job = qc_fact_field_enumerator(fields, QC_FIELD_VNC_CLIENT_JOB, address,
                                           "VNC_STATE_UPDATE_");
    client->output = qc_fact_field(fields, QC_FIELD_VNC_CLIENT_OUTPUT, address,
                                   &collector->servers->why_absent);
    return true;
}

static void visit_listener(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_channel channel;
    if (!qc_channel_read(collector->fields, address, &channel)) {
        return;
    }
    char **added = channel.local == NULL ? NULL : qc_vec_add(&collector->server->listens);
    if (added != NULL) {
        *added = strdup(channel.local);
        collector->server->listens.count -= *added == NULL;
    }
    qc_channel_free(&channel);
}

static void listeners_read(struct collector *collector, enum qc_field field)
{
    uint64_t listener;
    if (qc_field_read(collector->fields, field, collector->server->address, &listener) &&
        listener != 0) {
        qc_listener_each_channel(collector->fields, listener, visit_listener, collector);
    }
}

static bool visit_server(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_fields *fields = collector->fields;
    struct qc_vnc_server *server = qc_vec_add(&collector->servers->list);
    if (server == NULL) {
        return false;
    }
    collector->server = server;
    server->address = address;
    server->id = qc_field_text(fields, QC_FIELD_VNC_ID, address);
    server->auth = qc_fact_field(fields, QC_FIELD_VNC_AUTH, address,
                                 &collector->servers->why_absent);
    listeners_read(collector, QC_FIELD_VNC_LISTENER);
    listeners_read(collector, QC_FIELD_VNC_WEB_LISTENER);
    struct qc_list clients =
        qc_list_field(fields, QC_FIELD_VNC_CLIENTS, address, &collector->servers->why_absent);
    qc_list_walk(fields, clients, QC_FIELD_VNC_CLIENT_NEXT, visit_client, collector,
                 &collector->servers->why_cut);
    return true;
}

void qc_vnc_servers_find(struct qc_fields *fields, struct qc_vnc_servers *ret)
{
    struct collector collector = {fields, ret, NULL};
    struct qc_list list = qc_list_variable(fields, QC_VARIABLE_VNC_DISPLAYS, &ret->why_absent);
    qc_list_walk(fields, list, QC_FIELD_VNC_NEXT, visit_server, &collector, &ret->why_cut);
}

static void server_free(struct qc_vnc_server *server)
{
    for (size_t i = 0; i < server->listens.count; i++) {
        free(server->listens.items[i]);
    }
    for (size_t i = 0; i < server->clients.count; i++) {
        free(server->clients.items[i].remote);
        free(server->clients.items[i].update);
        free(server->clients.items[i].job);
    }
    qc_vec_free(&server->listens);
    qc_vec_free(&server->clients);
    free(server->id);
}

void qc_vnc_servers_free(struct qc_vnc_servers *servers)
{
    for (size_t i = 0; i < servers->list.count; i++) {
        server_free(&servers->list.items[i]);
    }
    qc_vec_free(&servers->list);
    free(servers->why_absent);
    servers->why_absent = NULL;
}
