/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/net_hub.h"

#include "qemu/fields/list.h"

/* A NetHubPort begins with its NetClientState. */
static void hub_read(struct qc_fields *fields, uint64_t address, struct qc_net_hub *hub, char **why,
                     const char **why_cut)
{
    hub->address = address;
    hub->id = qc_fact_field(fields, QC_FIELD_NET_HUB_ID, address, why);
    struct qc_list ports = qc_list_field(fields, QC_FIELD_NET_HUB_PORTS, address,
                                         QC_FIELD_NET_HUB_PORT_NEXT, why, why_cut);
    uint64_t *port;
    uint64_t at;
    while (qc_list_next(&ports, &at) && (port = qc_vec_add(&hub->ports)) != NULL) {
        *port = at;
    }
    hub->port_count = ports.count;
}

struct qc_fact qc_net_hubs_find(struct qc_fields *fields, struct qc_net_hubs *ret, char **why,
                                const char **why_cut)
{
    struct qc_list list =
        qc_list_variable(fields, QC_VARIABLE_NET_HUBS, QC_FIELD_NET_HUB_NEXT, why, why_cut);
    struct qc_net_hub *hub;
    uint64_t address;
    while (qc_list_next(&list, &address) && (hub = qc_vec_add(ret)) != NULL) {
        hub_read(fields, address, hub, why, why_cut);
    }
    return list.count;
}

void qc_net_hubs_free(struct qc_net_hubs *hubs)
{
    for (size_t i = 0; i < hubs->count; i++) {
        qc_vec_free(&hubs->items[i].ports);
    }
    qc_vec_free(hubs);
}
