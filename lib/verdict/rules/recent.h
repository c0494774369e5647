/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * recent - what is known to have gone on a moment before the dump, which a hang does not
 *
 * A file is younger than what it shows, and a copy of it younger still: so "no more than so long ago"
 * holds whatever has become of the file, and only ever errs towards a hang.
 */
#ifndef QC_VERDICT_RULES_RECENT_H
#define QC_VERDICT_RULES_RECENT_H

#include "verdict/rules/rule.h"

/* What is slow and sound keeps a full queue for seconds, while it ends one after the other; for longer
   than that a guest does not wait either (/sys/block/DISK/device/timeout of Linux). */
#define QC_SLOW_QUEUE_NS INT64_C(30000000000)

/* The main loop has turned: what it is at now has not lasted for longer. */
bool qc_recent_turn(const struct qc_rule_context *context);

/* The same where what it waits for moves: a second longer. */
bool qc_recent_turn_behind_mover(const struct qc_rule_context *context);

/* The oldest request of the culprit is young; or not very old, and another has just ended of a backend
   above it. Where none's age is known, one that has just ended will do, of any backend where the guest,
   stopped, makes none any more. */
bool qc_recent_request(const struct qc_rule_context *context,
                       const struct qc_block_culprit *culprit);

/* A request of the backend, or of any, has just ended. */
bool qc_recent_backend(const struct qc_rule_context *context,
                       const struct qc_block_backend *backend);
bool qc_recent_end(const struct qc_rule_context *context);

/* The same of the node whose file has that descriptor. */
bool qc_recent_descriptor(const struct qc_rule_context *context, int fd);

/* A main loop, an iothread or a worker other than `poller` moves; or workers had their answers while
   the dump waited for them, and none sleeps. */
bool qc_recent_server(const struct qc_rule_context *context, const struct qemucore_thread *poller);

/* There is no debug info, which would tell how old requests are, and no other time tells that a poll in one
   of the main loop's turns has lasted: the display's refresh, which is seen without, is as young as a sound
   one's, or not known; or an iothread has just been at work. */
bool qc_recent_untold(const struct qc_rule_context *context);

/* gdb's gcore stops one thread after the other, for milliseconds: of two of them the dump has no
   common moment. */
bool qc_recent_is_by_debugger(const struct qc_rule_context *context);

/* That what a thread is at lasts is told by nothing but what memory shows, and that does not tell it. Of
   gdb's dump nobody knows when it was made, and whom gdb has stopped did not sleep in the state D. And
   what is usual, a sound QEMU is often found at as well. */
bool qc_recent_is_unproven(const struct qc_rule_context *context, bool is_usual);

#endif
