/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * values_limits - caps for values and objects, each with its reason
 *
 * Every loop that a dump drives ends at one of them. Reaching a cap is reported, never silent.
 */
#pragma once

#include "base/base.h"

#define QC_LIMIT_EXPRESSION_STACK 256
#define QC_LIMIT_EXPRESSION_STEPS 10000

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

/* Characters of a string that are shown, like gdb's "print elements". */
#define QC_LIMIT_TEXT 200

/* Parameters and locals that are listed for one function. */
#define QC_LIMIT_VARIABLES 256

/* Members that are listed of a structure, and of all structures of a module: those inside others
   multiply. QEMU's largest, CPUArchState, has 235. */
#define QC_LIMIT_MEMBERS 256
#define QC_LIMIT_ALL_MEMBERS 5000000
