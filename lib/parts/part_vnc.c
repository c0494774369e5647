/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_vnc - VNC servers and their clients
 */
#include <inttypes.h>

#include "parts/part.h"

static void text_client(const struct qc_part_request *request, const struct qc_vnc_client *client)
{
    struct qc_strbuf *buffer = request->text;
    qc_text_put("  client ", qc_str_or(client->remote, "without a name"), "", buffer);
    qc_strbuf_printf(buffer, " 0x%" PRIx64, client->address);
    qc_text_number(", fd ", client->fd, "", buffer);
    qc_text_put(", update asked for: ", client->update, "", buffer);
    qc_text_put(", being encoded: ", client->job, "", buffer);
    if (qc_fact_is_set(client->output)) {
        qc_text_count(", ", client->output.value, "byte", " to be sent", buffer);
    }
    qc_strbuf_put(buffer, qc_fact_is_set(client->disconnecting) ? ", disconnecting\n" : "\n");
}

static void text_server(const struct qc_part_request *request, const struct qc_vnc_server *server)
{
    struct qc_strbuf *buffer = request->text;
    const char *auth = qc_vnc_auth_name(server->auth);
    qc_text_put("server ", qc_str_or(server->id, "?"), "", buffer);
    qc_strbuf_printf(buffer, " 0x%" PRIx64 ", authentication %s", server->address,
                     qc_str_or(auth, "not known"));
    for (size_t i = 0; i < server->listens.count; i++) {
        qc_text_put(", listens at ", server->listens.items[i], "", buffer);
    }
    qc_strbuf_put(buffer, "\n");
    for (size_t i = 0; i < server->clients.count; i++) {
        text_client(request, &server->clients.items[i]);
    }
}

static void json_client(struct qc_json *json, const struct qc_vnc_client *client)
{
    qc_json_set(json, "address", qc_json_address(client->address));
    qc_json_same(json, client, remote, fd, update);
    qc_json_set(json, "job_update", qc_json_text(client->job));
    qc_json_set(json, "output_bytes", qc_json_fact(client->output));
    qc_json_set(json, "disconnecting", qc_json_fact_bool(client->disconnecting));
}

static void json_server(const struct qc_part_request *request, const struct qc_vnc_server *server)
{
    struct qc_json *json = request->json;
    qc_json_set(json, "id", qc_json_text(server->id));
    qc_json_set(json, "address", qc_json_address(server->address));
    qc_json_set(json, "auth", qc_json_text(qc_vnc_auth_name(server->auth)));
    qc_json_texts(json, "listens", server->listens.items, server->listens.count);
    qc_json_list(json, "clients", &server->clients, client, json_client(json, client));
}

void qc_part_vnc(const struct qc_part_request *request)
{
    QC_GUARD(qc_vnc_servers_free) struct qc_vnc_servers servers = {.why_cut = NULL};
    qc_vnc_servers_find(request->waits->process->fields, &servers);
    qc_part_list(request, "servers", &servers.list, "server", servers.why_absent, NULL, text_server,
                 json_server);
    qc_part_end(request, servers.why_cut, servers.why_absent);
}
