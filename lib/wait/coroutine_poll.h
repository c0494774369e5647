/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine_poll - threads that sleep until a coroutine has ended
 *
 * Code outside of coroutines that needs one polls its AioContext: bdrv_poll_co() for the one that
 * it has begun, a drain for those whose requests the node tracks (block/io.c, AIO_WAIT_WHILE). So
 * chains lead from a thread to a coroutine, too.
 */
#pragma once

#include "wait/coroutine_wait.h"

/* Fills `polls`, and the poller of each coroutine. False: no memory. */
bool qc_coroutine_polls_find(struct qc_waits *waits, struct qc_coroutine_waits *found);

/* Tells whether there may be such a thread, which costs less than to find the coroutines. */
bool qc_coroutine_polls_may_be(struct qc_waits *waits);
