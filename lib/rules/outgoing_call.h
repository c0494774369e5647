/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * outgoing_call - what a thread that sends a migration waits for outside of this process
 */
#pragma once

#include "findings/findings.h"

/* Which thread waits, and what the other side must do. */
struct qc_outgoing_call {
    struct qemucore_thread *thread; /* NULL: none waits like that */
    const char *until;
    const char *actor;
    const char *next;
};

/* Finds the first thread of the migration in a call that sends, or that waits for an answer, or, if
   `connects`, that connects. */
struct qc_outgoing_call qc_outgoing_call_find(struct qc_rule_context *context, bool connects);

/* Tells whether a thread waits for data that the other side sends. */
bool qc_outgoing_call_receives(const struct qemucore_wait *wait);

/* What to look at if the destination is to answer. */
#define QC_OUTGOING_CALL_NEXT                                                                     \
    "Look at the destination: whether it lives, its threads, and the network in between. "        \
    QC_RULE_SECOND_DUMP

/* Describes the call of this thread, which must be in a system call. */
struct qc_outgoing_call qc_outgoing_call_of(struct qc_rule_context *context,
                                            struct qemucore_thread *thread);
