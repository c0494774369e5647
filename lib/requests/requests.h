/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * requests - the rules on requests: those of disks, drains, jobs, queues and back ends
 *
 * The front header of the floor: the floors above include only this one. Each condition reports a
 * finding, for the rule being evaluated, on whatever it finds (rule.h).
 */
#pragma once

#include "findings/findings.h"

/* rule_request.c */

/* A disk's requests are older than those of a sound disk ever are. */
void qc_condition_request_old(struct qc_rule_context *context);
/* Requests wait for a reconnection to an NBD server. */
void qc_condition_nbd_lost(struct qc_rule_context *context);
/* Requests of a backend without accounting have not ended. */
void qc_condition_request_unaged(struct qc_rule_context *context);
/* A worker sleeps in a call, and there is no debug info to tell more. */
void qc_condition_worker_asleep(struct qc_rule_context *context);
/* A throttle group holds requests back. */
void qc_condition_throttled(struct qc_rule_context *context);
/* The guest is stopped, and a disk has failed. */
void qc_condition_io_error(struct qc_rule_context *context);
/* A disk whose failed requests QEMU makes again (openEuler). */
void qc_condition_io_retry(struct qc_rule_context *context);

/* rule_drain.c */

/* A thread sleeps in a drain. */
void qc_condition_drain(struct qc_rule_context *context);
/* A disk of a running guest is drained, and no thread drains. */
void qc_condition_drain_left(struct qc_rule_context *context);
/* A thread waits to write the block graph, or drains while it holds the write lock. */
void qc_condition_graph_lock(struct qc_rule_context *context);

/* rule_queue.c: guest and device wait for each other at a virtio disk's queue. */
void qc_condition_queue_stalled(struct qc_rule_context *context);
/* A virtio device does nothing until it is reset, since its guest broke the protocol. */
void qc_condition_device_broken(struct qc_rule_context *context);

/* rule_job.c */

/* A job waits for its user, or is cancelled and has not ended. */
void qc_condition_job(struct qc_rule_context *context);
/* A job runs, and no other finding is about it. */
void qc_condition_job_running(struct qc_rule_context *context);

/* rule_back_end.c */

/* The process that serves a vhost-user device is gone. */
void qc_condition_back_end_gone(struct qc_rule_context *context);
/* The daemon of an rng-egd has not answered a request. */
void qc_condition_rng_unanswered(struct qc_rule_context *context);

/* rule_vhost.c */

/* A vhost back end has requests of the guest. */
void qc_condition_back_end_requests(struct qc_rule_context *context);
/* Adds the devices of which it is not known whether a vhost back end has requests. */
void qc_evidence_add_unseen_rings(struct qemucore_finding *finding);

/* rule_tool.c */

/* A program without a guest has no run state: it is at what its main loop waits for. */
bool qc_tool_is_at_rest(const struct qc_rule_context *context);
void qc_tool_report(struct qc_rule_context *context, const char *tool);
