/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/vnc.h"

#include "qemu/fields/list.h"
#include "qemu/state/channel.h"

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
        client->remote = channel.remote;
        client->fd = (struct qc_fact){channel.fd >= 0, true, (uint64_t)(int64_t)channel.fd};
    }
}

static void client_read(struct qc_fields *fields, uint64_t address, struct qc_vnc_client *client,
                        const char **why)
{
    client->address = address;
    channel_of(fields, client);
    client->disconnecting = qc_fact_field(fields, QC_FIELD_VNC_CLIENT_LEAVES, address, NULL);
    client->update = qc_fact_field_enumerator(fields, QC_FIELD_VNC_CLIENT_UPDATE, address,
                                              "VNC_STATE_UPDATE_");
    client->job = qc_fact_field_enumerator(fields, QC_FIELD_VNC_CLIENT_JOB, address,
                                           "VNC_STATE_UPDATE_");
    client->output = qc_fact_field(fields, QC_FIELD_VNC_CLIENT_OUTPUT, address, why);
}

static void listener_read(struct qc_fields *fields, uint64_t address, struct qc_vnc_server *server)
{
    struct qc_channel channel;
    if (qc_channel_read(fields, address, &channel) && channel.local != NULL) {
        qc_vec_push(&server->listens, channel.local);
    }
}

static void listeners_read(struct qc_fields *fields, enum qc_field field,
                           struct qc_vnc_server *server)
{
    uint64_t listener;
    uint64_t channel;
    if (!qc_field_read(fields, field, server->address, &listener) || listener == 0) {
        return;
    }
    struct qc_listener channels = qc_listener_read(fields, listener);
    while (qc_listener_next(&channels, &channel)) {
        listener_read(fields, channel, server);
    }
}

static void server_read(struct qc_fields *fields, uint64_t address, struct qc_vnc_servers *servers,
                        struct qc_vnc_server *server)
{
    const char **why = &servers->why_absent;
    server->address = address;
    server->id = qc_field_text(fields, QC_FIELD_VNC_ID, address);
    server->auth = qc_fact_field(fields, QC_FIELD_VNC_AUTH, address, why);
    listeners_read(fields, QC_FIELD_VNC_LISTENER, server);
    listeners_read(fields, QC_FIELD_VNC_WEB_LISTENER, server);
    struct qc_list clients = qc_list_field(fields, QC_FIELD_VNC_CLIENTS, address,
                                           QC_FIELD_VNC_CLIENT_NEXT, why, &servers->why_cut);
    qc_list_fill(&clients, &server->clients, client) {
        client_read(fields, clients.element, client, why);
    }
}

void qc_vnc_servers_find(struct qc_fields *fields, struct qc_vnc_servers *ret)
{
    struct qc_list list = qc_list_variable(fields, QC_VARIABLE_VNC_DISPLAYS, QC_FIELD_VNC_NEXT,
                                           &ret->why_absent, &ret->why_cut);
    qc_list_fill(&list, &ret->list, server) {
        server_read(fields, list.element, ret, server);
    }
}

static void server_free(struct qc_vnc_server *server)
{
    qc_vec_free(&server->listens);
    qc_vec_free(&server->clients);
}

void qc_vnc_servers_free(struct qc_vnc_servers *servers)
{
    qc_vec_free_each(&servers->list, item, server_free(item));
}
