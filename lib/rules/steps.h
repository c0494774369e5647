/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * steps - calls of the main loop that ask somebody many things, one after the other
 *
 * Each answer takes a moment, and all together take long: a single dump shows one step.
 */
#pragma once

#include "findings/findings.h"

/* Tells whether the thread sleeps at such a step, and nothing shows that it has for 30 s. */
bool qc_steps_may_get_on(const struct qc_rule_context *context, struct qemucore_thread *thread);
