/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * poll - a thread that is asleep in aio_poll, and the function that called it there
 *
 * AIO_WAIT_WHILE is a macro: a thread that waits by it is in aio_poll, called by the waiter.
 */
#pragma once

#include "findings/rule.h"

/* Lists of functions, the innermost first; each ends with NULL. */
extern const char *const qc_poll_drain_functions[];
extern const char *const qc_poll_wrlock_functions[];

/* Returns the frame of one of the functions, if it called the aio_poll that the thread is asleep
   in; else NULL. */
struct qemucore_frame *qc_poll_caller(const struct qc_rule_context *context,
                                      struct qemucore_thread *thread, const char *const *functions);

/* Finds who keeps the requests that the thread may poll for. Returns the node that the callers of
   aio_poll() were given: the culprits are those of it and all below it. If it is not known, returns
   NULL and the culprits of all nodes. *ret must be zeroed. */
const struct qc_block_node *qc_poll_culprits(const struct qc_rule_context *context,
                                             struct qemucore_thread *thread,
                                             struct qc_block_culprits *ret);

/* The coroutine that a thread polls for in bdrv_poll_co(), which has just begun it
   (block/block-gen.h, 5.2 on). */
struct qc_poll_call {
    bool has_ended;                /* the condition that is polled for is true */
    struct qemucore_thread *loop;  /* an awake event loop that is about to enter it; NULL: none */
};

struct qc_poll_call qc_poll_call_find(const struct qc_rule_context *context,
                                      struct qemucore_thread *poller);

/* Tells whether the call is about to return: its end has woken the poll, or a loop is about to enter
   the coroutine. As where it runs, a main loop is taken for sound if it turned a moment ago. */
bool qc_poll_is_ending(const struct qc_rule_context *context, struct qemucore_thread *poller);

/* Returns the thread of the event loop that was asked to enter the coroutine (aio_co_schedule), and is
   awake. NULL: none. */
struct qemucore_thread *qc_poll_loop_to_enter(const struct qc_rule_context *context,
                                              uint64_t coroutine);

/* Adds who keeps requests. */
void qc_poll_show_in_flight(struct qemucore_finding *finding,
                            const struct qc_block_culprits *culprits);

/* Tells whether a bottom half or a coroutine is due in the event loop. */
bool qc_poll_is_due(const struct qc_aio_context *aio_context);

/* Tells whether the thread's operation polls so often that one poll tells nothing. */
bool qc_poll_is_long(struct qemucore_thread *thread);

/* Tells whether the thread opens or makes a node. */
bool qc_poll_opens(struct qemucore_thread *thread);

/* Tells whether what is polled for may be about to end: a thread that could end it was moving, or
   the poll had not lasted long. */
bool qc_poll_may_get_on(struct qc_rule_context *context, struct qemucore_thread *poller,
                        const struct qc_block_culprits *culprits);
/* Makes the finding a doubt if qc_poll_may_get_on. */
void qc_poll_doubt_if_moving(struct qemucore_finding *finding, struct qemucore_thread *poller,
                             const struct qc_block_culprits *culprits);
