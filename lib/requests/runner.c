/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "requests/runner.h"

#include "base/base.h"
#include "findings/findings.h"
#include "requests/request_age.h"

static bool is_long_after(struct qc_fact later, struct qc_fact began)
{
    return later.is_known && (int64_t)later.value - (int64_t)began.value >= QC_REQUEST_OLD_NS;
}

/* A virtio disk may have an event loop per queue (iothread-vq-mapping, 9.0 on): then a request that
   has ended does not tell which loop turned. */
static bool has_other_loops(const struct qc_block_node *node, const struct qc_aio_context *loop)
{
    return qc_vec_any(&node->requests, request,
                      request->context != NULL && request->context != loop);
}

/* Tells whether the event loop (NULL: any) turned long after a request of the node began: another
   request has ended in it, or it is the main loop and has refreshed the display. */
static bool has_turned_since(const struct qc_rule_context *context, const struct qc_block_node *node,
                             const struct qc_aio_context *loop, struct qc_fact began)
{
    const struct qc_block *block = &context->state->block;
    if (loop != NULL && loop->kind == QC_AIO_CONTEXT_MAIN &&
        is_long_after(context->state->clocks.refresh, began)) {
        return true;
    }
    if (loop != NULL && has_other_loops(node, loop)) {
        return false;
    }
    return qc_vec_any(&block->backends, backend,
                      (loop == NULL || backend->context == loop) &&
                          is_long_after(backend->last_access, began));
}

/* Tells whether the thread's poll returned events, unknown until the thread handles them. An
   io_uring call is left out: it also returns the number of submitted requests. */
static bool has_events(const struct qemucore_wait *wait)
{
    static const char *const polls[] = {"poll", "ppoll", "epoll_wait", "epoll_pwait", NULL};
    return qc_wait_is_in(wait, polls) && wait->syscall.has_result && wait->syscall.result > 0;
}

/* On a starved host a thread is under way for long, in user space or with its call returned. */
static bool is_under_way(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    return wait->state == QC_WAIT_RUNNING || has_events(wait) ||
           qc_rule_activity(context, thread) == QC_ACTIVITY_MOVING;
}

/* Returns the loop's thread if it is known to run, or to sleep although work is due, else NULL. */
static struct qemucore_thread *loop_running(const struct qc_rule_context *context,
                                            const struct qc_block_node *node,
                                            const struct qc_aio_context *loop,
                                            struct qc_fact began)
{
    struct qemucore_thread *thread = loop == NULL ? NULL : loop->thread;
    /* The answer may be what the loop is to be told of, and has not noticed. */
    bool runs = thread != NULL && (is_under_way(context, thread) || qc_poll_is_due(loop)) &&
                !has_turned_since(context, node, loop, began);
    return runs ? thread : NULL;
}

struct qemucore_thread *qc_runner_of(const struct qc_rule_context *context,
                                     const struct qc_block_culprit *culprit, struct qc_fact began)
{
    struct qc_threads *threads = context->process->threads;
    const struct qc_block_node *node = culprit->node;
    struct qemucore_thread *thread = loop_running(context, node, node->context, began);
    for (size_t i = 0; i < node->requests.count && thread == NULL; i++) {
        const struct qc_block_request *request = &node->requests.items[i];
        struct qc_fact start = request->origin.start;
        bool may_be = !start.is_known || start.value <= began.value;
        thread = may_be ? loop_running(context, node, request->context, began) : NULL;
    }
    if (thread != NULL) {
        return thread;
    }
    bool may_be_worker =
        culprit->service == QC_BLOCK_SERVICE_FILE && !has_turned_since(context, node, NULL, began);
    for (size_t i = 0; may_be_worker && i < threads->count; i++) {
        thread = &threads->items[i];
        if (thread->role == QC_ROLE_WORKER &&
            qc_rule_wait(context, thread)->state == QC_WAIT_RUNNING) {
            return thread;
        }
    }
    return NULL;
}
