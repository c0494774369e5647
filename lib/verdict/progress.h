/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * progress - what two dumps of one process make of the verdict that one of them has
 *
 * What one dump calls stuck may be slow, and what it can't tell may be a loop that never ends. What has
 * moved takes a certainty away; what has not moved is said, and makes a certainty only where it is
 * seen that the process had the time to.
 */
#ifndef QC_VERDICT_PROGRESS_H
#define QC_VERDICT_PROGRESS_H

#include "verdict/rules/rule.h"

/* After the rules: of a snapshot, what is called stuck in a thread that ran meanwhile is a doubt. */
void qc_progress_revise_caught(struct qc_rule_context *context);

/* After that; nothing where the verdict has no comparison. */
void qc_progress_revise(struct qc_rule_context *context);

#endif
