/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * condition - the conditions of rules, by source file; those on requests are in requests.h
 *
 * Each condition reports a finding, for the rule being evaluated, on whatever it finds (rule.h).
 */
#pragma once

#include "findings/findings.h"

/* rule_crash.c: the process crashed, in the way of the variant. */
void qc_condition_crash(struct qc_rule_context *context);

/* rule_stopped.c: the process does not run at all: it is stopped, or frozen. */
void qc_condition_process_stopped(struct qc_rule_context *context);

/* rule_lock.c */

/* Threads wait for each other in a cycle of the variant's kind. */
void qc_condition_cycle(struct qc_rule_context *context);
/* Threads wait for a lock whose owner has ended. */
void qc_condition_lock_owner_gone(struct qc_rule_context *context);
/* A lock is in a state that no other rule covers. */
void qc_condition_odd_lock(struct qc_rule_context *context);
/* call_rcu waits for the BQL. */
void qc_condition_call_rcu_starved(struct qc_rule_context *context);
/* A grace period waits for a reader that sleeps. */
void qc_condition_rcu_reader_asleep(struct qc_rule_context *context);
/* drain_call_rcu() waits for call_rcu, which waits itself. */
void qc_condition_drain_call_rcu(struct qc_rule_context *context);

/* rule_chain.c: a thread that waits for no other thread is in the variant's state. */
void qc_condition_chain(struct qc_rule_context *context);

/* rule_cpu.c */

/* A thread waits for the vCPUs to stop. */
void qc_condition_pause_vcpus(struct qc_rule_context *context);
/* The same in a paused postcopy migration: a vCPU waits for a page of the source. */
void qc_condition_pause_postcopy(struct qc_rule_context *context);
/* A vCPU sleeps with work to do, and nobody waits for it. */
void qc_condition_vcpu_not_kicked(struct qc_rule_context *context);
/* A thread waits for a vCPU to run queued work. */
void qc_condition_run_on_cpu(struct qc_rule_context *context);
/* A thread waits for all vCPUs to leave guest code. */
void qc_condition_exclusive_section(struct qc_rule_context *context);
/* A thread waits for vCPUs to leave their ioctls. */
void qc_condition_ioctl_inhibitor(struct qc_rule_context *context);
/* A thread waits for the timer callbacks of a clock that it disables. */
void qc_condition_clock_disable(struct qc_rule_context *context);
/* Guest RAM is being preallocated. */
void qc_condition_preallocation(struct qc_rule_context *context);

/* rule_running.c */

/* A vCPU of a running guest is stopped, and no thread stops or resumes vCPUs. */
void qc_condition_vcpu_left_stopped(struct qc_rule_context *context);
/* All vCPUs of a running guest are at work in QEMU's own code, or one is. */
void qc_condition_vcpus_in_qemu(struct qc_rule_context *context);
/* A vCPU of a running guest sleeps in the kernel, as for a page of guest RAM. */
void qc_condition_vcpu_sleeps(struct qc_rule_context *context);
/* The clock of a running guest is stopped, and no thread stops or starts it. */
void qc_condition_guest_clock_stopped(struct qc_rule_context *context);

/* rule_poll.c */

/* A thread polls while it holds the AioContext lock that the context's own thread waits for. */
void qc_condition_aio_context_poll(struct qc_rule_context *context);
/* An event loop sleeps without a timeout although work is due. */
void qc_condition_lost_notification(struct qc_rule_context *context);
/* A thread other than the main one polls with the BQL held, for which the main loop waits. */
void qc_condition_foreign_poll(struct qc_rule_context *context);
/* A thread waits for the end of an iothread that sleeps. */
void qc_condition_iothread_stop(struct qc_rule_context *context);
/* The main loop waits for I/O inside a callback. */
void qc_condition_nested_poll(struct qc_rule_context *context);

/* rule_incoming.c: this process is the destination of a migration, in the variant's state. */
void qc_condition_incoming(struct qc_rule_context *context);

/* rule_migration.c */

/* This process is the source of a migration, in the variant's state. */
void qc_condition_outgoing(struct qc_rule_context *context);
/* A thread that winds up a migration waits for the end of one that sleeps. */
void qc_condition_migration_join(struct qc_rule_context *context);

/* rule_monitor.c */
/* A QMP monitor waits for the coroutine that executes commands, which rests. */
void qc_condition_monitor_unserved(struct qc_rule_context *context);
/* The thread that reads the commands of QMP monitors is at work on it. */
void qc_condition_monitor_reads(struct qc_rule_context *context);

/* rule_output.c: an event loop polls until its output is read. */
void qc_condition_output_unread(struct qc_rule_context *context);

/* rule_run_state.c: reports the machine's run state, or that it is not known. */
void qc_condition_run_state(struct qc_rule_context *context);

/* rule_state.c */

/* A thread is dumping the guest's memory. */
void qc_condition_guest_dump(struct qc_rule_context *context);
/* A device was asked to unplug, and is still there. */
void qc_condition_unplug(struct qc_rule_context *context);
/* The process waits for the one that -daemonize forked. */
void qc_condition_daemonize(struct qc_rule_context *context);
/* Reports where the main loop is, if no other rule covers that. */
void qc_condition_main_loop(struct qc_rule_context *context);
/* Something that health rests on is not in the dump. */
void qc_condition_not_seen(struct qc_rule_context *context);
/* The same for what the rules after that one have read. */
void qc_condition_not_seen_since(struct qc_rule_context *context);

/* rule_cpr.c */
/* A destination of cpr-transfer waits for the CPR state. */
void qc_condition_incoming_cpr(struct qc_rule_context *context);

/* rule_busy.c: a thread that nobody waits for has used a CPU of its own between two dumps. */
void qc_condition_thread_busy(struct qc_rule_context *context);

/* rule_command.c */

/* A QMP command waits in a coroutine while the main loop goes on. */
void qc_condition_command_yielded(struct qc_rule_context *context);
