/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_limits - caps for containers, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_BYTES_BYTES_LIMITS_H
#define QC_BYTES_BYTES_LIMITS_H

#include "base/base.h"

/* The most that one peek may ask for: an ELF header, a program header, a note's head, a page. */
#define QC_LIMIT_PEEK (64 * QC_KIB)

/* zstd's own ceiling without --long=28 and up; 2 GiB is --long=31, the format's practical end. */
#define QC_LIMIT_WINDOW_DEFAULT (128 * QC_MIB)
#define QC_LIMIT_WINDOW_MAX (2 * QC_GIB)

/* zstd packs a block of 128 KiB zeroes into 4 bytes (32768:1), gzip stays below 1032:1. A core of
   more than 16 GiB is not so empty: its notes, page tables of zero runs and code cost more. */
#define QC_LIMIT_RATIO_DEFAULT 20000
#define QC_LIMIT_RATIO_FROM (16 * QC_GIB)

/* Between two places that gzip can be entered at: a tenth of a second; and how many there are before
   they are made further apart. 40 KiB each, ISA-L's 90. */
#define QC_LIMIT_CHECKPOINT_DISTANCE (32 * QC_MIB)
#define QC_LIMIT_CHECKPOINTS 128

/* An index of xz, and the memory for it: a million blocks of 24 MiB. Streams, and the zeroes between
   them that are looked through backwards. */
#define QC_LIMIT_XZ_INDEX (64 * QC_MIB)
#define QC_LIMIT_XZ_STREAMS 10000
#define QC_LIMIT_XZ_PADDING (64 * QC_KIB)

/* A frame that is decoded ahead, and all of them together: pzstd makes frames of 8 MiB. */
#define QC_LIMIT_FRAME_AHEAD (16 * QC_MIB)
#define QC_LIMIT_DECODED_AHEAD (48 * QC_MIB)

/* Heads of zstd's blocks that one pass reads to pass frames over, a read each: 512 GiB of full blocks.
   Beyond, frames are decoded, which small blocks take no longer. */
#define QC_LIMIT_BLOCK_HEADS ((uint64_t)1 << 22)

/* Frames of a seekable zstd file: 1 TiB in frames of 1 MiB. */
#define QC_LIMIT_SEEK_TABLE ((uint64_t)1 << 20)

#endif
