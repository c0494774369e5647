/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * core_limits - caps for the address space and the core, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#pragma once

#include "base/base.h"

/* Memory kept of a compressed core. With zstd's window and libdw's tables the process stays below
   256 MiB, whatever the core's size. */
#define QC_LIMIT_MEMORY_DEFAULT (96 * QC_MIB)

/* A larger segment of a compressed core is kept only around stack pointers: guest RAM is larger;
   stacks (8 MiB), malloc arenas (64 MiB) and data segments are not. */
#define QC_LIMIT_KEPT_SEGMENT (64 * QC_MIB)

/* What is kept around a stack pointer: below it (red zone, probe of a large frame) and above it. */
#define QC_LIMIT_KEPT_BELOW_STACK (64 * QC_KIB)
#define QC_LIMIT_KEPT_ABOVE_STACK (1 * QC_MIB)

/* Size of one fetch of a deferred range: the next read is likely to be near. */
#define QC_LIMIT_FETCH (4 * QC_MIB)

/* Number of fetches. Their memory, 256 MiB together, is not part of the budget. */
#define QC_LIMIT_FETCHES 64

/* If the container has no place near to start at, a fetch decodes everything before the wanted
   bytes. Fetches end when so many times the core's size was decoded. */
#define QC_LIMIT_PASSES 16

/* Deferred parts of small segments that the first fetch loads too. Not part of the budget. */
#define QC_LIMIT_FETCHED_REST (64 * QC_MIB)

/* Stacks, 1 MiB each, that are fetched if the notes follow the memory. Not part of the budget. */
#define QC_LIMIT_FETCHED_STACKS (64 * QC_MIB)

/* vm.max_map_count is 65,530 by default and 2,147,483,642 at most; QEMU hosts raise it to some
   hundred thousand. 56 bytes each. */
#define QC_LIMIT_PROGRAM_HEADERS ((uint64_t)1 << 20)

/* A thread has two mappings, its stack and the page below: vm.max_map_count allows 32,765 threads
   by default. 2 KiB each, for the registers, the name, the frames and what the thread waits for. */
#define QC_LIMIT_THREADS ((uint64_t)1 << 17)

/* Eight for each of QC_LIMIT_THREADS; x86_64 has three or four a thread, aarch64 a dozen. 56 bytes
   each. */
#define QC_LIMIT_NOTES ((uint64_t)1 << 20)

/* Kernel: fs/binfmt_elf.c MAX_FILE_NOTE_SIZE is 4 MiB; other producers may be less frugal. */
#define QC_LIMIT_NOTE (16 * QC_MIB)

/* Number of sentences about missing parts: the first ones tell enough. */
#define QC_LIMIT_MISSING 64

/* Members and bytes of a tar archive in which a core is searched: logs may precede the core, and in
   a compressed archive they are decoded. */
#define QC_LIMIT_TAR_MEMBERS 1000
#define QC_LIMIT_TAR_LOOKED (256 * QC_MIB)

/* RLIMIT_NOFILE of a QEMU with many disks and queues is some 10,000; fs.nr_open allows 2^20. */
#define QC_LIMIT_DESCRIPTORS (1u << 16)

/* Size of a file of /proc/PID/task/TID: the longest is the kernel's stack, some KiB. */
#define QC_LIMIT_TASK_FILE (64 * QC_KIB)
