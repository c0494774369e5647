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

/* How far above a frame its caller is looked for: what the C library has between a call and the
   kernel is a few hundred bytes, with printf's and the resolver's buffers some KiB. */
#define QC_LIMIT_GUESS_STACK (64 * 1024)
/* A frame that the ABI chains to the next: one with a large array. */
#define QC_LIMIT_GUESS_FRAME (8 * 1024 * 1024)
/* Saved registers above a return address, in 16 bytes: eight of varargs, and what is behind. */
#define QC_LIMIT_GUESS_SAVED 9
/* Frames above a guess that have to fit to each other: main loops are some twenty calls deep. */
#define QC_LIMIT_GUESS_CHAIN 64

/* Jumps from what was called to what runs: an entry of the PLT, two tail calls; and the code that is
   looked through for them. QEMU's largest functions have 64 KiB. */
#define QC_LIMIT_CALL_JUMPS 4
#define QC_LIMIT_CALL_CODE (256 * 1024)

#endif
