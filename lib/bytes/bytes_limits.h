/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_limits - caps for containers, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#pragma once

#include "base/base.h"

/* Most bytes of one peek. Wanted are an ELF header, a program header, a note's header, a page. */
#define QC_LIMIT_PEEK (64 * QC_KIB)

/* 128 MiB is zstd's own limit without --long=28 or more; 2 GiB is --long=31, its largest. */
#define QC_LIMIT_WINDOW_DEFAULT (128 * QC_MIB)
#define QC_LIMIT_WINDOW_MAX (2 * QC_GIB)

/* zstd packs a block of 128 KiB zeroes into 4 bytes (32768:1), gzip stays below 1032:1. A core of
   more than 16 GiB is not so empty: its notes, page tables of zero runs and code cost more. */
#define QC_LIMIT_RATIO_DEFAULT 20000
#define QC_LIMIT_RATIO_FROM (16 * QC_GIB)

/* Bytes between two checkpoints of gzip, which take a tenth of a second to decode; and the number
   of checkpoints at which the distance is doubled. One takes 40 KiB (zlib) or 90 KiB (ISA-L). */
#define QC_LIMIT_CHECKPOINT_DISTANCE (32 * QC_MIB)
#define QC_LIMIT_CHECKPOINTS 128

/* Size of an index of xz, and the memory for it: a million blocks of 24 MiB. Number of streams, and
   bytes of the zeroes between two streams that are read backwards. */
#define QC_LIMIT_XZ_INDEX (64 * QC_MIB)
#define QC_LIMIT_XZ_STREAMS 10000
#define QC_LIMIT_XZ_PADDING (64 * QC_KIB)

/* Size of a frame that is decoded ahead, and of all such frames: pzstd makes frames of 8 MiB. */
#define QC_LIMIT_FRAME_AHEAD (16 * QC_MIB)
#define QC_LIMIT_DECODED_AHEAD (48 * QC_MIB)

/* Block headers of zstd that one pass reads, one read each, to jump over frames: 512 GiB of full
   blocks. After that, frames are decoded: so many small blocks decode as fast as they are read. */
#define QC_LIMIT_BLOCK_HEADS ((uint64_t)1 << 22)

/* Number of frames of a seekable zstd file: 1 TiB in frames of 1 MiB. */
#define QC_LIMIT_SEEK_TABLE ((uint64_t)1 << 20)
