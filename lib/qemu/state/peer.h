/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * peer - who is at the other end of each descriptor
 *
 * A core does not say what a descriptor was open on. QEMU's own objects do: each has the number
 * that it reads or writes, and the name that its user gave it. A descriptor that no object names is
 * missing in the table; nothing follows from that.
 */
#pragma once

#include "qemu/threads/process.h"

/* The more specific first: where several objects have one descriptor, the first kind counts. */
#define QC_PEER_KINDS(X)                                                                         \
    X(QC_PEER_FILE, "file") /* file of a block node */                                           \
    X(QC_PEER_DEVICE, "device") /* host device of a block node */                                \
    X(QC_PEER_NBD, "nbd") /* server of a block node */                                           \
    X(QC_PEER_DESTINATION, "migration-destination") /* the outgoing migration's */               \
    X(QC_PEER_SOURCE, "migration-source") /* the incoming migration's */                         \
    X(QC_PEER_DUMP, "dump") /* file that dump-guest-memory writes */                             \
    X(QC_PEER_VHOST_USER, "vhost-user") /* chardev that a vhost-user device talks through */     \
    X(QC_PEER_MONITOR, "monitor") /* chardev that a monitor talks through */                     \
    X(QC_PEER_CHARDEV, "chardev")                                                                \
    X(QC_PEER_CHARDEV_FILE, "chardev-file") /* file, pipe or device that a chardev has opened */ \
    X(QC_PEER_CHARDEV_LOG, "chardev-log") /* log file of a chardev */                            \
    X(QC_PEER_VNC, "vnc")                                                                        \
    X(QC_PEER_NETDEV, "netdev")                                                                  \
    /* socket on which a chardev, VNC or the incoming migration listens */                       \
    X(QC_PEER_LISTENER, "listener")                                                              \
    X(QC_PEER_KVM, "kvm")                                                                        \
    X(QC_PEER_KVM_VM, "kvm-vm")                                                                  \
    X(QC_PEER_KVM_CPU, "kvm-vcpu")                                                               \
    X(QC_PEER_IO_URING, "io-uring") /* ring of an event loop */                                  \
    X(QC_PEER_EPOLL, "epoll")                                                                    \
    X(QC_PEER_EVENTFD, "eventfd")                                                                \
    X(QC_PEER_SIGNALFD, "signalfd")                                                              \
    X(QC_PEER_CHANNEL, "channel") /* only the QIOChannel that a thread uses is known */          \
    X(QC_PEER_HANDLER, "handler") /* only the function that is called for it is known */
enum qc_peer_kind { QC_PEER_KINDS(QC_ENUMERATOR) };

struct qc_peer {
    enum qc_peer_kind kind;
    int fd;
    const char *owner;   /* as users name it: "node disk0-file", "chardev serial0", "CPU 0" */
    const char *address; /* "/srv/a.raw", "unix:/run/x.sock", "tcp:[::1]:49152"; NULL: not known */
    const char *actor;   /* who outside of QEMU must act, as a phrase; NULL: nobody outside */
    uint64_t object; /* address of the BlockDriverState, Chardev, QEMUFile, ... */
};

struct qc_peers {
    QC_VEC(struct qc_peer) list; /* sorted by descriptor; one for each */
    const char *why_cut;         /* why a list was cut: a limit, or it led back; NULL: none was */
};

/* Finds the peers at the first call, by debug info. Threads are named (qc_process_name_threads). */
const struct qc_peers *qc_process_peers(struct qc_process *process);

/* Returns the peer of a descriptor; NULL: not known. */
const struct qc_peer *qc_peer_of(const struct qc_peers *peers, int fd);

/* Returns "chardev serial0, unix:/run/x.sock", malloc; NULL: no memory. */
char *qc_peer_text(const struct qc_peer *peer);

/* Returns the same for a chardev that may have no descriptor yet. NULL: its label is not known. */
const char *qc_chardev_text(struct qc_fields *fields, uint64_t chardev);

/* Returns the address of a chardev that is a socket, "unix:/run/x.sock". NULL: not known. */
const char *qc_chardev_address(struct qc_fields *fields, uint64_t chardev);

/* Returns "file", "nbd", "chardev-log", ... */
const char *qc_peer_kind_name(enum qc_peer_kind kind);
