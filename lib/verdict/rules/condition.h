/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * condition - the conditions of all rules, by the files that they are in
 *
 * Each reports a finding for whatever it finds to be so, with the rule that asks (rule.h).
 */
#ifndef QC_VERDICT_RULES_CONDITION_H
#define QC_VERDICT_RULES_CONDITION_H

#include "verdict/rules/rule.h"

/* rule_crash.c: the process failed, in the way of the variant. */
void qc_condition_crash(struct qc_rule_context *context);

/* rule_lock.c */

/* Threads wait for each other in a circle of the variant's kind. */
void qc_condition_cycle(struct qc_rule_context *context);
/* Threads wait for a lock whose owner has ended. */
void qc_condition_lock_owner_gone(struct qc_rule_context *context);
/* A lock is in a state that no other rule speaks of. */
void qc_condition_odd_lock(struct qc_rule_context *context);
/* call_rcu waits for the BQL. */
void qc_condition_call_rcu_starved(struct qc_rule_context *context);
/* A grace period waits for a reader that sleeps. */
void qc_condition_rcu_reader_asleep(struct qc_rule_context *context);
/* drain_call_rcu() waits for call_rcu, which waits itself. */
void qc_condition_drain_call_rcu(struct qc_rule_context *context);

/* rule_chain.c: a thread that waits for none is at what the variant says. */
void qc_condition_chain(struct qc_rule_context *context);

/* rule_cpu.c */

/* A thread waits for the vCPUs to stop. */
void qc_condition_pause_vcpus(struct qc_rule_context *context);
/* The same, in a postcopy migration that is paused: a vCPU waits for a page of the source. */
void qc_condition_pause_postcopy(struct qc_rule_context *context);
/* A vCPU sleeps with something to do, and nobody waits for it. */
void qc_condition_vcpu_not_kicked(struct qc_rule_context *context);
/* A thread waits for a vCPU to run what it was given. */
void qc_condition_run_on_cpu(struct qc_rule_context *context);
/* A thread waits for all vCPUs to leave guest code. */
void qc_condition_exclusive_section(struct qc_rule_context *context);
/* A thread waits for vCPUs to come out of their ioctls. */
void qc_condition_ioctl_inhibitor(struct qc_rule_context *context);
/* A thread waits for the timer callbacks of a clock that it disables. */
void qc_condition_clock_disable(struct qc_rule_context *context);
/* Guest RAM is being touched in advance. */
void qc_condition_preallocation(struct qc_rule_context *context);

/* rule_drain.c */

/* A thread sleeps in a drain. */
void qc_condition_drain(struct qc_rule_context *context);
/* A thread waits to write the block graph, or drains while it writes it. */
void qc_condition_graph_lock(struct qc_rule_context *context);

/* rule_poll.c */

/* A thread polls with the AioContext's lock held that the context's own thread waits for. */
void qc_condition_aio_context_poll(struct qc_rule_context *context);
/* A loop sleeps without a timeout, and has something due. */
void qc_condition_lost_notification(struct qc_rule_context *context);
/* A thread other than the main one polls with the BQL, for which the main loop waits. */
void qc_condition_foreign_poll(struct qc_rule_context *context);
/* A thread waits for the end of an iothread that sleeps. */
void qc_condition_iothread_stop(struct qc_rule_context *context);
/* The main loop waits for I/O inside of a callback. */
void qc_condition_nested_poll(struct qc_rule_context *context);

/* rule_request.c */

/* A disk's requests are older than a sound one's ever are. */
void qc_condition_request_old(struct qc_rule_context *context);
/* Requests wait until an NBD server is there again. */
void qc_condition_nbd_lost(struct qc_rule_context *context);
/* Requests have not ended, of a backend that nobody accounts for. */
void qc_condition_request_unaged(struct qc_rule_context *context);
/* A worker sleeps in a call, and there is no debug info that would tell more. */
void qc_condition_worker_asleep(struct qc_rule_context *context);
/* A throttle group holds requests back. */
void qc_condition_throttled(struct qc_rule_context *context);
/* The guest is stopped, and a disk has failed. */
void qc_condition_io_error(struct qc_rule_context *context);

/* rule_job.c */

/* A job waits for its user, or has been cancelled and is still there. */
void qc_condition_job(struct qc_rule_context *context);
/* A job is at work, and no other rule speaks of it. */
void qc_condition_job_running(struct qc_rule_context *context);

/* rule_migration.c */

/* This process is a migration's destination, or its source, at the variant's point. */
void qc_condition_incoming(struct qc_rule_context *context);
void qc_condition_outgoing(struct qc_rule_context *context);
/* A thread that winds up a migration waits for the end of one that sleeps. */
void qc_condition_migration_join(struct qc_rule_context *context);

/* rule_queue.c: of a virtio disk's queue guest and device wait for each other. */
void qc_condition_queue_stalled(struct qc_rule_context *context);

/* rule_output.c: a loop polls until what it has to write is read. */
void qc_condition_output_unread(struct qc_rule_context *context);

/* rule_state.c */

/* The guest's memory is being dumped by a thread. */
void qc_condition_guest_dump(struct qc_rule_context *context);
/* A device has been asked to go, and is still there. */
void qc_condition_unplug(struct qc_rule_context *context);
/* The machine's run state is known, or not. */
void qc_condition_run_state(struct qc_rule_context *context);
/* It waits for the process that -daemonize has made. */
void qc_condition_daemonize(struct qc_rule_context *context);
/* The main loop is at none of what another rule speaks of. */
void qc_condition_main_loop(struct qc_rule_context *context);
/* Something that would have to be seen to call a process healthy is not in the dump. */
void qc_condition_not_seen(struct qc_rule_context *context);

/* rule_back_end.c */

/* The process that serves a device by vhost-user is not there. */
void qc_condition_back_end_gone(struct qc_rule_context *context);

/* rule_command.c */

/* A QMP command waits in a coroutine, while the main loop goes on. */
void qc_condition_command_yielded(struct qc_rule_context *context);

#endif
