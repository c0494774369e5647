/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unwind - the stacks of threads
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "unwind/call.h"
#include "unwind/stack.h"
#include "unwind/unwind_limits.h"
