/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unwind - the stacks of threads
 *
 * The front header of the floor: floors above include this one only.
 */
#pragma once

#include "unwind/call.h"
#include "unwind/stack.h"
#include "unwind/unwind_limits.h"
