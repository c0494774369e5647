/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * recent - what is known to have happened just before the dump, as it would not in a hang
 *
 * A core file is younger than what it shows, and a copy of it even younger. So "at most so long
 * ago" holds whatever happened to the file, and errs only towards a hang.
 */
#pragma once

#include "findings/rule.h"

/* Slow but sound storage works off a full queue for seconds, one request after the other; a guest
   does not wait longer than this either (/sys/block/DISK/device/timeout of Linux). */
#define QC_SLOW_QUEUE_NS INT64_C(30000000000)

/* Tells whether the main loop has just turned: what it does at the dump has not lasted longer. */
bool qc_recent_turn(const struct qc_rule_context *context);

/* The same, a second longer, for use where what the main loop waits for moves. */
bool qc_recent_turn_if_moving(const struct qc_rule_context *context);

/* Tells whether the culprit's oldest request is young; or not very old, and another one of a
   backend above the culprit has just ended. If no age is known, a request that has just ended
   suffices; of any backend, if the guest is stopped and so makes no requests. */
bool qc_recent_request(const struct qc_rule_context *context,
                       const struct qc_block_culprit *culprit);

/* Tells whether the culprit's oldest request is known to be no longer young. */
bool qc_recent_request_lasts(const struct qc_rule_context *context,
                             const struct qc_block_culprit *culprit);

/* Tell whether a request of the backend, or of any backend, has just ended. */
bool qc_recent_backend(const struct qc_rule_context *context,
                       const struct qc_block_backend *backend);
bool qc_recent_end(const struct qc_rule_context *context);

/* Tells whether the thread runs an event loop that serves disks, of which none has ended a request
   lately, and does not just poll in user space, as it may for as long as its poll-max-ns says. */
bool qc_recent_loop_is_silent(const struct qc_rule_context *context,
                              struct qemucore_thread *thread);

/* qc_recent_request for the node whose file has that descriptor. */
bool qc_recent_descriptor(const struct qc_rule_context *context, int fd);

/* Tells whether a main loop, iothread or worker other than `poller` moves; or workers had their
   answers while the dump waited for them, and none sleeps. */
bool qc_recent_server(const struct qc_rule_context *context, const struct qemucore_thread *poller);

/* Tells whether what the main thread is in began a moment ago: since the display's last refresh
   (before the first turn, since QEMU began) no more time has passed than in a sound loop, and no
   timer nor what remains of a poll shows more. */
bool qc_recent_is_young(const struct qc_rule_context *context);

/* The same, or neither of those times is known. */
bool qc_recent_is_unknown(const struct qc_rule_context *context);

/* Tells whether nothing shows that the main loop has not turned for so long. */
bool qc_recent_is_within(const struct qc_rule_context *context, int64_t ns);

/* Returns the timer that was long due, and for which the main loop, in its own poll, was not woken, by
   the time of a snapshot or by what other threads have noted since. Not one of the host's clock,
   which may have been set. NULL: none. */
const struct qc_clock_overdue *qc_recent_late(const struct qc_rule_context *context);

/* Tells whether a thread is known to have been in one and the same poll for longer than one of a
   sound operation lasts, however many of them that takes. */
bool qc_recent_is_long_poll(const struct qc_rule_context *context,
                            const struct qemucore_thread *poller);

/* gdb's gcore stops threads one after the other, over milliseconds: the dump shows no common
   moment. */
bool qc_recent_is_by_debugger(const struct qc_rule_context *context);

/* Tells whether only memory could show that a thread's state lasts, and does not. The time of gdb's
   dump is not known, and a thread that gdb stopped was not in state D. is_usual: a sound QEMU is
   often found in that state, too. */
bool qc_recent_is_unproven(const struct qc_rule_context *context, bool is_usual);
