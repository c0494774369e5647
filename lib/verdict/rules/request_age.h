/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * request_age - how old the requests of a disk are, and whether it answers others meanwhile
 */
#ifndef QC_VERDICT_RULES_REQUEST_AGE_H
#define QC_VERDICT_RULES_REQUEST_AGE_H

#include "verdict/rules/rule.h"

/* When the oldest request of the backend began; not known: of none is it known. A node that splits a
   request (block/aio_task.c) hands parts of it on in coroutines that do not know whose they are. */
struct qc_fact qc_request_oldest(const struct qc_block *block,
                                 const struct qc_block_backend *backend);

/* The same of those that have come to a node. */
struct qc_fact qc_request_oldest_at(const struct qc_block_node *node,
                                    const struct qc_block_backend *backend);

/* The request that began then, at the deepest node that it has come to, which becomes *ret_node; NULL: no
   such. */
const struct qc_block_request *qc_request_began(const struct qc_block *block,
                                                const struct qc_block_backend *backend,
                                                struct qc_fact began,
                                                const struct qc_block_node **ret_node);

/* Of a disk whose oldest request at the node began then. */
enum qc_request_flow {
    QC_REQUEST_FLOW_NONE,  /* no other request of the disk is known to have just ended */
    QC_REQUEST_FLOW_SLOW,  /* others have, and nothing tells that they began later: a queue is worked off */
    QC_REQUEST_FLOW_OTHERS /* others have that began long after it */
};
enum qc_request_flow qc_request_flow(const struct qc_rule_context *context,
                                     const struct qc_block_node *node,
                                     const struct qc_block_backend *backend, struct qc_fact oldest);

/* How long ago something began, at least; not known: nothing tells. */
struct qc_fact qc_request_age(const struct qc_rule_context *context, struct qc_fact began);

/* "12.9 s". The text lasts for one sentence. */
const char *qc_request_seconds(struct qc_rule_context *context, uint64_t nanoseconds);

/* Another rule has told of that node, or job, already. */
bool qc_request_is_told(const struct qc_rule_context *context, uint64_t address);

/* What nobody can tell the age of: only what is known to sleep, or lies with somebody outside. */
bool qc_request_is_suspect(const struct qc_rule_context *context,
                           const struct qc_block_culprit *culprit);

/* BlockDeviceIoStatus (qapi/block-core.json), as block/block-backend.c and blockjob.c set it. NULL: no
   error. */
const char *qc_request_iostatus(const char *iostatus);

#endif
