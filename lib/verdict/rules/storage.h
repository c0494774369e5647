/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * storage - who keeps a request, in words: for sentences, evidence and actors
 */
#ifndef QC_VERDICT_RULES_STORAGE_H
#define QC_VERDICT_RULES_STORAGE_H

#include "verdict/rules/rule.h"

/* "node beta-nbd (nbd, unix:/run/nbd)", "ide-hd ide0-hd". Never NULL. The texts last for one
   sentence. */
const char *qc_storage_label(struct qc_rule_context *context,
                             const struct qc_block_culprit *culprit);

/* "vda", "(unnamed)" */
const char *qc_storage_node_name(const struct qc_block_node *node);
/* What people call a backend: its name, or that of its device. */
const char *qc_storage_backend_name(struct qc_rule_context *context,
                                    const struct qc_block_backend *backend);

/* Who keeps requests of a node, and of all below it (qc_block_culprits_below). NULL: of all nodes. */
void qc_storage_culprits(const struct qc_rule_context *context, const struct qc_block_node *node,
                         struct qc_block_culprits *ret);

/* "8 requests", where they are known one by one; else "16 operations", of which a request may be
   several. */
const char *qc_storage_amount(struct qc_rule_context *context,
                              const struct qc_block_culprit *culprit);

/* Whatever its name: the driver that has the requests, or the type of the device: "nbd", "ide-hd".
   NULL: not known. */
const char *qc_storage_kind(const struct qc_block_culprit *culprit);

/* Whether that is one. */
bool qc_storage_is_one(const struct qc_block_culprit *culprit);

/* Whether its requests may be stuck where nobody can tell their age: only what is known to sleep, or lies
   with somebody outside. */
bool qc_storage_is_suspect(const struct qc_rule_context *context,
                           const struct qc_block_culprit *culprit);

/* BlockDeviceIoStatus (qapi/block-core.json) in words, as block/block-backend.c and blockjob.c set it.
   NULL: no error. */
const char *qc_storage_error(const char *iostatus);

/* When the oldest of its requests began, of those that a device accounts; realtime clock. */
struct qc_fact qc_storage_oldest(const struct qc_block_culprit *culprit);

/* What it is with whoever serves it: "its NBD server has 8 requests to answer, the client's state is
   connected". */
const char *qc_storage_served(struct qc_rule_context *context,
                              const struct qc_block_culprit *culprit);

/* Who must act: "The NBD server at unix:/run/nbd must answer." */
void qc_storage_set_actor(struct qc_rule_context *context, struct qemucore_finding *finding,
                          const struct qc_block_culprit *culprit);

/* That it is to blame: its kind is the cause, it is evidence, and the actor is who serves it. */
void qc_storage_blame(struct qc_rule_context *context, struct qemucore_finding *finding,
                      const struct qc_block_culprit *culprit);

/* What to look at: the server and the network, or the host. The rule's own stays where neither is. */
void qc_storage_set_next(struct qc_rule_context *context, struct qemucore_finding *finding,
                         const struct qc_block_culprit *culprit);

/* What the coroutine at the address waits for; `whose` goes before it: "its ". Nothing, where that is
   not known. */
void qc_storage_show_coroutine(struct qc_rule_context *context, struct qemucore_finding *finding,
                               const char *whose, uint64_t address);

/* One of the node's requests. */
void qc_storage_show_request(struct qc_rule_context *context, struct qemucore_finding *finding,
                             const struct qc_block_node *node,
                             const struct qc_block_request *request);

/* The node's counters, what serves it, and its requests. */
void qc_storage_show(struct qc_rule_context *context, struct qemucore_finding *finding,
                     const struct qc_block_culprit *culprit);

#endif
