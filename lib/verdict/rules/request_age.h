/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * request_age - how old the requests of a disk are, and whether it answers others meanwhile
 */
#ifndef QC_VERDICT_RULES_REQUEST_AGE_H
#define QC_VERDICT_RULES_REQUEST_AGE_H

#include "verdict/rules/rule.h"

/* A disk that spins up, a path that fails over: what takes longer than that is worth a call. */
#define QC_REQUEST_OLD_NS INT64_C(5000000000)

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

#endif
