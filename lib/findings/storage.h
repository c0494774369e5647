/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * storage - who keeps a request, in words: for sentences, evidence and actors
 */
#pragma once

#include "findings/rule.h"

/* "node beta-nbd (nbd, unix:/run/nbd)", "ide-hd ide0-hd". Never NULL. */
const char *qc_storage_label(struct qc_rule_context *context,
                             const struct qc_block_culprit *culprit);

/* "vda", "(unnamed)" */
const char *qc_storage_node_name(const struct qc_block_node *node);
/* The name that users know a backend by: its own, or that of its device. */
const char *qc_storage_backend_name(struct qc_rule_context *context,
                                    const struct qc_block_backend *backend);

/* Finds who keeps requests of the node or below (qc_block_culprits_below); NULL: of all nodes. */
void qc_storage_culprits(const struct qc_rule_context *context, const struct qc_block_node *node,
                         struct qc_block_culprits *ret);

/* "8 requests" if they are known one by one; else "16 operations", several of which may be one
   request. */
const char *qc_storage_amount(struct qc_rule_context *context,
                              const struct qc_block_culprit *culprit);

/* The driver that has the requests, or the type of the device: "nbd", "ide-hd". NULL: not known. */
const char *qc_storage_kind(const struct qc_block_culprit *culprit);

/* Tells whether the culprit has exactly one request. */
bool qc_storage_is_single(const struct qc_block_culprit *culprit);

/* Tells whether requests of unknown age may be stuck: only if their server is known to sleep, or is
   outside this process. */
bool qc_storage_is_suspect(const struct qc_rule_context *context,
                           const struct qc_block_culprit *culprit);

/* Tells whether a timer of QEMU's ends it: that of a throttle group or node, or that of an NBD client
   which is to give up connecting. */
bool qc_storage_ends_itself(const struct qc_rule_context *context,
                            const struct qc_block_culprit *culprit);

/* Tells whether the node is an NBD client that gives up connecting when its timer fires. NULL: no. */
bool qc_storage_gives_up(const struct qc_rule_context *context, const struct qc_block_node *node);

/* Makes the finding one that ends by itself: `waiter` waits until then. */
void qc_storage_set_ending(struct qemucore_finding *finding, const struct qemucore_thread *waiter);

/* BlockDeviceIoStatus (qapi/block-core.json) in words, as block/block-backend.c and blockjob.c set
   it. NULL: no error. */
const char *qc_storage_error(const char *iostatus);

/* Returns when the oldest request with a known start began, by the realtime clock. */
struct qc_fact qc_storage_oldest(const struct qc_block_culprit *culprit);

/* What the server of the requests does: "its NBD server has 8 requests to answer, the client's
   state is connected". */
const char *qc_storage_served(struct qc_rule_context *context,
                              const struct qc_block_culprit *culprit);

/* Sets who must act: "The NBD server at unix:/run/nbd must answer." */
void qc_storage_set_actor(struct qemucore_finding *finding, const struct qc_block_culprit *culprit);

/* Blames the culprit: adds its kind as cause, and its evidence, and sets the actor. */
void qc_storage_blame(struct qemucore_finding *finding, const struct qc_block_culprit *culprit);

/* Sets what to look at: the server and the network, or the host. Else keeps the rule's advice. */
void qc_storage_set_next(struct qemucore_finding *finding, const struct qc_block_culprit *culprit);

/* Adds what the coroutine at the address waits for, after `whose` ("its "). Adds nothing if not
   known. */
void qc_storage_show_coroutine(struct qemucore_finding *finding, const char *whose,
                               uint64_t address);

/* Adds one request of the node. */
void qc_storage_show_request(struct qemucore_finding *finding, const struct qc_block_node *node,
                             const struct qc_block_request *request);

/* Adds the node's counters, what serves it, and its requests. */
void qc_storage_show(struct qemucore_finding *finding, const struct qc_block_culprit *culprit);
