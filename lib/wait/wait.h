/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait - what each thread waits for, and who waits for whom
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "wait/activity.h"
#include "wait/coroutine_poll.h"
#include "wait/coroutine_wait.h"
#include "wait/inspected.h"
#include "wait/poll_begun.h"
#include "wait/ring_timeout.h"
#include "wait/stack_groups.h"
#include "wait/thread_wait.h"
#include "wait/wait_frames.h"
#include "wait/wait_graph.h"
#include "wait/wait_syscall.h"
