/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemu_limits - caps on what is read from QEMU's memory, each with its reason
 *
 * A cap ends every loop whose length the dump decides. Reaching a cap is always reported.
 */
#pragma once

#include "base/base.h"

/* Bytes of the initial stack that are searched. The kernel allows arguments, environment and their
   pointers 3/4 of the default stack limit (fs/exec.c, bprm_stack_limits), 6 MiB; auxv and alignment
   take less than 64 KiB. */
#define QC_LIMIT_INITIAL_STACK (8 * QC_MIB)

/* Entries of an auxiliary vector: the kernel has room for about 70 on the supported CPUs. */
#define QC_LIMIT_AUXV 256

/* Slots of a GHashTable of properties: QEMU's largest container has some thousand children. */
#define QC_LIMIT_HASH_TABLE 65536

/* Slots of all these tables together that are read: enough for one walk for each of 1,000
   iothreads. */
#define QC_LIMIT_TABLE_SLOTS 4000000

/* Depth of coroutines that entered each other: a request passes through at most so many block
   nodes. */
#define QC_LIMIT_ENTERED 64

/* Coroutines of a process: QEMU's pool alone keeps one for each request that its disks may have, up
   to half of the mappings that the kernel allows a process (vm.max_map_count, 65,530). */
#define QC_LIMIT_ALL_COROUTINES 1000000

/* Words at the end of a stack that are searched for the address of its coroutine. The outermost
   frame, of coroutine_trampoline, holds that address; AddressSanitizer makes this frame longer. */
#define QC_LIMIT_TRAMPOLINE_WORDS 512

/* Words of all stacks together that are tried as the address of a coroutine. */
#define QC_LIMIT_COROUTINE_GUESSES 32000000

/* Bytes of a coroutine that are searched for its stack and its registers: Coroutine has 88 bytes,
   and the jmp_buf follows after some words of the back end. */
#define QC_LIMIT_COROUTINE 256

/* Bytes at the end of a coroutine's stack that makecontext may have filled. */
#define QC_LIMIT_BEGIN 256

/* Bytes of the guard page below a stack: 64 KiB on some CPUs. */
#define QC_LIMIT_GUARD_PAGE (64 * QC_KIB)

/* Frames of the C library between a system call and the caller of the library. */
#define QC_LIMIT_RESTART_FRAMES 6

/* Bytes of an executable's thread-locals that are searched: QEMU has some hundred. */
#define QC_LIMIT_THREAD_LOCALS 16384

/* Elements of one of QEMU's lists (timers, handlers, requests, coroutines, block nodes, jobs), and of
   all lists together: a machine with thousands of disks has some 100,000. */
#define QC_LIMIT_LIST 100000
#define QC_LIMIT_LIST_ELEMENTS 2000000

/* Largest value of a counter of things that exist at once, such as requests or waiters: each takes
   some 100 bytes of the process, and most take a coroutine. A larger value is damaged, or
   negative. */
#define QC_LIMIT_COUNTED 100000000

/* Requests of a block node that are shown: the oldest of those that are counted. */
#define QC_LIMIT_SHOWN_REQUESTS 16

/* Children of a block node: nobody uses a quorum with so many. */
#define QC_LIMIT_CHILDREN 256

/* Nodes of a block job: it lists a whole backing chain. */
#define QC_LIMIT_JOB_NODES 4096

/* Queues of a virtio device: QEMU has room for 1,024 (VIRTIO_QUEUE_MAX). */
#define QC_LIMIT_QUEUES 1024

/* Queues of an NVMe controller: a queue's id has 16 bits. */
#define QC_LIMIT_NVME_QUEUES 65536

/* Requests in a disk's queue that are shown; all of them are counted. */
#define QC_LIMIT_QUEUED_REQUESTS 1024

/* Commands of an AHCI port: each has one bit of a register (hw/ide/ahci-internal.h,
   AHCI_MAX_CMDS). */
#define QC_LIMIT_AHCI_SLOTS 32

/* Slots for hotplugged DIMMs or CPUs: the largest machine may have so many CPUs
   (hw/i386/pc_q35.c). */
#define QC_LIMIT_SLOTS 4096

/* Channels of a multifd migration: multifd-channels is a uint8. */
#define QC_LIMIT_MULTIFD_CHANNELS 256

/* Enumerators of MigrationCapability: 11.0 has 25. */
#define QC_LIMIT_CAPABILITIES 64

/* Words of a QEMUTimerList that are searched for its first timer: a pointer and a mutex of 40 to 64
   bytes come before it. */
#define QC_LIMIT_TIMER_LIST_WORDS 16

/* Lists of a QEMUTimerListGroup, one for each clock: QEMU has four clocks since 3.1. */
#define QC_LIMIT_CLOCKS 8

/* Bound of descriptor numbers: the kernel's maximum of fs.nr_open (fs/file.c,
   sysctl_nr_open_max). */
#define QC_LIMIT_DESCRIPTOR 0x40000000u

/* Layers of QIOChannels: a WebSocket over TLS over a socket has three. */
#define QC_LIMIT_CHANNELS 4

/* Sockets that one server listens on: one for each address of a host name. */
#define QC_LIMIT_LISTENERS 64

/* Descriptors of a process that are named: a machine with thousands of disks has some 10,000. */
#define QC_LIMIT_PEERS 200000

/* Frames of a thread whose variables are searched for the name of the lock that it waits on. */
#define QC_LIMIT_NAMING_FRAMES 12

/* Depth of the tree of objects: QEMU's is 6 deep. */
#define QC_LIMIT_QOM_DEPTH 64

/* Objects, or buses and devices, in a tree that is shown: a machine with 1,000 disks has 50,000. */
#define QC_LIMIT_TREE 500000

/* Flattened address spaces, and ranges of all of them together: a machine has some hundred ranges,
   and one view for each device behind an IOMMU. */
#define QC_LIMIT_FLAT_VIEWS 10000
#define QC_LIMIT_FLAT_RANGES 200000

/* Trees of memory regions, and regions of all of them together: each device behind an IOMMU has a
   tree of some ten regions. */
#define QC_LIMIT_REGION_TREES 4096
#define QC_LIMIT_REGIONS 500000

/* Size of the largest structure that is searched for a lock, given a pointer to its start. */
#define QC_LIMIT_LOCKED_OBJECT (1 * QC_MIB)
