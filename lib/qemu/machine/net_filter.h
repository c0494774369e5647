/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net_filter - what looks at a netdev's packets on their way, or keeps them (net/filter*.c, net/dump.c)
 */
#ifndef QC_QEMU_MACHINE_NET_FILTER_H
#define QC_QEMU_MACHINE_NET_FILTER_H

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
    uint64_t address; /* of its NetFilterState */
    char *name;       /* NULL: can't be read */
    char *type;       /* QOM's: "filter-mirror"; NULL: can't be read */
    enum qc_net_filter_kind kind;
    char *direction;        /* "all", "rx", "tx": of the netdev's queues; NULL: not known */
    struct qc_fact on;
    char *position;         /* "head", "tail", or "id=" and the filter that it is beside; NULL: not known */
    struct qc_fact before;  /* it is before the place that position names, and not behind it */
    char *in;               /* a redirector's chardev to get packets from; NULL: none, or not known */
    char *out;              /* a mirror's and a redirector's to put them to */
    struct qc_fact vnet_header; /* packets have a header of virtio-net before them; a rewriter's, too */
    char *file;             /* a dump's */
    struct qc_fact longest; /* of a packet: what a dump takes of it, in bytes */
    struct qc_fact interval_us; /* after which a buffer lets packets go */
    struct qc_fact queued;  /* packets that a buffer or a rewriter keeps */
};

QC_VEC_TYPE(qc_net_filters, struct qc_net_filter);

/* Those of a NetClientState, in the order in which a packet that it sends meets them. How many there
   are; why_cut as for lists. */
struct qc_fact qc_net_filters_find(struct qc_fields *fields, uint64_t client,
                                   struct qc_net_filters *ret, const char **why_cut);
void qc_net_filters_free(struct qc_net_filters *filters);

#endif
