/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules/incoming_channels.h"

#include "base/base.h"
#include "rules/outgoing_call.h"

static bool is_at_semaphore(const struct qemucore_wait *wait)
{
    return wait->state == QC_WAIT_BLOCKED && wait->kind == QC_LOCK_QEMU_SEMAPHORE;
}

static bool main_waits(struct qc_rule_context *context)
{
    static const char *const functions[] = {"multifd_recv_sync_main", NULL};
    struct qemucore_thread *thread = context->state->main_loop.thread;
    return thread != NULL && is_at_semaphore(qc_rule_wait(context, thread)) &&
           qc_rule_frame(thread, functions) != NULL;
}

/* A snapshot may meet it at work, or can't tell that it has slept. */
static bool is_at_work(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    enum qc_activity activity = qc_rule_activity(context, thread);
    return activity == QC_ACTIVITY_MOVING || activity == QC_ACTIVITY_UNKNOWN;
}

/* One at work in these functions receives something now and then (io/channel.c). A TLS channel polls
   before it reads. */
static bool receives(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    static const char *const functions[] = {"qio_channel_readv_full_all_eof",
                                            "qio_channel_readv_all_eof", NULL};
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    return qc_outgoing_call_receives(wait) || qc_activity_is_poll(wait) ||
           (is_at_work(context, thread) && qc_rule_frame(thread, functions) != NULL);
}

struct qc_channels qc_incoming_channels(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    struct qc_channels found = {.state = QC_CHANNELS_UNAWAITED};
    for (size_t i = 0; main_waits(context) && i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        bool waits = receives(context, thread);
        if (thread->role != QC_ROLE_MULTIFD_RECV ||
            is_at_semaphore(qc_rule_wait(context, thread))) {
            continue; /* one at its semaphore has received all, and waits for the main loop */
        }
        if (!waits && !is_at_work(context, thread)) {
            return (struct qc_channels){.state = QC_CHANNELS_UNAWAITED};
        }
        if (found.state == QC_CHANNELS_UNAWAITED || (waits && found.state == QC_CHANNELS_WORK)) {
            found.state = waits ? QC_CHANNELS_RECEIVE : QC_CHANNELS_WORK;
            found.thread = thread;
        }
    }
    return found;
}
