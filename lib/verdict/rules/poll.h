/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * poll - a thread that is asleep in aio_poll, because of what has called it there
 *
 * AIO_WAIT_WHILE is a macro: a thread that waits by it is in aio_poll, called by who waits.
 */
#ifndef QC_VERDICT_RULES_POLL_H
#define QC_VERDICT_RULES_POLL_H

#include "verdict/rules/rule.h"

/* Each ends with NULL, the innermost first. */
extern const char *const qc_poll_drain_functions[];
extern const char *const qc_poll_wrlock_functions[];

/* The frame of one of the functions, which has called the aio_poll that the thread is asleep in.
   NULL: it is not. */
struct qemucore_frame *qc_poll_of(const struct qc_rule_context *context,
                                  struct qemucore_thread *thread, const char *const *functions);

/* Who keeps requests that the thread may poll for: of the node, and all below it, that those who have
   called aio_poll() were given, which is returned; of all nodes where that is not known (NULL). Into a
   zeroed struct. */
const struct qc_block_node *qc_poll_culprits(const struct qc_rule_context *context,
                                             struct qemucore_thread *thread,
                                             struct qc_block_culprits *ret);

/* Who keeps requests. */
void qc_poll_show_in_flight(struct qc_rule_context *context, struct qemucore_finding *finding,
                            const struct qc_block_culprits *culprits);

/* Whether the loop has something to do: a bottom half, or a coroutine. */
bool qc_poll_is_due(const struct qc_aio_context *aio_context);

/* Whether the thread goes through so much, one after the other, that one call of it says nothing. */
bool qc_poll_is_long(struct qemucore_thread *thread);

/* Whether one dump leaves it open that what is polled for is about to end: somebody who could end it
   was moving, or it had not waited for long. */
bool qc_poll_may_get_on(struct qc_rule_context *context, struct qemucore_thread *poller,
                        const struct qc_block_culprits *culprits);
/* Makes the finding a doubt where that is so. */
void qc_poll_doubt_if_moving(struct qc_rule_context *context, struct qemucore_finding *finding,
                             struct qemucore_thread *poller,
                             const struct qc_block_culprits *culprits);

#endif
