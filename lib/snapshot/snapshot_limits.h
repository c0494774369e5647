/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * snapshot_limits - caps for what is taken of a living process, each with its reason
 */
#ifndef QC_SNAPSHOT_SNAPSHOT_LIMITS_H
#define QC_SNAPSHOT_SNAPSHOT_LIMITS_H

#include "base/base.h"

/* A line of smaps and its 24 below take 700 bytes; vm.max_map_count is 65,530 by default. */
#define QC_LIMIT_SMAPS (256 * QC_MIB)

/* Present pages of one mapping. Stacks, arenas and heaps have less; guest RAM that says so by no flag
   (a backend of another program, an old kernel) has more. */
#define QC_LIMIT_RESIDENT (64 * QC_MIB)

/* Addresses of one mapping: each page of it is a word of pagemap. A sanitizer's shadow has terabytes. */
#define QC_LIMIT_MAPPED (4096 * QC_MIB)

/* All that is copied. */
#define QC_LIMIT_SNAPSHOT (1024 * QC_MIB)

/* Of TCG's code buffer: the prologue that all generated code returns by is at its beginning. */
#define QC_LIMIT_CODE_KEPT (64 * QC_KIB)

/* Copies that are made until no thread that matters has run meanwhile; each is of some 20 ms. */
#define QC_LIMIT_ROUNDS 3

/* Lists of threads are read again until none is new. */
#define QC_LIMIT_TASK_ROUNDS 8

#endif
