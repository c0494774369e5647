/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * peer - who is at the other end of each descriptor
 *
 * A core does not say what a descriptor was open on. QEMU's own objects do: each has the number
 * that it reads or writes, and the name that its user gave it. A descriptor that no object names is
 * missing in the table; nothing follows from that.
 */
#ifndef QC_QEMU_STATE_PEER_H
#define QC_QEMU_STATE_PEER_H

#include "qemu/threads/process.h"

/* The more specific first: where several objects have one descriptor, the first kind counts. */
enum qc_peer_kind {
    QC_PEER_FILE,         /* file of a block node */
    QC_PEER_DEVICE,       /* host device of a block node */
    QC_PEER_NBD,          /* server of a block node */
    QC_PEER_DESTINATION,  /* the outgoing migration's */
    QC_PEER_SOURCE,       /* the incoming migration's */
    QC_PEER_DUMP,         /* file that dump-guest-memory writes */
    QC_PEER_VHOST_USER,   /* chardev that a vhost-user device talks through */
    QC_PEER_MONITOR,      /* chardev that a monitor talks through */
    QC_PEER_CHARDEV,
    QC_PEER_CHARDEV_FILE, /* file, pipe or device that a chardev has opened */
    QC_PEER_CHARDEV_LOG,  /* log file of a chardev */
    QC_PEER_VNC,
    QC_PEER_NETDEV,
    QC_PEER_LISTENER,     /* socket on which a chardev, VNC or the incoming migration listens */
    QC_PEER_KVM,
    QC_PEER_KVM_VM,
    QC_PEER_KVM_CPU,
    QC_PEER_IO_URING,     /* ring of an event loop */
    QC_PEER_EPOLL,
    QC_PEER_EVENTFD,
    QC_PEER_SIGNALFD,
    QC_PEER_HANDLER,      /* only the function that is called for it is known */
};

struct qc_peer {
    enum qc_peer_kind kind;
    int fd;
    char *owner;     /* owner, as users name it: "node disk0-file", "chardev serial0", "CPU 0" */
    char *address;   /* "/srv/a.raw", "unix:/run/x.sock", "tcp:10.0.0.1:49152"; NULL: none known */
    char *actor;     /* who outside of QEMU must act, as a phrase; NULL: nobody outside */
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
char *qc_chardev_text(struct qc_fields *fields, uint64_t chardev);

/* Returns the address of a chardev that is a socket, "unix:/run/x.sock", malloc. NULL: not known. */
char *qc_chardev_address(struct qc_fields *fields, uint64_t chardev);

/* Returns "file", "nbd", "chardev-log", ... */
const char *qc_peer_kind_name(enum qc_peer_kind kind);

#endif
