/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * core - the parsed ELF core dump; the system calls of its threads; the notes of a snapshot of a
 * living process; slim cores
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "core/core_limits.h"
#include "core/dump.h"
#include "core/live.h"
#include "core/slim.h"
#include "core/spans.h"
#include "core/syscall.h"
#include "core/task.h"
