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

#define QC_LIMIT_EXPRESSION_STACK 256
#define QC_LIMIT_EXPRESSION_STEPS 10000

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

/* Levels of callers through which a passed value is followed; each level costs our own stack. */
#define QC_LIMIT_ENTRY_DEPTH 16

/* Entry values that the variables of one stack may ask for. A function that calls itself with all
   of its arguments mixed asks for each of them again at each level, which multiplies. */
#define QC_LIMIT_ENTRY_VALUES 20000

/* Entry values for all stacks of a handle, some 5 us each: ten for each of 50,000 threads. */
#define QC_LIMIT_ALL_ENTRY_VALUES 500000

/* Tail calls in a row from the called function to the one that runs, and jumps that are examined to
   find them: a function with a switch has a dozen, and each leads on. */
#define QC_LIMIT_TAIL_CALLS 16
#define QC_LIMIT_TAIL_CALL_STEPS 500

/* Depth of nested types: pointers to arrays of structs ... */
#define QC_LIMIT_TYPE_DEPTH 32

/* Characters of a type's name; a longer one is cut. QEMU's longest has some 300. */
#define QC_LIMIT_TYPE_TEXT 1000

/* Characters of a name or a path in an expression that the user typed. */
#define QC_LIMIT_NAME 256

/* Objects of the wanted types in a module's variables, objects that are visited to find them, depth
   of nested structures that are searched, and elements of an array: QEMU has some 500 locks, 5 levels
   deep, and arrays in arrays multiply. A visit takes 0.3 us. */
#define QC_LIMIT_INSTANCES 100000
#define QC_LIMIT_INSTANCE_VISITS 1000000
#define QC_LIMIT_INSTANCE_DEPTH 6
#define QC_LIMIT_ELEMENTS 256

/* Structures and unions without a name that are searched for one member. */
#define QC_LIMIT_UNNAMED_MEMBERS 256

/* Characters of a C++ symbol that is decoded, and back references in it to its own parts. */
#define QC_LIMIT_SYMBOL 1000
#define QC_LIMIT_SYMBOL_REFERENCES 20

/* Characters of a type's or variable's name that is indexed. Same as QC_LIMIT_SYMBOL_NAME. */
#define QC_LIMIT_INDEXED_NAME 8192

/* Entries of a hash chain that are searched for a type's name; beyond, the name is added a second
   time. Chance makes chains of ten. A hundred thousand names of 16 characters, made to share one
   hash value, took 16 s. */
#define QC_LIMIT_NAME_CHAIN 64

/* Characters of a string that are shown, like gdb's "print elements". */
#define QC_LIMIT_TEXT 200

/* Parameters and locals that are listed for one function. */
#define QC_LIMIT_VARIABLES 256

/* Members that are listed of a structure, and of all structures of a module: those inside others
   multiply. QEMU's largest, CPUArchState, has 235. */
#define QC_LIMIT_MEMBERS 256
#define QC_LIMIT_ALL_MEMBERS 5000000
