/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * core - the ELF core dump, taken apart; the system calls of its threads; what a living process's
 * snapshot says besides; slim cores
 *
 * The front header of the floor: floors above include this one only.
 */
#ifndef QC_CORE_CORE_H
#define QC_CORE_CORE_H

#include "core/core_limits.h"
#include "core/dump.h"
#include "core/live.h"
#include "core/slim.h"
#include "core/syscall.h"
#include "core/task.h"

#endif
