/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net_client - NICs, netdevs and hub ports, as the monitor's "info network" shows them
 *
 * Each queue of a NIC is a client, whose peer is the same queue of a netdev. Packets that a client
 * has not accepted yet wait in its incoming queue.
 */
#ifndef QC_QEMU_MACHINE_NET_CLIENT_H
#define QC_QEMU_MACHINE_NET_CLIENT_H

#include "qemu/machine/net_filter.h"
#include "qemu/machine/net_hub.h"

struct qc_net_client {
    uint64_t address;
    char *name;  /* NULL: can't be read */
    char *type;  /* NetClientDriver: "nic", "tap"; NULL: not known */
    char *model; /* "virtio-net-pci"; NULL: can't be read */
    char *info;  /* details by its type: "macaddr=..."; NULL: can't be read */
    struct qc_fact queue;
    struct qc_fact peer;   /* address of another client; 0: none */
    char *peer_name;       /* NULL: none, or it can't be read */
    struct qc_fact link_down;
    struct qc_fact receive_disabled; /* it rejected a packet and has not asked for more since */
    struct qc_fact queued;           /* packets that wait for it */
    struct qc_net_filters filters;
    struct qc_fact filter_count; /* not known: filters is not complete */
};

struct qc_net_clients {
    QC_VEC(struct qc_net_client) list; /* in QEMU's order */
    struct qc_net_hubs hubs;
    struct qc_fact hub_count; /* not known: hubs is not complete */
    const char *why_cut; /* why a list is not complete; NULL: all are */
    char *why_absent;    /* why the first missing fact is not known; NULL: none is missing */
};

/* Finds the clients and hubs; *ret must be zeroed. */
void qc_net_clients_find(struct qc_fields *fields, struct qc_net_clients *ret);
void qc_net_clients_free(struct qc_net_clients *clients);

#endif
