/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unwind_limits - limits on stacks, each with its reason
 *
 * Every loop that a dump drives has a limit. Reaching a limit is reported, never silent.
 */
#pragma once

/* Instructions of a CFI entry, and rows that it remembers at once: compilers nest two or three. */
#define QC_LIMIT_CFI_STEPS 100000
#define QC_LIMIT_CFI_STATES 64

/* Frames of a stack that are kept: the innermost ones, and the outermost ones, which tell what
   thread it is. Runaway recursion fills an 8 MiB stack with up to 524,288 frames of 16 bytes. */
#define QC_LIMIT_FRAMES 4096
#define QC_LIMIT_OUTER_FRAMES 64
/* Frames between those, which are left out. */
#define QC_LIMIT_LEFT_OUT 524288

/* Frames of all stacks of a handle, inlined ones included, of 300 bytes each. The stacks of 20,000
   coroutines and of 50,000 threads in one queue have half as many. */
#define QC_LIMIT_ALL_FRAMES 1000000

/* Addresses that the symbolizer keeps: some 200 KiB. All stacks of a busy QEMU have some
   hundred. */
#define QC_LIMIT_KEPT_PLACES 512

/* Steps from frame to frame in a handle, some 2 us each: to unwind stacks, to pass over the frames
   left out of deep ones, and to check guesses. */
#define QC_LIMIT_STEPS 2000000

/* Words of stacks that all guesses of a handle try as return addresses, some 50 ns each. A guess
   finds its caller after some ten words; one that finds none has tried 8,192. */
#define QC_LIMIT_GUESSED_WORDS 50000000

/* Bytes above a frame in which its caller is looked for. The C library uses a few hundred bytes
   between a call and the kernel; with the buffers of printf and the resolver, some KiB. */
#define QC_LIMIT_GUESS_STACK (64 * 1024)
/* Bytes of a frame that the ABI chains to the next one: a frame with a large array. */
#define QC_LIMIT_GUESS_FRAME (8 * 1024 * 1024)
/* Stack pointers that are tried above a saved return address, 16 bytes apart: eight registers of
   varargs may be saved there, and what follows them. */
#define QC_LIMIT_GUESS_SAVED 9
/* Frames above a guess that must each call the one below: main loops are some twenty calls deep. */
#define QC_LIMIT_GUESS_CHAIN 64

/* Jumps from the function that was called to the one that runs: an entry of the PLT, two tail
   calls; and bytes of code that are searched for them. QEMU's largest functions have 64 KiB. */
#define QC_LIMIT_CALL_JUMPS 4
#define QC_LIMIT_CALL_CODE (256 * 1024)
/* Bytes of a function that is searched for a call of another: each step reads the code before it.
   An iothread's loop has some 300 bytes. */
#define QC_LIMIT_CALLER_CODE 4096
