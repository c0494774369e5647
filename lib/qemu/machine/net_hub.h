/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net_hub - QEMU's hubs: what one port is sent, all others get (net/hub.c)
 */
#ifndef QC_QEMU_MACHINE_NET_HUB_H
#define QC_QEMU_MACHINE_NET_HUB_H

#include "qemu/fields/fact.h"

struct qc_net_hub {
    uint64_t address;
    struct qc_fact id;
    QC_VEC(uint64_t) ports; /* addresses of their NetClientStates */
    struct qc_fact port_count; /* not known: not all of them are in ports */
};

QC_VEC_TYPE(qc_net_hubs, struct qc_net_hub);

/* Into a zeroed one. How many there are; why and why_cut as for lists. */
struct qc_fact qc_net_hubs_find(struct qc_fields *fields, struct qc_net_hubs *ret, char **why,
                                const char **why_cut);
void qc_net_hubs_free(struct qc_net_hubs *hubs);

#endif
