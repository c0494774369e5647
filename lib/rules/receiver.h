/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * receiver - threads of a migration that wait for what the other side sends, and do little else
 *
 * No thread of this process waits for them. If one stands still, or goes round, the other side waits
 * for it, or this side seems to wait for the other.
 */
#pragma once

#include "findings/findings.h"

/* Tells whether the thread is one of them, and is at work or asleep elsewhere than where it waits. */
bool qc_receiver_is_away(const struct qc_rule_context *context, struct qemucore_thread *thread);

/* Returns the first such thread of an incoming migration; NULL: none. */
struct qemucore_thread *qc_receiver_of_incoming(const struct qc_rule_context *context);
