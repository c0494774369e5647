/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * glibc - the C library's own objects
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "glibc/cond.h"
#include "glibc/glibc_limits.h"
#include "glibc/jmp_buf.h"
#include "glibc/libc.h"
#include "glibc/mutex.h"
#include "glibc/pthread.h"
#include "glibc/rwlock.h"
#include "glibc/semaphore.h"
