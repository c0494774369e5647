/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * peer_list - the list that peers are collected in
 */
#pragma once

#include "qemu/state/peer.h"

struct qc_peer_list {
    struct qc_fields *fields;
    struct qc_process *process;
    struct qc_peers *peers;
    QC_VEC(uint64_t) vhost_users; /* chardevs that threads use to talk to a back end */
};

/* A peer to be added. */
struct qc_peer_new {
    enum qc_peer_kind kind;
    const char *owner;
    const char *address; /* NULL: none known */
    uint64_t object;
    bool is_client; /* socket: QEMU is the side that connected */
};

/* Adds the peer of a descriptor. fd < 0: adds nothing. */
void qc_peer_add(struct qc_peer_list *list, int fd, const struct qc_peer_new *added);

/* Adds the descriptors of a QIOChannel. Its socket's name stands in for an address of NULL. */
void qc_peer_add_channel(struct qc_peer_list *list, uint64_t channel,
                         const struct qc_peer_new *added);

/* Does the same for the QIOChannel that a member of a structure points to. */
void qc_peer_add_channel_of(struct qc_peer_list *list, enum qc_field field, uint64_t structure,
                            const struct qc_peer_new *added);

/* Adds the sockets that the QIONetListener there listens on; of `added`, only owner and object are
   used. */
void qc_peer_add_listener_of(struct qc_peer_list *list, enum qc_field field, uint64_t structure,
                             const struct qc_peer_new *added);

/* Adds all of /chardevs: what they read and write, their log files, sockets they listen on. */
void qc_peer_add_chardevs(struct qc_peer_list *list);
