/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * progress - revises the verdict on one dump by what an earlier dump of the same process shows
 *
 * What looks stuck in one dump may be slow, and what one dump can't tell may be an endless loop.
 * What has moved takes a certainty away. What has not moved is reported as evidence; it makes a
 * certainty only where the process is seen to have had the time to move.
 */
#pragma once

#include "findings/findings.h"

/* After the rules: stuck findings about a thread that ran during a snapshot become doubts. */
void qc_progress_revise_caught(struct qc_rule_context *context);

/* Revises the deciding finding by the comparison. Does nothing without one. Called last. */
void qc_progress_revise(struct qc_rule_context *context, struct qemucore_finding *finding);
