/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * peer_list - peers while they are collected
 */
#ifndef QC_QEMU_STATE_PEER_LIST_H
#define QC_QEMU_STATE_PEER_LIST_H

#include "qemu/state/peer.h"

struct qc_peer_list {
    struct qc_fields *fields;
    struct qc_process *process;
    struct qc_peers *peers;
    QC_VEC(uint64_t) vhost_users; /* chardevs by which threads talk to a back end */
};

/* What is to be added; the texts are copied. */
struct qc_peer_new {
    enum qc_peer_kind kind;
    const char *owner;
    const char *address; /* NULL: none known */
    uint64_t object;
    bool is_client; /* a socket's: QEMU has connected to it */
};

/* fd < 0: there is none, and nothing is added. */
void qc_peer_add(struct qc_peer_list *list, int fd, const struct qc_peer_new *added);

/* The descriptors of a QIOChannel; its socket's name stands in for an address of NULL. */
void qc_peer_add_channel(struct qc_peer_list *list, uint64_t channel,
                         const struct qc_peer_new *added);

/* Those of /chardevs: what they read and write, their log files, the sockets that they listen on. */
void qc_peer_add_chardevs(struct qc_peer_list *list);

/* The sockets that a QIONetListener listens on; of added, only owner and object are asked. */
void qc_peer_add_listener(struct qc_peer_list *list, uint64_t listener,
                          const struct qc_peer_new *added);

#endif
