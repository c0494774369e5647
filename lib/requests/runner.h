/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * runner - a thread of QEMU itself that runs while it keeps a request, or its completion
 */
#pragma once

#include "findings/findings.h"

/* Returns a thread that has the culprit's requests, or their completions, to process and runs
   outside its poll: the storage below the node may have answered long ago. began: start of the
   oldest request, which is old. NULL: none is seen. */
struct qemucore_thread *qc_runner_of(const struct qc_rule_context *context,
                                     const struct qc_block_culprit *culprit, struct qc_fact began);
