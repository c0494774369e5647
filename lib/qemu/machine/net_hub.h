/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net_hub - QEMU's hubs, which send each packet from one port to all others (net/hub.c)
 */
#ifndef QC_QEMU_MACHINE_NET_HUB_H
#define QC_QEMU_MACHINE_NET_HUB_H

#include "qemu/fields/fact.h"

struct qc_net_hub {
    uint64_t address;
    struct qc_fact id;
    QC_VEC(uint64_t) ports; /* addresses of the ports' NetClientStates */
    struct qc_fact port_count; /* not known: ports is not complete */
};

QC_VEC_TYPE(qc_net_hubs, struct qc_net_hub);

/* Finds the hubs; *ret must be zeroed. Returns their number; not known if not all could be read; why
   and why_cut as in qc_list_field. */
struct qc_fact qc_net_hubs_find(struct qc_fields *fields, struct qc_net_hubs *ret, char **why,
                                const char **why_cut);
void qc_net_hubs_free(struct qc_net_hubs *hubs);

#endif
