/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_output - output of QEMU that nobody reads
 *
 * What a character device, a monitor, a VNC client or a network does not take is kept, and its
 * descriptor polled until it is writable (chardev/char-fe.c, qemu_chr_fe_add_watch;
 * monitor/monitor.c, monitor_flush_locked; ui/vnc.c, vnc_write; net/stream.c, net/socket.c and
 * net/tap.c, whose guest sends nothing more meanwhile). A loop that sleeps in that poll found it
 * full.
 */
#include "base/base.h"
#include "qemu/qemu.h"
#include "rules/condition.h"
#include "rules/rules_limits.h"

/* include/uapi/asm-generic/poll.h: POLLOUT, the same on all machines. */
#define EVENT_OUT 4

static bool is_output(const struct qc_peer *peer)
{
    return peer != NULL && peer->actor != NULL &&
           (peer->kind == QC_PEER_CHARDEV || peer->kind == QC_PEER_CHARDEV_FILE ||
            peer->kind == QC_PEER_MONITOR || peer->kind == QC_PEER_VNC ||
            peer->kind == QC_PEER_NETDEV);
}

static void output_report(struct qc_rule_context *context, struct qemucore_thread *thread,
                          const struct qc_peer *peer)
{
    bool is_main = thread == context->state->main_loop.thread;
    struct qc_fact polled = context->state->clocks.polled;
    QC_FREE char *text = qc_peer_text(peer);
    struct qemucore_finding *finding = qc_finding_report(
        context, "output of %s is not read: %s polls fd %d until it can be written",
        qc_str_or(text, "?"),
        is_main ? qc_rule_main_label(context) : qc_rule_thread_label(context, thread), peer->fd);
    qc_finding_add_cause(finding, qc_peer_kind_name(peer->kind));
    qc_evidence_add_thread(finding, thread);
    if (is_main && polled.is_known) {
        qc_evidence_add(finding, (struct qc_subject){.thread = thread},
                        "it has slept there for at least %s",
                        qc_rule_seconds(context, polled.value));
    }
    qc_finding_set_actor_peer(finding, peer->actor);
}

/* Checks a loop that is in its own poll. A poll that has returned is skipped. */
static void polled_check(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    bool sleeps = !wait->syscall.has_result || wait->syscall.interrupted;
    int fd;
    uint64_t events;
    for (size_t i = 0; sleeps && i < QC_LIMIT_WRITTEN &&
                       qc_rule_polled(context, thread, i, &fd, &events);
         i++) {
        const struct qc_peer *peer = (events & EVENT_OUT) == 0
                                         ? NULL
                                         : qc_peer_of(qc_process_peers(context->process), fd);
        if (is_output(peer)) {
            output_report(context, thread, peer);
        }
    }
}

void qc_condition_output_unread(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    qc_vec_each(threads, thread) {
        bool is_loop = thread == context->state->main_loop.thread ||
                       thread->role == QC_ROLE_IOTHREAD;
        if (is_loop && qc_rule_activity(context, thread) == QC_ACTIVITY_IDLE) {
            polled_check(context, thread);
        }
    }
}
