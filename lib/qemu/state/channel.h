/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * channel - QIOChannels: their descriptors, and the address of who is at the other end
 *
 * Addresses are spelled as QEMU's options have them: "unix:/run/x.sock", "unix:@abstract",
 * "tcp:10.0.0.1:49152", "tcp:[::1]:49152", "vsock:2:1234".
 */
#ifndef QC_QEMU_STATE_CHANNEL_H
#define QC_QEMU_STATE_CHANNEL_H

#include "qemu/fields/fact.h"

struct qc_channel {
    int fd;           /* -1: not known, or closed */
    int second_fd;    /* of a command's channel, which has two; -1: none */
    char *remote;     /* NULL: it has no name, or none is known */
    char *local;
};

/* What a QIOChannel of any kind comes down to: TLS and WebSockets lie above another. False: it is of a
   kind without a descriptor, or not readable; then there is nothing to free. */
bool qc_channel_read(struct qc_fields *fields, uint64_t address, struct qc_channel *ret);
void qc_channel_free(struct qc_channel *channel);

/* The number of a descriptor that a structure has; -1: none. */
int qc_channel_descriptor(struct qc_fields *fields, enum qc_field field, uint64_t structure);

/* The channels that a QIONetListener listens on, each a QIOChannelSocket. */
typedef void qc_listener_visitor(void *opaque, uint64_t channel);
void qc_listener_each_channel(struct qc_fields *fields, uint64_t listener,
                              qc_listener_visitor *visitor, void *opaque);

/* A struct sockaddr of so many bytes in words, malloc; NULL: not readable, or of no family we know. */
char *qc_socket_name_text(struct qc_fields *fields, uint64_t address, uint64_t size);

/* A SocketAddress in words, malloc; NULL: not known. */
char *qc_socket_address_text(struct qc_fields *fields, uint64_t address);

#endif
