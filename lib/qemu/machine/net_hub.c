/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/net_hub.h"

#include "qemu/fields/list.h"

struct collector {
    struct qc_fields *fields;
    struct qc_net_hubs *hubs;
    char **why;
    const char **why_cut;
};

/* A NetHubPort begins with its NetClientState. */
static bool visit_port(void *opaque, uint64_t address)
{
    struct qc_net_hub *hub = opaque;
    uint64_t *port = qc_vec_add(&hub->ports);
    if (port != NULL) {
        *port = address;
    }
    return port != NULL;
}

static bool visit_hub(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_fields *fields = collector->fields;
    struct qc_net_hub *hub = qc_vec_add(collector->hubs);
    if (hub == NULL) {
        return false;
    }
    hub->address = address;
    hub->id = qc_fact_field(fields, QC_FIELD_NET_HUB_ID, address, collector->why);
    hub->port_count = qc_list_walk(
        fields, qc_list_field(fields, QC_FIELD_NET_HUB_PORTS, address, collector->why),
        QC_FIELD_NET_HUB_PORT_NEXT, visit_port, hub, collector->why_cut);
    return true;
}

struct qc_fact qc_net_hubs_find(struct qc_fields *fields, struct qc_net_hubs *ret, char **why,
                                const char **why_cut)
{
    struct collector collector = {fields, ret, why, why_cut};
    struct qc_list list = qc_list_variable(fields, QC_VARIABLE_NET_HUBS, why);
    return qc_list_walk(fields, list, QC_FIELD_NET_HUB_NEXT, visit_hub, &collector, why_cut);
}

void qc_net_hubs_free(struct qc_net_hubs *hubs)
{
    for (size_t i = 0; i < hubs->count; i++) {
        qc_vec_free(&hubs->items[i].ports);
    }
    qc_vec_free(hubs);
}
