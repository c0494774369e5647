/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * findings_limits - caps for findings, each with its reason
 *
 * Every loop that a dump drives ends at one of these. Reaching a cap is reported, never silent.
 */
#pragma once

#include "base/base.h"

/* Highest errno value that is believed. The kernel reserves up to 4095 (MAX_ERRNO), but the highest
   one defined is 133 (include/uapi/asm-generic/errno.h; 168 on mips, 135 on sparc). */
#define QC_LIMIT_ERRNO 200

/* Functions in one line that tells how a thread got where it is. */
#define QC_LIMIT_CALLERS 12

/* Threads that a finding lists as possibly asleep in a call. */
#define QC_LIMIT_SLEEPERS 4

/* Descriptors of a poll that are looked at: when more are polled, no single one is the reason. */
#define QC_LIMIT_POLLED 8

/* Findings, and pieces of evidence of one finding: nobody reads a longer report to its end. */
#define QC_LIMIT_FINDINGS 1000
#define QC_LIMIT_EVIDENCE 64
