/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dwarf_limits - caps for debug info, each with its reason
 *
 * Every loop that a dump drives ends at one of them. Reaching a cap is reported, never silent.
 */
#pragma once

#include "base/base.h"

/* Attributes of an abbreviation that die_reader handles itself; compilers write up to 30. */
#define QC_LIMIT_ATTRIBUTES 256

/* Size of a string section for which a bitmap (two bits a byte) notes which strings have named a
   type that was read. QEMU's strings are 2 MiB, libLLVM's some 300. */
#define QC_LIMIT_SEEN_STRINGS (1 * QC_GIB)

#define QC_LIMIT_INLINE_DEPTH 128
#define QC_LIMIT_DIE_DEPTH 64

/* Bytes of debug info that are read for the scopes of a unit: the unit's size times their depth. */
#define QC_LIMIT_SCOPES (256 * QC_MIB)

/* DIEs that are gone through for all frames of a handle: functions, inlined calls, calls and
   variables. Each takes some 30 ns. 20,000 coroutines of a QEMU, which are in few places, need 1 %
   of this. */
#define QC_LIMIT_FRAME_DIES 500000000

/* Rows of the line table that are skipped in a row because their code stands for no line. */
#define QC_LIMIT_LINE_ROWS 32

/* Bytes of line programs, which make the line tables: of one unit, and of all units that a module's
   frames need. Those of QEMU's 1,352 units have 6 MiB together, the largest 260 KiB. libdw takes up
   to a hundred times as much memory. */
#define QC_LIMIT_LINE_PROGRAM (4 * QC_MIB)
#define QC_LIMIT_LINE_PROGRAMS (16 * QC_MIB)

/* Depth of nested types: pointers to arrays of structs ... */
#define QC_LIMIT_TYPE_DEPTH 32

/* Characters of a C++ symbol that is decoded, and back references in it to its own parts. */
#define QC_LIMIT_SYMBOL 1000
#define QC_LIMIT_SYMBOL_REFERENCES 20

/* Characters of a type's or variable's name that is indexed. Same as QC_LIMIT_SYMBOL_NAME. */
#define QC_LIMIT_INDEXED_NAME 8192

/* Entries of a hash chain that are searched for a type's name; beyond, the name is added a second
   time. Chance makes chains of ten. A hundred thousand names of 16 characters, made to share one
   hash value, took 16 s. */
#define QC_LIMIT_NAME_CHAIN 64
