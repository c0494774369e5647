/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dwarf_limits - caps for debug info, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_DWARF_DWARF_LIMITS_H
#define QC_DWARF_DWARF_LIMITS_H

#include "base/base.h"

/* Attributes of an abbreviation of DIEs that we go through ourselves: compilers write up to 30. */
#define QC_LIMIT_ATTRIBUTES 256

/* Strings of debug info of which we note, in two bits a byte, which of them named a type already:
   QEMU's are 2 MiB, libLLVM's some 300. */
#define QC_LIMIT_SEEN_STRINGS (1 * QC_GIB)

#define QC_LIMIT_EXPRESSION_STACK 256
#define QC_LIMIT_EXPRESSION_STEPS 10000

#define QC_LIMIT_INLINE_DEPTH 128
#define QC_LIMIT_DIE_DEPTH 64

/* Bytes of debug info that the scopes of a unit may have together, each counted for itself. */
#define QC_LIMIT_SCOPES (256 * QC_MIB)

/* DIEs that all frames of a handle go through: their functions, what is inlined there, calls and variables. Some
   30 ns each; of 20,000 coroutines of a QEMU, which come to few places, it is a hundredth of that. */
#define QC_LIMIT_FRAME_DIES 500000000

/* Rows of the line table, in a row, for code that stands for no line. */
#define QC_LIMIT_LINE_ROWS 32

/* Bytes of the programs that make line tables, of one unit and of all that a module's frames ask for: those of
   all of QEMU's 1,352 units have 6 MiB, the largest 260 KiB. libdw takes up to a hundred times as much memory. */
#define QC_LIMIT_LINE_PROGRAM (4 * QC_MIB)
#define QC_LIMIT_LINE_PROGRAMS (16 * QC_MIB)

/* A value that was passed on and on from caller to callee; each level costs stack of our own. */
#define QC_LIMIT_ENTRY_DEPTH 16

/* Entry values that the variables of one stack may ask for. A function that calls itself with all
   of its arguments mixed asks for each of them again at each level, which multiplies. */
#define QC_LIMIT_ENTRY_VALUES 20000

/* The same of all stacks of a handle, some 5 us each: 50,000 threads with ten of them. */
#define QC_LIMIT_ALL_ENTRY_VALUES 500000

/* Jumps in a row from a function that was called to the one that runs, and jumps that are looked at
   for them: a function with a switch has a dozen, and each leads on. */
#define QC_LIMIT_TAIL_CALLS 16
#define QC_LIMIT_TAIL_CALL_STEPS 500

/* Types of types: pointers to arrays of structs ... */
#define QC_LIMIT_TYPE_DEPTH 32

/* Characters of a type's name from which on it is cut; QEMU's longest has some 300. */
#define QC_LIMIT_TYPE_TEXT 1000

/* Characters of a name or a path in an expression that somebody typed. */
#define QC_LIMIT_NAME 256

/* Objects of the types asked for that a module's variables hold, structures within structures that
   are gone through for them, and elements of an array: QEMU has some 500 locks, 5 deep. */
#define QC_LIMIT_INSTANCES 100000
#define QC_LIMIT_INSTANCE_DEPTH 6
#define QC_LIMIT_ELEMENTS 256

/* Structures and unions without a name that are looked through for one member. */
#define QC_LIMIT_UNNAMED_MEMBERS 256

/* Characters of a C++ symbol, and references in it to parts of itself, up to which it is decoded. */
#define QC_LIMIT_SYMBOL 1000
#define QC_LIMIT_SYMBOL_REFERENCES 20

/* Characters of a name of a type or variable, from which on nobody is told of it: as QC_LIMIT_SYMBOL_NAME. */
#define QC_LIMIT_INDEXED_NAME 8192

/* Names of one hash value among which a type's is looked for before it is noted, maybe a second time: chance
   makes chains of ten. A hundred thousand of 16 characters that were made for one value took 16 s. */
#define QC_LIMIT_NAME_CHAIN 64

/* Characters of a string that are shown; gdb's "print elements". */
#define QC_LIMIT_TEXT 200

/* Parameters and locals of one function that are listed. */
#define QC_LIMIT_VARIABLES 256

/* Members of a structure that are listed: a list is for a look. */
#define QC_LIMIT_MEMBERS 64

#endif
