/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * limits - every cap of the library, each with its reason
 *
 * What comes out of a dump is hostile until checked: every loop that it drives ends at one of
 * these. Reaching one is reported, never silent.
 */
#ifndef QC_BASE_LIMITS_H
#define QC_BASE_LIMITS_H

#include <stdint.h>

#define QC_KIB ((uint64_t)1 << 10)
#define QC_MIB ((uint64_t)1 << 20)
#define QC_GIB ((uint64_t)1 << 30)

/* ---- bytes ---- */
/* The most that one peek may ask for: an ELF header, a program header, a note's head, a page. */
#define QC_LIMIT_PEEK (64 * QC_KIB)
/* zstd's own ceiling without --long=28 and up; 2 GiB is --long=31, the format's practical end. */
#define QC_LIMIT_WINDOW_DEFAULT (128 * QC_MIB)
#define QC_LIMIT_WINDOW_MAX (2 * QC_GIB)
/* zstd packs a block of 128 KiB zeroes into 4 bytes (32768:1), gzip stays below 1032:1. A core of
   more than 16 GiB is not so empty: its notes, page tables of zero runs and code cost more. */
#define QC_LIMIT_RATIO_DEFAULT 20000
#define QC_LIMIT_RATIO_FROM (16 * QC_GIB)

/* Bytes in a row, stored ones or of a frame's content, that one thread goes through alone: some
   milliseconds, of which another one would save a fifth, and cost a tenth of one. */
#define QC_LIMIT_THREADS_FROM (8 * QC_MIB)
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

/* ---- image ---- */
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

/* ---- core ---- */
/* vm.max_map_count is 65,530 by default and 2,147,483,642 at most; QEMU hosts raise it to some
   hundred thousand. 56 bytes each. */
#define QC_LIMIT_PROGRAM_HEADERS ((uint64_t)1 << 20)
/* kernel.pid_max on 64-bit. */
#define QC_LIMIT_THREADS ((uint64_t)1 << 22)
/* Kernel: fs/binfmt_elf.c MAX_FILE_NOTE_SIZE is 4 MiB; other producers may be less frugal. */
#define QC_LIMIT_NOTE (16 * QC_MIB)
/* Sentences about missing parts that are kept: the first ones tell the story. */
#define QC_LIMIT_MISSING 64

/* ---- modules ---- */
#define QC_LIMIT_MODULES 10000
#define QC_LIMIT_LINK_MAP 10000
/* PATH_MAX of Linux. */
#define QC_LIMIT_PATH 4096
#define QC_LIMIT_SYMLINKS 40
/* Program headers of a module: ld.so maps four to a dozen. */
#define QC_LIMIT_MODULE_PHDRS 4096
/* Build-ids are 8 (fast), 16 (md5, uuid) or 20 (sha1) bytes. */
#define QC_LIMIT_BUILD_ID 64
/* The vDSO is two pages; a JIT's own ELF image (QEMU's: one function, a few hundred bytes). */
#define QC_LIMIT_MEMORY_ELF (1 * QC_MIB)
#define QC_LIMIT_JIT_ENTRIES 1024
/* A module of 512 MiB would be the largest QEMU ever linked, with all its debug info inside. */
#define QC_LIMIT_INFLATED_FILE (512 * QC_MIB)
/* Debug sections of a file that are inflated into memory: libLLVM's are 1.5 GiB, QEMU's 50 MiB.
   A linked file has some fifteen of them. */
#define QC_LIMIT_INFLATED_SECTIONS (2 * QC_GIB)
#define QC_LIMIT_COMPRESSED_SECTIONS 256
/* Attributes of an abbreviation of DIEs that we go through ourselves: compilers write up to 30. */
#define QC_LIMIT_ATTRIBUTES 256
/* Strings of debug info of which we note, in two bits a byte, which of them named a type already:
   QEMU's are 2 MiB, libLLVM's some 300. */
#define QC_LIMIT_SEEN_STRINGS (1 * QC_GIB)
/* All downloads of a handle together: two files of a slow server, and not 90 s a library. */
#define QC_LIMIT_DEBUGINFOD_SECONDS 60

/* ---- the process ---- */
/* The kernel gives arguments, environment and the pointers to them 3/4 of the default stack limit
   (fs/exec.c, bprm_stack_limits), which makes 6 MiB; auxv and alignment stay below 64 KiB. */
#define QC_LIMIT_INITIAL_STACK (8 * QC_MIB)
/* Entries of an auxiliary vector: the kernel has room for about 70 on the CPUs that we know. */
#define QC_LIMIT_AUXV 256
/* Read-only data of an executable: QEMU for one target has 20 to 60 MiB, all targets in one less
   than this. */
#define QC_LIMIT_RODATA (512 * QC_MIB)
/* QEMU's own version, that of the package behind it, and the copyright line. */
#define QC_LIMIT_VERSION 512
/* Files that list a package's files: Debian has 65,000 packages; a list of 1 MiB names 10,000. */
#define QC_LIMIT_PACKAGES 100000
#define QC_LIMIT_PACKAGE_LIST (64 * QC_MIB)

/* ---- the C library ---- */
/* Bytes of glibc's struct pthread: some 2,300. */
#define QC_LIMIT_STRUCT_PTHREAD 16384

