/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net_client - NICs, netdevs and hub ports, as the monitor's "info network" shows them
 *
 * Each queue of a NIC is a client, whose peer is the same queue of a netdev. Packets that a client
 * has not accepted yet wait in its incoming queue. Filters see, redirect or hold a netdev's packets
 * (net/filter*.c, net/dump.c). A hub sends each packet from one port to all others (net/hub.c).
 */
#pragma once

#include "qemu/fields/fact.h"

enum qc_net_filter_kind {
    QC_NET_FILTER_OTHER,
    QC_NET_FILTER_MIRROR,
    QC_NET_FILTER_REDIRECTOR,
    QC_NET_FILTER_DUMP,
    QC_NET_FILTER_BUFFER,
    QC_NET_FILTER_REWRITER,
};

struct qc_net_filter {
    uint64_t address; /* address of its NetFilterState */
    const char *name; /* NULL: can't be read */
    const char *type; /* QOM type: "filter-mirror"; NULL: can't be read */
    enum qc_net_filter_kind kind;
    const char *direction;  /* direction at the netdev: "all", "rx", "tx"; NULL: not known */
    struct qc_fact on;
    const char *position;   /* "head", "tail", or "id=" and a filter next to it; NULL: not known */
    struct qc_fact before;  /* it is before that position, not after it */
    const char *in;         /* redirector: chardev that gives packets; NULL: none, or not known */
    const char *out;        /* mirror, redirector: chardev that gets packets; NULL: as for in */
    struct qc_fact vnet_header; /* mirror, redirector, rewriter: packets have a virtio-net header */
    const char *file;       /* dump: name of the file */
    struct qc_fact longest; /* dump: most bytes that it keeps of a packet */
    struct qc_fact interval_us; /* buffer: time after which it releases packets */
    struct qc_fact queued;  /* buffer, rewriter: packets that it holds */
};

QC_VEC_TYPE(qc_net_filters, struct qc_net_filter);

struct qc_net_hub {
    uint64_t address;
    struct qc_fact id;
    QC_VEC(uint64_t) ports; /* addresses of the ports' NetClientStates */
    struct qc_fact port_count; /* not known: ports is not complete */
};

QC_VEC_TYPE(qc_net_hubs, struct qc_net_hub);

struct qc_net_client {
    uint64_t address;
    const char *name; /* NULL: can't be read */
    const char *type; /* NetClientDriver: "nic", "tap"; NULL: not known */
    const char *model; /* "virtio-net-pci"; NULL: can't be read */
    const char *info; /* details by its type: "macaddr=..."; NULL: can't be read */
    struct qc_fact queue;
    struct qc_fact peer;   /* address of another client; 0: none */
    const char *peer_name; /* NULL: none, or it can't be read */
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
    const char *why_absent; /* why the first missing fact is not known; NULL: none is missing */
};

/* Finds the clients and hubs; *ret must be zeroed. */
void qc_net_clients_find(struct qc_fields *fields, struct qc_net_clients *ret);
void qc_net_clients_free(struct qc_net_clients *clients);
