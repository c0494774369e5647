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

/* Runaway recursion fills an 8 MiB stack with up to 524,288 frames of 16 bytes. The innermost frames
   of a stack that are kept, and the outermost ones, which tell whose it is. */
#define QC_LIMIT_FRAMES 4096
#define QC_LIMIT_OUTER_FRAMES 64
/* Frames in between. */
#define QC_LIMIT_LEFT_OUT 524288

/* Frames of all stacks of a handle, inlined ones counted, at 300 bytes each. The stacks of 20,000
   coroutines and of 50,000 threads in one queue have half as many. */
#define QC_LIMIT_ALL_FRAMES 1000000

/* Places that are kept: some 200 KiB. All stacks of a QEMU at work come to a few hundred. */
#define QC_LIMIT_KEPT_PLACES 512

/* Steps from frame to frame that a handle makes, some 2 us each: those of its stacks, of what is left
   out of deep ones, and of what guesses are tried by. */
#define QC_LIMIT_STEPS 2000000

/* Words of stacks that are tried as return addresses by all guesses of a handle, some 50 ns each. A
   guess has found its caller after some ten words; without it it tries 8,192. */
#define QC_LIMIT_GUESSED_WORDS 50000000

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
/* Of a function that is looked through for a call of another: each step reads the code before it. An
   iothread's loop has some 300 bytes. */
#define QC_LIMIT_CALLER_CODE 4096

#endif
