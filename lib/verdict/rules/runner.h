/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * runner - a thread of QEMU's own that keeps a request, or the end of one, while it runs
 */
#ifndef QC_VERDICT_RULES_RUNNER_H
#define QC_VERDICT_RULES_RUNNER_H

#include "verdict/rules/rule.h"

/* Who has the culprit's requests in its hands, or their end, and runs outside of its poll: whoever is
   below the node may have answered long ago. The oldest of them began then, and is old. NULL: none is
   seen. */
struct qemucore_thread *qc_runner_of(const struct qc_rule_context *context,
                                     const struct qc_block_culprit *culprit, struct qc_fact began);

#endif
