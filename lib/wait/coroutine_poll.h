/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine_poll - which thread is asleep until a coroutine has ended
 *
 * What is no coroutine and needs one polls its AioContext: bdrv_poll_co() for the one that it has
 * begun, a drain for those whose requests the node tracks (block/io.c, AIO_WAIT_WHILE). So chains go
 * from a thread to a coroutine, too.
 */
#ifndef QC_WAIT_COROUTINE_POLL_H
#define QC_WAIT_COROUTINE_POLL_H

#include "wait/coroutine_wait.h"

/* Fills the polls, and who is polled for. False: no memory. */
bool qc_coroutine_polls_find(struct qc_waits *waits, struct qc_coroutine_waits *found);

/* Whether there may be such a thread: cheaper than the coroutines are to find. */
bool qc_coroutine_polls_may_be(struct qc_waits *waits);

#endif
