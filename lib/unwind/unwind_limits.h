/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unwind_limits - caps for stacks, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_UNWIND_UNWIND_LIMITS_H
#define QC_UNWIND_UNWIND_LIMITS_H

/* Instructions of one CFI entry, and rows that it remembers: compilers nest two or three. */
#define QC_LIMIT_CFI_STEPS 100000
#define QC_LIMIT_CFI_STATES 64

/* Runaway recursion fills an 8 MiB stack with up to 262,144 frames of 32 bytes. */
#define QC_LIMIT_FRAMES 4096

#endif
