/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemu_limits - caps for what is read of QEMU's memory, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_QEMU_QEMU_LIMITS_H
#define QC_QEMU_QEMU_LIMITS_H

#include "base/base.h"

/* The kernel gives arguments, environment and the pointers to them 3/4 of the default stack limit
   (fs/exec.c, bprm_stack_limits), which makes 6 MiB; auxv and alignment stay below 64 KiB. */
#define QC_LIMIT_INITIAL_STACK (8 * QC_MIB)

/* Entries of an auxiliary vector: the kernel has room for about 70 on the CPUs that we know. */
#define QC_LIMIT_AUXV 256

/* Places of a GHashTable of properties: QEMU's largest container has some thousand children. */
#define QC_LIMIT_HASH_TABLE 65536

/* Places of all those tables together that are looked at: a walk for each of 1,000 iothreads. */
#define QC_LIMIT_TABLE_PLACES 4000000

/* Coroutines in one queue: a drained block device holds back as many requests as its guest has made. */
#define QC_LIMIT_COROUTINES 100000

/* Coroutines that have entered each other: a request goes through as many block nodes at the most. */
#define QC_LIMIT_ENTERED 64

/* All coroutines of a process: QEMU's pool alone keeps as many as its disks may have requests, up to
   half of the mappings that the kernel allows a process (vm.max_map_count, 65,530). */
#define QC_LIMIT_ALL_COROUTINES 1000000

/* Words at the end of a stack that are looked at for the coroutine that it belongs to:
   coroutine_trampoline keeps it in its frame, the outermost one, which AddressSanitizer makes longer. */
#define QC_LIMIT_TRAMPOLINE_WORDS 512

/* Words of all stacks that are tried as the address of a coroutine. */
#define QC_LIMIT_COROUTINE_GUESSES 32000000

/* Bytes of a coroutine that are looked through for its stack and its registers: Coroutine has 88, and
   the jmp_buf is behind some words of the back end's. */
#define QC_LIMIT_COROUTINE 256

/* Bytes at the end of a coroutine's stack that makecontext may have filled. */
#define QC_LIMIT_BEGIN 256

/* The page below a stack that nobody can write to: 64 KiB on some CPUs. */
#define QC_LIMIT_GUARD_PAGE (64 * QC_KIB)

/* Frames of the C library between a system call and who has called the library. */
#define QC_LIMIT_RESTART_FRAMES 6

/* Bytes of an executable's thread-locals that are searched: QEMU has some hundred. */
#define QC_LIMIT_THREAD_LOCALS 16384

/* Elements of one of QEMU's lists (timers, handlers, requests, block nodes, jobs), and of all of them
   together: a machine of thousands of disks has some 100,000. */
#define QC_LIMIT_LIST 100000
#define QC_LIMIT_LIST_ELEMENTS 2000000

/* Requests, waiters and other things at once that a counter may speak of: each takes some 100 bytes of
   the process, and most a coroutine. What is beyond is damaged, or negative. */
#define QC_LIMIT_COUNTED 100000000

/* Requests of a block node that are shown, the oldest of those that are counted. */
#define QC_LIMIT_SHOWN_REQUESTS 16

/* Children of a block node: a quorum of that many is beyond what anybody has. */
#define QC_LIMIT_CHILDREN 256

/* Nodes of a block job: those of a backing chain. */
#define QC_LIMIT_JOB_NODES 4096

/* Queues of a virtio device that are looked at: QEMU has room for 1,024 (VIRTIO_QUEUE_MAX). */
#define QC_LIMIT_QUEUES 1024

/* Queues of an NVMe controller: their ids have 16 bits. */
#define QC_LIMIT_NVME_QUEUES 65536

/* Requests of a queue of a disk that are shown, of those that are counted. */
#define QC_LIMIT_QUEUED_REQUESTS 1024

/* Commands of an AHCI port: a bit each of a register (hw/ide/ahci-internal.h, AHCI_MAX_CMDS). */
#define QC_LIMIT_AHCI_SLOTS 32

/* Slots for DIMMs or CPUs to be plugged in: the largest machine may have so many CPUs (hw/i386/pc_q35.c). */
#define QC_LIMIT_SLOTS 4096

/* Channels of a multifd migration: multifd-channels is a uint8. */
#define QC_LIMIT_MULTIFD_CHANNELS 256

/* Enumerators of MigrationCapability: 11.0 has 25. */
#define QC_LIMIT_CAPABILITIES 64

/* Words of a QEMUTimerList that are looked at for its first timer: there is a pointer and a mutex before it,
   of 40 to 64 bytes. */
#define QC_LIMIT_TIMER_LIST_WORDS 16

/* Lists of a QEMUTimerListGroup, one a clock: there have been four of them since 3.1. */
#define QC_LIMIT_CLOCKS 8

/* Numbers of descriptors: the kernel lets fs.nr_open be no more (fs/file.c, sysctl_nr_open_max). */
#define QC_LIMIT_DESCRIPTOR 0x40000000u

/* QIOChannels above each other: a WebSocket over TLS over a socket. */
#define QC_LIMIT_CHANNELS 4

/* Sockets that one server listens on: a host name has an address for each family. */
#define QC_LIMIT_LISTENERS 64

/* Descriptors of a process that are named: a machine of thousands of disks has some 10,000. */
#define QC_LIMIT_PEERS 200000

/* Frames of a thread whose variables are looked at for the name of the lock that it waits on. */
#define QC_LIMIT_NAMING_FRAMES 12

/* Objects within objects: QEMU's tree is 6 deep. */
#define QC_LIMIT_QOM_DEPTH 64

/* Objects, or buses and devices, of a tree that is shown: a machine of a thousand disks has 50,000. */
#define QC_LIMIT_TREE 500000

/* Flattened address spaces, and ranges of all of them together: a machine has some hundred ranges, and
   a view for each device that an IOMMU translates for. */
#define QC_LIMIT_FLAT_VIEWS 10000
#define QC_LIMIT_FLAT_RANGES 200000

/* Trees of memory regions, and regions of all of them together: a device behind an IOMMU has a tree, and
   each of some ten regions. */
#define QC_LIMIT_REGION_TREES 4096
#define QC_LIMIT_REGIONS 500000

/* Longest structure that is looked at because a pointer to its start may lead to a lock in it. */
#define QC_LIMIT_LOCKED_OBJECT (1 * QC_MIB)

#endif
