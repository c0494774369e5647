/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * queues - what a guest has handed to its devices, as the devices' own queues have it
 *
 * Of the devices that are in the tree of buses (device_tree.h): those of virtio, NVMe controllers, IDE
 * buses, of which each port of an AHCI controller has one.
 */
#ifndef QC_QEMU_MACHINE_QUEUES_H
#define QC_QEMU_MACHINE_QUEUES_H

#include "qemu/state/aio.h"

/* A queue of a virtio device (hw/virtio/virtio.c); the counters run modulo 65536. */
struct qc_virtio_queue {
    struct qc_fact size;
    struct qc_fact ring;         /* where the guest has it; 0: it has not set the queue up */
    struct qc_fact last_avail;   /* what the device has taken */
    struct qc_fact shadow_avail; /* what it has last seen that the guest has put in */
    struct qc_fact avail;        /* what the guest has put in, by the guest's own memory: not known where
                                    the dump has none, or the ring is packed */
    struct qc_fact used;         /* what it has given back */
    struct qc_fact in_use;       /* taken, and not yet given back */
    struct qc_fact notification; /* whether the guest is to kick: 0 while the device polls */
    struct qc_fact signalled;    /* what of used the guest was told of; not known: the device does not
                                    note that, for the guest has not asked to be told by number */
    struct qc_fact has_notifier; /* the guest's kick is an event of notifier's, and no exit to QEMU */
    struct qc_fact notifier;     /* descriptor; not known: it has none */
    struct qc_fact is_watched;   /* whether an event loop has a handler of the notifier's */
    const struct qc_aio_context *context; /* whose loop; NULL: none's, or not known */
};

struct qc_virtio_device {
    uint64_t address;
    char *type; /* "virtio-blk-device"; NULL: can't be read */
    char *id;   /* the user's name; NULL: none */
    char *path; /* in the object tree; NULL: can't be read */
    struct qc_fact status;   /* the guest's driver has set it, bit by bit */
    struct qc_fact features; /* that the driver has taken */
    struct qc_fact is_broken; /* the guest has done what it may not; only a reset helps */
    struct qc_fact vm_running;
    struct qc_fact vhost; /* another process, or the kernel, has the queues: the counters are its */
    QC_VEC(struct qc_virtio_queue) queues;
};

/* What a guest has asked a disk for and not been answered. */
struct qc_queued_request {
    uint64_t address;      /* of its NvmeRequest, NCQTransferState or IDEState */
    const char *operation; /* "read"; NULL: not known */
    struct qc_fact opcode; /* of NVMe or ATA; not known: the device keeps none */
    struct qc_fact tag;    /* the guest's number for it: a command's id, a slot */
    struct qc_fact nspace; /* NVMe's number for the disk */
    struct qc_fact lba;    /* in the disk's own blocks; not known: it has none */
    struct qc_fact blocks;
    struct qc_fact aiocb;  /* the block layer's part of it; 0: the block layer has none */
    struct qc_fact start;  /* when the accounting began, in ns of QEMU_CLOCK_REALTIME */
    struct qc_fact is_halted; /* of NCQ: until the machine goes on after an error */
};

/* hw/nvme/nvme.h, NvmeSQueue. head and tail run modulo the size. */
struct qc_nvme_submission {
    uint64_t address;
    unsigned id; /* 0: the administrator's */
    struct qc_fact completion; /* id of the queue that answers */
    struct qc_fact size;
    struct qc_fact head; /* what the device has taken */
    struct qc_fact tail; /* what the guest has put in, as the device has heard */
    struct qc_fact has_notifier; /* the doorbell is an event, and no exit to QEMU */
    struct qc_fact outstanding; /* taken, and not yet answered */
    QC_VEC(struct qc_queued_request) requests; /* the first of them, the oldest first */
};

struct qc_nvme_completion {
    uint64_t address;
    unsigned id;
    struct qc_fact size;
    struct qc_fact head; /* what the guest has taken, as the device has heard */
    struct qc_fact tail; /* what the device has put in */
    struct qc_fact phase;
    struct qc_fact interrupts; /* whether it may interrupt */
    struct qc_fact waiting;    /* answers that are to be put in */
};

struct qc_nvme_device {
    uint64_t address;
    char *id;   /* the user's name; NULL: none */
    char *path;
    QC_VEC(struct qc_nvme_submission) submissions;
    QC_VEC(struct qc_nvme_completion) completions;
};

struct qc_ide_bus {
    uint64_t address;
    char *name;       /* "ide.0"; NULL: can't be read */
    char *controller; /* type of the device that it is of; NULL: can't be read */
    char *dma;        /* who does its DMA: "ahci", "bmdma"; NULL: not known */
    /* Of AHCI only. */
    struct qc_fact issued;    /* a bit a slot: what the guest has put in and not got */
    struct qc_fact active;    /* the same, of what it has by tag (NCQ) */
    struct qc_fact busy_slot; /* whose command the disk is at; -1: none's */
    struct qc_fact status[2]; /* of its disks: ATA's status register */
    QC_VEC(struct qc_queued_request) requests;
};

struct qc_queues {
    QC_VEC(struct qc_virtio_device) virtio;
    QC_VEC(struct qc_nvme_device) nvme;
    QC_VEC(struct qc_ide_bus) ide;
    const char *why_cut; /* a list could not be followed to its end; NULL: none */
    char *why_absent;    /* the first thing that could not be had; NULL: nothing */
};

/* Into a zeroed struct, which the contexts outlive. */
void qc_queues_find(struct qc_fields *fields, const struct qc_aio_contexts *contexts,
                    struct qc_queues *ret);
void qc_queues_free(struct qc_queues *queues);

/* Bits of a virtio device's features (include/standard-headers/linux/virtio_config.h, virtio_ring.h). */
#define QC_VIRTIO_NOTIFY_ON_EMPTY (UINT64_C(1) << 24)
#define QC_VIRTIO_EVENT_INDEX (UINT64_C(1) << 29)
#define QC_VIRTIO_VERSION_1 (UINT64_C(1) << 32)
#define QC_VIRTIO_PACKED (UINT64_C(1) << 34)

/* Whether it is known that the guest has taken a feature. */
static inline bool qc_virtio_has(const struct qc_virtio_device *device, uint64_t feature)
{
    return device->features.is_known && (device->features.value & feature) != 0;
}

#endif
