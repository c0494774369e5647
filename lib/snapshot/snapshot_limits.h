/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * snapshot_limits - caps for what is read from a living process, each with its reason
 */
#pragma once

#include "base/base.h"

/* Bytes of smaps. A map's line and the 24 after it take 700 bytes; vm.max_map_count is 65,530 by
   default. */
#define QC_LIMIT_SMAPS (256 * QC_MIB)

/* Present pages of one mapping. Stacks, arenas and heaps have fewer; guest RAM without flags that
   mark it (of another program's backend, or with an old kernel) has more. */
#define QC_LIMIT_RESIDENT (64 * QC_MIB)

/* Addresses of one mapping, as each page takes a word of pagemap. A sanitizer's shadow has
   terabytes. */
#define QC_LIMIT_MAPPED (4096 * QC_MIB)

/* Bytes that are copied in all. */
#define QC_LIMIT_SNAPSHOT (1024 * QC_MIB)

/* Bytes of TCG's code buffer. Generated code returns through the prologue at its start. */
#define QC_LIMIT_CODE_KEPT (64 * QC_KIB)

/* Copies, of some 20 ms each, until no thread of interest has run during one. */
#define QC_LIMIT_ROUNDS 3

/* Times that the list of threads is read until none is new. */
#define QC_LIMIT_TASK_ROUNDS 8