/* ---- QEMU ---- */
/* Machines have up to 4096 vCPUs (pc-q35), and hot-plug may leave more in the list. */
#define QC_LIMIT_CPUS 65536
/* Places of a GHashTable of properties: QEMU's largest container has some thousand children. */
#define QC_LIMIT_HASH_TABLE 65536
/* Places of all those tables together that are looked at: a walk for each of 1,000 iothreads. */
#define QC_LIMIT_TABLE_PLACES 4000000
/* Coroutines in one queue: a drained block device holds back as many requests as its guest has made. */
#define QC_LIMIT_COROUTINES 100000
/* Elements of one of QEMU's lists (timers, handlers, requests, block nodes, jobs), and of all of them
   together: a machine of thousands of disks has some 100,000. */
#define QC_LIMIT_LIST 100000
#define QC_LIMIT_LIST_ELEMENTS 2000000
/* Requests of a block node that are shown, of those that are counted. */
#define QC_LIMIT_SHOWN_REQUESTS 16
/* Channels of a multifd migration: multifd-channels is a uint8. */
#define QC_LIMIT_MULTIFD_CHANNELS 256
/* Enumerators of MigrationCapability: 11.0 has 25. */
#define QC_LIMIT_CAPABILITIES 64
/* Lists of a QEMUTimerListGroup, one a clock: there have been four of them since 3.1. */
#define QC_LIMIT_CLOCKS 8
/* Frames of a thread whose variables are looked at for the name of the lock that it waits on. */
#define QC_LIMIT_NAMING_FRAMES 12
/* Frames from the innermost one on that may tell what their thread waits for: the C library has up
   to six of them, QEMU three. */
#define QC_LIMIT_WAIT_FRAMES 24
/* Objects within objects: QEMU's tree is 6 deep. */
#define QC_LIMIT_QOM_DEPTH 64

/* ---- who waits for whom ---- */
/* Cycles that are listed, and edges that are followed to find them: a process has a handful. */
#define QC_LIMIT_CYCLES 10000
#define QC_LIMIT_CYCLE_STEPS 50000000

/* ---- why ---- */
/* Characters of a message that the process left behind (an assertion, an error), with its newline. */
#define QC_LIMIT_MESSAGE 4096
/* Below the stack pointer of a thread that aborts lies what the calls before have left: printf's
   buffer for an unbuffered stream is 8 KiB (BUFSIZ), QEMU's and glib's frames around it one more. */
#define QC_LIMIT_DEAD_STACK (32 * QC_KIB)
/* Numbers of errors are no higher; the kernel leaves room up to 4095 (MAX_ERRNO), but 133 is the
   highest that there is (include/uapi/asm-generic/errno.h; mips has 168, sparc 135). */
#define QC_LIMIT_ERRNO 200
/* A frame may begin this far below the last page that its thread has touched, and be the first that
   touches what is beyond: QEMU is built with -Wframe-larger-than=, coroutines have 1 MiB. */
#define QC_LIMIT_FRAME_SIZE (1 * QC_MIB)
/* Findings, and pieces of evidence of one: a report that nobody reads to its end helps nobody. */
#define QC_LIMIT_FINDINGS 1000
#define QC_LIMIT_EVIDENCE 64

/* ---- expressions and unwinding ---- */
#define QC_LIMIT_EXPRESSION_STACK 256
#define QC_LIMIT_EXPRESSION_STEPS 10000
#define QC_LIMIT_CFI_STEPS 100000
#define QC_LIMIT_CFI_STATES 64
/* Runaway recursion fills an 8 MiB stack with up to 262,144 frames of 32 bytes. */
#define QC_LIMIT_FRAMES 4096
#define QC_LIMIT_INLINE_DEPTH 128
#define QC_LIMIT_DIE_DEPTH 64
/* A value that was passed on and on from caller to callee; each level costs stack of our own. */
#define QC_LIMIT_ENTRY_DEPTH 16
/* Entry values that the variables of one stack may ask for. A function that calls itself with all
   of its arguments mixed asks for each of them again at each level, which multiplies. */
#define QC_LIMIT_ENTRY_VALUES 20000
/* Types of types: pointers to arrays of structs ... */
#define QC_LIMIT_TYPE_DEPTH 32
/* Characters of a type's name from which on it is cut; QEMU's longest has some 300. */
#define QC_LIMIT_TYPE_TEXT 1000
/* Characters of a name or a path in an expression that somebody typed. */
#define QC_LIMIT_NAME 256
/* Members of a structure that are shown, and structures within structures: -vv is for a look. */
#define QC_LIMIT_MEMBERS 64
#define QC_LIMIT_SHOWN_DEPTH 3
/* Objects of the types asked for that a module's variables hold, structures within structures that
   are gone through for them, and elements of an array: QEMU has some 500 locks, 5 deep. */
#define QC_LIMIT_INVENTORY 100000
#define QC_LIMIT_INVENTORY_DEPTH 6
#define QC_LIMIT_ELEMENTS 256
/* Longest structure that is looked at because a pointer to its start may lead to a lock in it. */
#define QC_LIMIT_LOCKED_OBJECT (1 * QC_MIB)
/* Structures and unions without a name that are looked through for one member. */
#define QC_LIMIT_UNNAMED_MEMBERS 256
/* Characters of a string that are shown; gdb's "print elements". */
#define QC_LIMIT_TEXT 200
/* Parameters and locals of one function that are listed. */
#define QC_LIMIT_VARIABLES 256

#endif
