/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * queues - requests that a guest has handed to its devices, by the devices' own queues
 *
 * Covers virtio devices, NVMe controllers and IDE buses in the tree of buses (device_tree.h). Each
 * port of an AHCI controller is an IDE bus.
 */
#pragma once

#include "qemu/state/aio.h"

/* A queue of a virtio device (hw/virtio/virtio.c). last_avail to used, and signalled, count modulo
   65536. */
struct qc_virtio_queue {
    struct qc_fact size;
    struct qc_fact ring;         /* guest address of the ring; 0: the queue is not set up */
    struct qc_fact last_avail;   /* requests that the device has taken */
    struct qc_fact shadow_avail; /* requests that the guest has added, as the device last saw it */
    struct qc_fact avail;        /* requests that the guest has added, by its own memory; not known
                                    if the dump lacks that, or if the ring is packed */
    struct qc_fact used;         /* requests that the device has returned */
    struct qc_fact ring_used;    /* the same by the guest's memory, for which avail's comment holds:
                                    whoever serves the queue counts there */
    struct qc_fact in_use;       /* requests taken, but not yet returned */
    struct qc_fact notification; /* whether the guest shall kick: 0 while the device polls */
    struct qc_fact signalled;    /* value of used that the guest was last notified of; not known if
                                    it has not asked for notification by number */
    struct qc_fact has_notifier; /* a kick of the guest signals notifier, without an exit to QEMU */
    struct qc_fact notifier;     /* descriptor; not known: it has none */
    struct qc_fact is_watched;   /* whether an event loop has a handler of the notifier */
    const struct qc_aio_context *context; /* context of that loop; NULL: none, or not known */
};

struct qc_virtio_device {
    uint64_t address;
    const char *type; /* "virtio-blk-device"; NULL: can't be read */
    const char *id; /* the user's name; NULL: none */
    const char *path; /* path in the object tree; NULL: can't be read */
    struct qc_fact id_number; /* kind of device: 2 is a disk (virtio_ids.h) */
    struct qc_fact status;   /* bits that the guest's driver has set */
    struct qc_fact features; /* features that the driver has accepted */
    struct qc_fact is_broken; /* the guest broke the protocol; only a reset helps */
    struct qc_fact vm_running;
    struct qc_fact vhost; /* another process, or the kernel, serves the queues and counts */
    QC_VEC(struct qc_virtio_queue) queues;
};

/* A guest's request to a disk that is not completed yet. */
struct qc_queued_request {
    uint64_t address;      /* address of its NvmeRequest, NCQTransferState or IDEState */
    const char *operation; /* "read"; NULL: not known */
    struct qc_fact opcode; /* opcode of NVMe or ATA; not known: the device keeps none */
    struct qc_fact tag;    /* the guest's number for it: a command's id, a slot */
    struct qc_fact nspace; /* number of the NVMe namespace */
    struct qc_fact lba;    /* first block, in the disk's own blocks; not known: it has none */
    struct qc_fact blocks;
    struct qc_fact aiocb;  /* the block layer's part of it; 0: the block layer has none */
    struct qc_fact start;  /* start of the accounting, in ns of QEMU_CLOCK_REALTIME */
    struct qc_fact is_halted; /* NCQ: it waits for the machine to continue after an error */
};

/* hw/nvme/nvme.h, NvmeSQueue. head and tail count modulo the size. */
struct qc_nvme_submission {
    uint64_t address;
    unsigned id; /* 0: the admin queue */
    struct qc_fact completion; /* id of the completion queue that gets the answers */
    struct qc_fact size;
    struct qc_fact head; /* entries that the device has taken */
    struct qc_fact tail; /* entries that the guest has added, as far as the device knows */
    struct qc_fact has_notifier; /* the doorbell signals a descriptor, without an exit to QEMU */
    struct qc_fact outstanding; /* number of requests taken, but not yet answered */
    QC_VEC(struct qc_queued_request) requests; /* the oldest outstanding ones, oldest first */
};

struct qc_nvme_completion {
    uint64_t address;
    unsigned id;
    struct qc_fact size;
    struct qc_fact head; /* entries that the guest has taken, as far as the device knows */
    struct qc_fact tail; /* entries that the device has added */
    struct qc_fact phase;
    struct qc_fact interrupts; /* whether it may interrupt */
    struct qc_fact waiting;    /* number of answers that the device has yet to add */
};

struct qc_nvme_device {
    uint64_t address;
    const char *id; /* the user's name; NULL: none */
    const char *path;
    QC_VEC(struct qc_nvme_submission) submissions;
    QC_VEC(struct qc_nvme_completion) completions;
};

struct qc_ide_bus {
    uint64_t address;
    const char *name; /* "ide.0"; NULL: can't be read */
    const char *controller; /* type of the device that has the bus; NULL: can't be read */
    const char *dma;  /* implementation of its DMA: "ahci", "bmdma"; NULL: not known */
    /* For AHCI only: */
    struct qc_fact issued;    /* one bit for each slot: commands issued, but not completed */
    struct qc_fact active;    /* the same for commands queued by tag (NCQ) */
    struct qc_fact busy_slot; /* slot of the command that the disk executes; -1: none */
    /* For all buses: */
    struct qc_fact status[2]; /* ATA status registers of its disks */
    QC_VEC(struct qc_queued_request) requests;
};

struct qc_queues {
    QC_VEC(struct qc_virtio_device) virtio;
    QC_VEC(struct qc_nvme_device) nvme;
    QC_VEC(struct qc_ide_bus) ide;
    const char *why_cut; /* why a list is not complete; NULL: all are */
    const char *why_absent; /* why the first missing fact is not known; NULL: none is missing */
};

/* Finds the queues; *ret must be zeroed, and the contexts must outlive it. */
void qc_queues_find(struct qc_fields *fields, const struct qc_aio_contexts *contexts,
                    struct qc_queues *ret);
void qc_queues_free(struct qc_queues *queues);

/* Bits of a virtio device's features (include/standard-headers/linux/virtio_config.h,
   virtio_ring.h). */
#define QC_VIRTIO_NOTIFY_ON_EMPTY (UINT64_C(1) << 24)
#define QC_VIRTIO_EVENT_INDEX (UINT64_C(1) << 29)
#define QC_VIRTIO_VERSION_1 (UINT64_C(1) << 32)
#define QC_VIRTIO_PACKED (UINT64_C(1) << 34)

/* Tells whether the guest is known to have accepted a feature. */
static inline bool qc_virtio_has(const struct qc_virtio_device *device, uint64_t feature)
{
    return device->features.is_known && (device->features.value & feature) != 0;
}
