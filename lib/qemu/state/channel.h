/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * channel - QIOChannels: their descriptors, and the address of the other end
 *
 * Addresses are spelled as in QEMU's options: "unix:/run/x.sock", "unix:@abstract",
 * "tcp:10.0.0.1:49152", "tcp:[::1]:49152", "vsock:2:1234".
 */
#pragma once

#include "qemu/fields/fact.h"

struct qc_channel {
    int fd;           /* -1: not known, or closed */
    int second_fd;    /* the second one of a command's channel; -1: none */
    const char *remote; /* address of the other end; NULL: none, or not known */
    const char *local;
};

/* Reads a QIOChannel of any kind; for TLS and WebSockets, the channel below them. False: a kind
   without a descriptor, or not readable. */
bool qc_channel_read(struct qc_fields *fields, uint64_t address, struct qc_channel *ret);

/* Returns the descriptor in a member of a structure; -1: none. */
int qc_channel_descriptor(struct qc_fields *fields, enum qc_field field, uint64_t structure);

/* The channels that a QIONetListener listens on, each a QIOChannelSocket. */
struct qc_listener {
    struct qc_fields *fields;
    uint64_t array; /* address of an array of pointers */
    uint64_t next;  /* index of the next one */
    uint64_t count;
    bool has_sources; /* the pointers lead to QIONetListenerSources */
};

struct qc_listener qc_listener_read(struct qc_fields *fields, uint64_t address);
bool qc_listener_next(struct qc_listener *listener, uint64_t *ret);

/* Returns the text of a struct sockaddr; NULL: not readable, or an unknown family. */
const char *qc_socket_name_text(struct qc_fields *fields, uint64_t address, uint64_t size);

/* Returns a SocketAddress as text; NULL: not known. */
const char *qc_socket_address_text(struct qc_fields *fields, uint64_t address);
