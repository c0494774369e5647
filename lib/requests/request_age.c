/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "requests/request_age.h"

#include "base/base.h"
#include "findings/findings.h"

/* Returns the first start after `after` of the backend's requests at the node; not known: none. */
static struct qc_fact first_after(const struct qc_block_node *node,
                                  const struct qc_block_backend *backend, uint64_t after)
{
    struct qc_fact first = {0};
    for (size_t i = 0; i < node->requests.count; i++) {
        const struct qc_block_origin *origin = &node->requests.items[i].origin;
        if (origin->backend == backend->address && origin->start.value > after) {
            first = qc_fact_least(first, origin->start);
        }
    }
    return first;
}

struct qc_fact qc_request_oldest_at(const struct qc_block_node *node,
                                    const struct qc_block_backend *backend)
{
    return first_after(node, backend, 0);
}

struct qc_fact qc_request_oldest(const struct qc_block *block,
                                 const struct qc_block_backend *backend)
{
    struct qc_fact oldest = {0};
    for (size_t i = 0; i < block->nodes.count; i++) {
        oldest = qc_fact_least(oldest, qc_request_oldest_at(&block->nodes.items[i], backend));
    }
    return oldest;
}

/* block/io.c, bdrv_co_flush: a flush counts as in flight and is no BdrvTrackedRequest. Its coroutine
   leads to the device's account. */
struct qc_fact qc_request_flush_began(const struct qc_rule_context *context,
                                      const struct qc_block_backend *backend)
{
    const struct qc_coroutine_waits *waits = qc_waits_coroutines(context->graph->waits);
    struct qc_fact oldest = {0};
    for (size_t i = 0; waits != NULL && i < waits->count; i++) {
        const struct qemucore_coroutine *coroutine = waits->items[i].coroutine;
        struct qc_block_origin origin = {0};
        if (qc_str_begins(coroutine->entry_name, "blk_aio_flush")) {
            qc_block_origin_read(context->process->fields, coroutine->address, &origin);
        }
        if (origin.backend == backend->address) {
            oldest = qc_fact_least(oldest, origin.start);
        }
    }
    return oldest;
}

static const struct qc_block_request *find_at(const struct qc_block_node *node,
                                              const struct qc_block_backend *backend,
                                              struct qc_fact began)
{
    return qc_vec_find(&node->requests, request,
                       request->origin.backend == backend->address &&
                           qc_fact_is(request->origin.start, began.value));
}

/* Of two nodes that have the request, the child is the deeper one. */
static bool is_child(const struct qc_block_node *node, const struct qc_block_node *above)
{
    return qc_vec_any(&above->children, child, child->node == node->address);
}

const struct qc_block_request *qc_request_began(const struct qc_block *block,
                                                const struct qc_block_backend *backend,
                                                struct qc_fact began,
                                                const struct qc_block_node **ret_node)
{
    const struct qc_block_request *found = NULL;
    const struct qc_block_node *at = NULL;
    bool goes_on = true;
    for (size_t depth = 0; depth < block->nodes.count && goes_on; depth++) {
        goes_on = false;
        qc_vec_each(&block->nodes, node) {
            const struct qc_block_request *request =
                at == NULL || is_child(node, at) ? find_at(node, backend, began) : NULL;
            if (request != NULL) {
                found = request;
                at = node;
                goes_on = true;
            }
        }
    }
    *ret_node = at;
    return found;
}

/* Tells whether a gap between two successive starts is longer than half of the time since the
   oldest, or the oldest is the only one: a server that works off a queue, which its guest fills at
   once or steadily, leaves no such gap. */
static bool has_gap(const struct qc_block_node *node, const struct qc_block_backend *backend,
                    struct qc_fact oldest, uint64_t end)
{
    struct qc_fact left = oldest;
    struct qc_fact right = first_after(node, backend, left.value);
    while (right.is_known && right.value - left.value <= (end - oldest.value) / 2) {
        left = right;
        right = first_after(node, backend, left.value);
    }
    return right.is_known || node->tracked.value == 1;
}

/* Tells whether all requests that come to the node go to its only child. An image format serves some
   itself, such as reads of what is not allocated; a filter of a job serves others from elsewhere. */
static bool hands_on_all(const struct qc_block_node *node)
{
    static const char *const drivers[] = {"raw",      "throttle",    "luks",     "copy-on-read",
                                          "blkdebug", "preallocate", "compress", NULL};
    return qc_fact_is(node->child_count, 1) && node->children.count == 1 &&
           qc_str_is_one_of(node->driver, drivers);
}

/* Tells whether no request of the backend ends without the node. */
static bool is_only_way(const struct qc_block *block, const struct qc_block_backend *backend,
                        const struct qc_block_node *node)
{
    const struct qc_block_node *at = qc_block_node_of(block, backend->root);
    for (size_t depth = 0; depth < block->nodes.count && at != NULL && at != node; depth++) {
        at = hands_on_all(at) ? qc_block_node_of(block, at->children.items[0].node) : NULL;
    }
    return at == node;
}

enum qc_request_flow qc_request_flow(const struct qc_rule_context *context,
                                     const struct qc_block_node *node,
                                     const struct qc_block_backend *backend, struct qc_fact oldest)
{
    if (!qc_recent_backend(context, backend) || backend->last_access.value <= oldest.value) {
        return QC_REQUEST_FLOW_NONE;
    }
    bool leaves_gap = has_gap(node, backend, oldest, backend->last_access.value);
    if (!is_only_way(&context->state->block, backend, node)) {
        return leaves_gap ? QC_REQUEST_FLOW_NONE : QC_REQUEST_FLOW_BESIDE;
    }
    return leaves_gap ? QC_REQUEST_FLOW_OTHERS : QC_REQUEST_FLOW_SLOW;
}

struct qc_fact qc_request_age(const struct qc_rule_context *context, struct qc_fact began)
{
    return began.is_known ? qc_clock_age(&context->state->clocks, QC_CLOCK_REALTIME,
                                         (int64_t)began.value)
                                .at_least
                          : began;
}
