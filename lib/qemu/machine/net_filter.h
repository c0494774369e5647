/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net_filter - filters that see, redirect or hold a netdev's packets (net/filter*.c, net/dump.c)
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
    uint64_t address; /* address of its NetFilterState */
    char *name;       /* NULL: can't be read */
    char *type;       /* QOM type: "filter-mirror"; NULL: can't be read */
    enum qc_net_filter_kind kind;
    char *direction;        /* direction at the netdev: "all", "rx", "tx"; NULL: not known */
    struct qc_fact on;
    char *position;         /* "head", "tail", or "id=" and a filter next to it; NULL: not known */
    struct qc_fact before;  /* it is before that position, not after it */
    char *in;               /* redirector: chardev that gives packets; NULL: none, or not known */
    char *out;              /* mirror, redirector: chardev that gets packets; NULL: as for in */
    struct qc_fact vnet_header; /* mirror, redirector, rewriter: packets have a virtio-net header */
    char *file;             /* dump: name of the file */
    struct qc_fact longest; /* dump: most bytes that it keeps of a packet */
    struct qc_fact interval_us; /* buffer: time after which it releases packets */
    struct qc_fact queued;  /* buffer, rewriter: packets that it holds */
};

QC_VEC_TYPE(qc_net_filters, struct qc_net_filter);

/* Finds the filters of a NetClientState, in the order in which they see a packet that it sends.
   Returns their number; not known if not all could be read; why_cut as in qc_list_field. */
struct qc_fact qc_net_filters_find(struct qc_fields *fields, uint64_t client,
                                   struct qc_net_filters *ret, const char **why_cut);
void qc_net_filters_free(struct qc_net_filters *filters);

/* Counts the packets in the NetQueue of a client or filter; not known: it has none yet, or the number
   is damaged. */
struct qc_fact qc_net_queued(struct qc_fields *fields, enum qc_field queue, uint64_t structure);

#endif
