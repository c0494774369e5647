/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_limits - limits of the search for who waits for whom, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#pragma once

#include "base/base.h"

/* Innermost frames that are searched for what their thread waits for: the C library has up to six
   of them, QEMU three. */
#define QC_LIMIT_WAIT_FRAMES 24

/* Vectors of one system call: include/uapi/linux/uio.h, UIO_MAXIOV. */
#define QC_LIMIT_VECTORS 1024

/* Bytes of the frames between a loop's poll and its system call: fdmon_io_uring_wait() has 80. */
#define QC_LIMIT_RING_FRAME 4096

/* Bytes of the frames between a loop and the system call that it polls by: some hundred. */
#define QC_LIMIT_POLL_STACK 8192

/* Edges that are kept, some 250 bytes each: 131,072 threads that each wait for a lock have as many.
   A thread that waits for readers, vCPUs or workers has an edge to each of them. */
#define QC_LIMIT_EDGES 262144

/* Threads and vCPUs that are examined as holders: all of 100 threads, for each of 10,000 that wait
   for readers, workers or vCPUs. */
#define QC_LIMIT_EDGE_CANDIDATES 1000000

/* Cycles that are listed, and edges that are followed to find them: a process has a handful. */
#define QC_LIMIT_CYCLES 10000
#define QC_LIMIT_CYCLE_STEPS 50000000

/* Edges that are followed to list who waits behind each root and each cycle: 10,000 threads behind
   each of 500 readers. A list has a pointer for each. */
#define QC_LIMIT_CHAIN_STEPS 5000000
