/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * request_age - how old the requests of a disk are, and whether it answers others meanwhile
 */
#pragma once

#include "findings/findings.h"

/* Longer than a disk spins up or a path fails over: worth a call. */
#define QC_REQUEST_OLD_NS INT64_C(5000000000)

/* Returns when the backend's oldest request began; not known: no start is known. A node that splits
   a request (block/aio_task.c) passes the parts on in coroutines that do not know their backend. */
struct qc_fact qc_request_oldest(const struct qc_block *block,
                                 const struct qc_block_backend *backend);

/* Returns when the backend's oldest flush under way began, which no node tracks; not known: none is
   known, or not its start. */
struct qc_fact qc_request_flush_began(const struct qc_rule_context *context,
                                      const struct qc_block_backend *backend);

/* The same as qc_request_oldest, for the requests that have come to the node. */
struct qc_fact qc_request_oldest_at(const struct qc_block_node *node,
                                    const struct qc_block_backend *backend);

/* Returns the request that began then, at the deepest node that it has come to, which becomes
   *ret_node. NULL: none. */
const struct qc_block_request *qc_request_began(const struct qc_block *block,
                                                const struct qc_block_backend *backend,
                                                struct qc_fact began,
                                                const struct qc_block_node **ret_node);

/* How a disk answers whose oldest request at the node began at `oldest`. */
enum qc_request_flow {
    QC_REQUEST_FLOW_NONE,  /* no other request is known to have just ended */
    QC_REQUEST_FLOW_SLOW,  /* others have ended, maybe older ones: a queue is worked off */
    QC_REQUEST_FLOW_OTHERS, /* others have ended that began long after it */
    QC_REQUEST_FLOW_BESIDE /* others have ended, of which none may have come to the node */
};
enum qc_request_flow qc_request_flow(const struct qc_rule_context *context,
                                     const struct qc_block_node *node,
                                     const struct qc_block_backend *backend, struct qc_fact oldest);

/* Returns how long ago something began, at least; not known: nothing tells. */
struct qc_fact qc_request_age(const struct qc_rule_context *context, struct qc_fact began);
