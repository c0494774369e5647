/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * core_limits - caps for the address space and the core, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_CORE_CORE_LIMITS_H
#define QC_CORE_CORE_LIMITS_H

#include "base/base.h"

/* With zstd's window and libdw's tables this stays below 256 MiB whatever the core's size. */
#define QC_LIMIT_MEMORY_DEFAULT (96 * QC_MIB)

/* A segment of a compressed core that is larger is kept only around stack pointers: guest RAM is
   larger, stacks (8 MiB), malloc arenas (64 MiB) and data segments are not. */
#define QC_LIMIT_KEPT_SEGMENT (64 * QC_MIB)

/* Around a stack pointer: below it (red zone, and the probe of a large frame), and above it. */
#define QC_LIMIT_KEPT_BELOW_STACK (64 * QC_KIB)
#define QC_LIMIT_KEPT_ABOVE_STACK (1 * QC_MIB)

/* A deferred range is fetched with its neighbourhood, since its next reader is near ... */
#define QC_LIMIT_FETCH (4 * QC_MIB)

/* ... so many times, beyond the budget: 256 MiB. */
#define QC_LIMIT_FETCHES 64

/* Where the container can't be entered at the place, a fetch decodes all that lies before it: more
   than so many times the core and we say so instead. */
#define QC_LIMIT_PASSES 16

/* Beyond the budget, by the first fetch: what small segments have beyond it. */
#define QC_LIMIT_FETCHED_REST (64 * QC_MIB)

/* Beyond the budget too, where notes behind the memory tell us of stacks late: 1 MiB each. */
#define QC_LIMIT_FETCHED_STACKS (64 * QC_MIB)

/* vm.max_map_count is 65,530 by default and 2,147,483,642 at most; QEMU hosts raise it to some
   hundred thousand. 56 bytes each. */
#define QC_LIMIT_PROGRAM_HEADERS ((uint64_t)1 << 20)

/* A thread has two mappings, its stack and the page below: vm.max_map_count allows 32,765 of them by
   default. 2 KiB each, for its registers, its name, its frames and what it waits for. */
#define QC_LIMIT_THREADS ((uint64_t)1 << 17)

/* Eight for each of the most threads that there may be; x86_64 has three or four, aarch64 a dozen. 56 bytes
   each. */
#define QC_LIMIT_NOTES ((uint64_t)1 << 20)

/* Kernel: fs/binfmt_elf.c MAX_FILE_NOTE_SIZE is 4 MiB; other producers may be less frugal. */
#define QC_LIMIT_NOTE (16 * QC_MIB)

/* Sentences about missing parts that are kept: the first ones tell the story. */
#define QC_LIMIT_MISSING 64

/* Before the core in a tar archive lie logs, and in a compressed one they are decoded. */
#define QC_LIMIT_TAR_MEMBERS 1000
#define QC_LIMIT_TAR_LOOKED (256 * QC_MIB)

/* RLIMIT_NOFILE of a QEMU with many disks and queues is some ten thousand; fs.nr_open allows 2^20. */
#define QC_LIMIT_DESCRIPTORS (1u << 16)

/* A file of /proc/PID/task/TID: the kernel's stack is the longest, of some KiB. */
#define QC_LIMIT_TASK_FILE (64 * QC_KIB)

#endif
