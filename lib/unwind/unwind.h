/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unwind - the stacks of threads
 *
 * The front header of the floor: floors above include this one only.
 */
#ifndef QC_UNWIND_UNWIND_H
#define QC_UNWIND_UNWIND_H

#include "unwind/call.h"
#include "unwind/stack.h"
#include "unwind/unwind_limits.h"

#endif
