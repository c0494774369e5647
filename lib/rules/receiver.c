/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules/receiver.h"

#include "base/base.h"
#include "rules/outgoing_call.h"

/* migration/: postcopy-ram.c, savevm.c, multifd.c. */
static bool is_of_incoming(const struct qemucore_thread *thread)
{
    return thread->role == QC_ROLE_POSTCOPY_FAULT || thread->role == QC_ROLE_POSTCOPY_LISTEN ||
           thread->role == QC_ROLE_POSTCOPY_PREEMPT || thread->role == QC_ROLE_MULTIFD_RECV;
}

/* They receive, poll for it, or wait on a semaphore or event. A call that has just returned, as that
   which puts a page into its place, takes a moment. */
bool qc_receiver_is_away(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    bool sleeps_in_call = wait->state == QC_WAIT_SYSCALL && !qc_activity_is_poll(wait) &&
                          !qc_outgoing_call_receives(wait) &&
                          qc_rule_activity(context, thread) == QC_ACTIVITY_ASLEEP;
    return (is_of_incoming(thread) || thread->role == QC_ROLE_MIGRATION_RETURN_PATH) &&
           (wait->state == QC_WAIT_RUNNING || sleeps_in_call);
}

struct qemucore_thread *qc_receiver_of_incoming(const struct qc_rule_context *context)
{
    return qc_vec_find(context->process->threads, thread,
                       is_of_incoming(thread) && qc_receiver_is_away(context, thread));
}
