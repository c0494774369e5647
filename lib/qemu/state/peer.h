/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * peer - who is at the other end of each descriptor
 *
 * A core does not say what a descriptor was open on. QEMU's own objects do: each has the number that
 * it reads or writes, and the name that its user gave it. What none of them names is not in the
 * table; that a descriptor is not there says nothing of it.
 */
#ifndef QC_QEMU_STATE_PEER_H
#define QC_QEMU_STATE_PEER_H

#include "qemu/threads/process.h"

/* The more specific first: where several objects have one descriptor, the first of them tells. */
enum qc_peer_kind {
    QC_PEER_FILE,         /* of a block node */
    QC_PEER_DEVICE,       /* the host's, of a block node */
    QC_PEER_NBD,          /* the server of a block node */
    QC_PEER_DESTINATION,  /* of the outgoing migration */
    QC_PEER_SOURCE,       /* of the incoming one */
    QC_PEER_DUMP,         /* what dump-guest-memory writes */
    QC_PEER_VHOST_USER,   /* a chardev's, which a vhost-user device talks by */
    QC_PEER_MONITOR,      /* a chardev's, which a monitor talks by */
    QC_PEER_CHARDEV,
    QC_PEER_CHARDEV_FILE, /* a file, a pipe or a device that a chardev has opened */
    QC_PEER_CHARDEV_LOG,  /* the log file of a chardev */
    QC_PEER_VNC,
    QC_PEER_NETDEV,
    QC_PEER_LISTENER,     /* of a chardev, VNC or the incoming migration: who connects */
    QC_PEER_KVM,
    QC_PEER_KVM_VM,
    QC_PEER_KVM_CPU,
    QC_PEER_IO_URING,     /* of an event loop */
    QC_PEER_EPOLL,
    QC_PEER_EVENTFD,
    QC_PEER_SIGNALFD,
    QC_PEER_HANDLER,      /* nothing is known but the function that is called for it */
};

struct qc_peer {
    enum qc_peer_kind kind;
    int fd;
    char *owner;     /* whose it is, as users name it: "node disk0-file", "chardev serial0", "CPU 0" */
    char *address;   /* "/srv/a.raw", "unix:/run/x.sock", "tcp:10.0.0.1:49152"; NULL: none known */
    char *actor;     /* who outside of QEMU has to act, one phrase; NULL: nobody outside */
    uint64_t object; /* the BlockDriverState, Chardev, QEMUFile, ... */
};

struct qc_peers {
    QC_VEC(struct qc_peer) list; /* by descriptor; each once */
    const char *why_cut;         /* a list ended at a limit or led back; NULL: none did */
};

/* Found at the first call, by debug info. Names are there: qc_process_name_threads. */
const struct qc_peers *qc_process_peers(struct qc_process *process);

/* NULL: nothing is known of it. */
const struct qc_peer *qc_peer_of(const struct qc_peers *peers, int fd);

/* "chardev serial0, unix:/run/x.sock", malloc; NULL: no memory. */
char *qc_peer_text(const struct qc_peer *peer);

/* The same of a chardev that may have no descriptor yet. NULL: its label is not known. */
char *qc_chardev_text(struct qc_fields *fields, uint64_t chardev);

/* "file", "nbd", "chardev-log", ... */
const char *qc_peer_kind_name(enum qc_peer_kind kind);

#endif
